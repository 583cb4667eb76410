import { product } from '../../src/kernels/product.ts'
import type { Propagator } from '../../src/optics/angular-spectrum.ts'
import { emptyField, type Field } from '../../src/optics/plane.ts'
import { enlarged, type Wave } from './wave.ts'

/** Most numbers of a stored propagation: 32 MB. Beyond, every scene goes through the transform. */
const STORED = 4e6
/** Scenes that are propagated together. */
const TOGETHER = 64
const FEW = 4

/** Carries scenes of real transmissions to the lit face, a few at once. */
export interface SceneCarrier {
  /** Calls back with every scene's field, in order; valid during the call. */
  each(scenes: Float64Array, rows: number, seen: (row: number, field: Field) => void): void
}

/**
 * Propagation of scenes whose pixels stand in the beam: by one stored matrix where that is small, which beats two transforms
 * for small scenes, else by the transforms.
 */
export function sceneCarrier(wave: Wave, pixels: number, fineness: number, propagator: Propagator): SceneCarrier {
  const cells = wave.plane.rows * wave.plane.columns
  const field = emptyField(wave.plane)
  const source = (scene: Float64Array) => {
    enlarged(scene, pixels, fineness, field.re)
    for (let n = 0; n < cells; n++) field.re[n] *= wave.beam[n]
    field.im.fill(0)
  }
  const count = pixels * pixels
  if (2 * count * cells > STORED)
    return {
      each(scenes, rows, seen) {
        for (let row = 0; row < rows; row++) {
          source(scenes.subarray(row * count, (row + 1) * count))
          propagator.forward(field, field)
          seen(row, field)
        }
      },
    }
  const matrix = new Float64Array(2 * count * cells)
  const pixel = new Float64Array(count)
  for (let p = 0; p < count; p++) {
    pixel.fill(0)
    pixel[p] = 1
    source(pixel)
    propagator.forward(field, field)
    matrix.set(field.re, 2 * p * cells)
    matrix.set(field.im, (2 * p + 1) * cells)
  }
  const [many, few] = [TOGETHER, FEW].map((m) => ({
    m,
    scenes: new Float64Array(m * count),
    out: new Float64Array(2 * cells * m),
    multiply: product({ m, k: count, n: 2 * cells }),
  }))
  return {
    each(scenes, rows, seen) {
      for (let first = 0; first < rows; ) {
        const group = rows - first >= TOGETHER ? many : few
        const taken = Math.min(group.m, rows - first)
        group.scenes.fill(0)
        group.scenes.set(scenes.subarray(first * count, (first + taken) * count))
        group.multiply(group.scenes, matrix, group.out)
        for (let r = 0; r < taken; r++) {
          const at = 2 * r * cells
          seen(first + r, {
            re: group.out.subarray(at, at + cells),
            im: group.out.subarray(at + cells, at + 2 * cells),
          })
        }
        first += taken
      }
    },
  }
}

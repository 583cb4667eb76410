import type { Measurement } from '../../src/imaging/measurement.ts'
import { type ImageModel, waveModel } from '../../src/imaging/model.ts'
import { angularSpectrum } from '../../src/optics/angular-spectrum.ts'
import { patternsOf } from '../../src/patterns/family.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { letter } from '../../src/scenes/letters.ts'
import { sampled } from '../../src/scenes/sampled.ts'

const PITCH = 80e-6
const GRID = 32
export const SIZE = { rows: GRID, columns: GRID }

/** What a reconstruction on 32 x 32 pixels of 80 um believes of 500 um of a material. */
export function wave(index = 3.418): ImageModel {
  return waveModel(propagator(GRID, PITCH, index))
}

function propagator(side: number, pitch: number, index: number) {
  const plane = { rows: side, columns: side, pitch }
  return angularSpectrum({ plane, wavelength: 833e-6, index, distance: 500e-6 })
}

/** The letter F behind silicon, on a grid twice as fine and half a pixel off, seen by Hadamard patterns with noise. */
export function seenF({ count, noise }: { readonly count: number; readonly noise: number }): {
  readonly truth: Float64Array
  readonly measurement: Measurement
} {
  const shift = { x: PITCH / 2, y: PITCH / 2 }
  const scene = letter('F', GRID * PITCH)
  const side = 2 * GRID
  const object = sampled(scene, { rows: side, columns: side, pitch: PITCH / 2 }, { shift })
  const power = new Float64Array(side * side)
  waveModel(propagator(side, PITCH / 2, 3.418)).forward(object, power)
  const seen = new Float64Array(GRID * GRID)
  for (let p = 0; p < power.length; p++) seen[(Math.floor(p / side) >> 1) * GRID + ((p % side) >> 1)] += power[p] / 4
  const patterns = patternsOf('hadamard cake-cutting', GRID, GRID, { count })
  const values = new Float64Array(count)
  patterns.project(seen, values)
  const rest = values.slice(1)
  const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length
  const sigma = noise * Math.sqrt(rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length)
  const source = draws(11, STREAM.testInputs)
  for (let k = 0; k < count; k++) values[k] += sigma * source.normal(k)
  return { truth: sampled(scene, { ...SIZE, pitch: PITCH }, { shift }), measurement: { patterns, values, sigma } }
}

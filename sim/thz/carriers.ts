import { InsituError } from '../../src/errors.ts'
import { fourierTransform } from '../../src/kernels/wave/simd-fourier.ts'
import type { Plane } from '../../src/optics/plane.ts'
import type { WaferOptions } from './options.ts'

type Carriers = Pick<WaferOptions, 'lifetime' | 'diffusion' | 'recombination'>

/**
 * Carriers per area that light of one spatial frequency k (rad/m) holds up, over those of even light: with
 * q = sqrt(k^2 + 1 / L^2), L = sqrt(D tau), N(k) = G(k) / (q (D q + S)), the steady state of diffusion into a thick wafer.
 */
export function carrierContrast({ lifetime, diffusion, recombination }: Carriers, k: number): number {
  if (lifetime === 0) return 1
  const even = 1 / Math.sqrt(diffusion * lifetime)
  const q = Math.hypot(k, even)
  return (even * (diffusion * even + recombination)) / (q * (diffusion * q + recombination))
}

/** Turns light into carriers, in place, 1 under even light of 1; beyond the plane it is dark. No lifetime, no spread. */
export function carrierSpread(plane: Plane, carriers: Carriers): (light: Float64Array) => void {
  const { lifetime, diffusion, recombination } = carriers
  for (const [name, value] of Object.entries({ lifetime, diffusion, recombination }))
    if (!(value >= 0) || !Number.isFinite(value))
      throw new InsituError('CONFIG', `thz wafer: ${name} must be zero or positive, got ${value}`)
  if (lifetime === 0 || diffusion === 0) return () => {}
  const { rows, columns, pitch } = plane
  const grid = { rows: paddedSize(rows), columns: paddedSize(columns) }
  const { forward, inverse } = fourierTransform(grid)
  const [re, im] = [new Float64Array(grid.rows * grid.columns), new Float64Array(grid.rows * grid.columns)]
  const contrast = new Float64Array(re.length)
  const wave = (n: number, count: number) => (2 * Math.PI * (n < count / 2 ? n : n - count)) / (count * pitch)
  for (let r = 0, at = 0; r < grid.rows; r++)
    for (let c = 0; c < grid.columns; c++, at++)
      contrast[at] = carrierContrast(carriers, Math.hypot(wave(r, grid.rows), wave(c, grid.columns)))
  return (light) => {
    re.fill(0)
    im.fill(0)
    for (let r = 0; r < rows; r++) re.set(light.subarray(r * columns, (r + 1) * columns), r * grid.columns)
    forward(re, im)
    for (let n = 0; n < re.length; n++) {
      re[n] *= contrast[n]
      im[n] *= contrast[n]
    }
    inverse(re, im)
    for (let r = 0; r < rows; r++) light.set(re.subarray(r * grid.columns, r * grid.columns + columns), r * columns)
  }
}

/** Twice as wide, so that light at one edge does not come in at the other. */
function paddedSize(size: number): number {
  return 2 ** Math.ceil(Math.log2(2 * size))
}

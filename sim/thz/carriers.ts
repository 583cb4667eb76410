import { InsituError } from '../../src/errors.ts'
import { spectralFilter } from '../../src/kernels/spectral-filter.ts'
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
  // Light at one edge must not come in at the other: six diffusion lengths keep it off to a quarter of a percent.
  const apart = (6 * Math.sqrt(diffusion * lifetime)) / pitch
  const grid = { rows: powerOfTwo(rows + apart), columns: powerOfTwo(columns + apart) }
  const contrast = new Float64Array(grid.rows * grid.columns)
  const wave = (n: number, count: number) => (2 * Math.PI * (n < count / 2 ? n : n - count)) / (count * pitch)
  for (let r = 0, at = 0; r < grid.rows; r++)
    for (let c = 0; c < grid.columns; c++, at++)
      contrast[at] = carrierContrast(carriers, Math.hypot(wave(r, grid.rows), wave(c, grid.columns)))
  const filter = spectralFilter({ rows, columns, grid }, { re: contrast, im: new Float64Array(contrast.length) })
  const im = new Float64Array(rows * columns)
  return (light) => {
    im.fill(0)
    filter.forward({ re: light, im }, { re: light, im })
    // There are no fewer than none: what the transform leaves of round-off.
    for (let n = 0; n < light.length; n++) if (light[n] < 0) light[n] = 0
  }
}

function powerOfTwo(size: number): number {
  return 2 ** Math.ceil(Math.log2(size))
}

import { InsituError } from '../errors.ts'
import { spectralFilter } from '../kernels/spectral-filter.ts'
import { checkPlane, type Field, type Plane } from './plane.ts'

/** What a wave runs through, and how far. */
export interface Path {
  /** In vacuum, m. */
  readonly wavelength: number
  /** Refractive index; 1 in vacuum. */
  readonly index: number
  /** Loss of power per metre; default 0. */
  readonly absorption?: number
  /** From plane to plane, m. */
  readonly distance: number
  /**
   * Whether both faces, of Fresnel's r = (n - 1) / (n + 1) towards vacuum, send a second wave along, which has gone the way
   * three times and joins the first coherently with the amplitude r^2; default false.
   */
  readonly etalon?: boolean
}

export interface PropagationOptions extends Path {
  readonly plane: Plane
  /** How many times wider than the plane the grid of the transform is; default 2. It is rounded up to a power of two. */
  readonly padding?: number
}

/** Carries a field from one plane to another one parallel to it; outside the plane there is no field. */
export interface Propagator {
  readonly plane: Plane
  /** The field on the second plane. `into` may be `field`. */
  forward(field: Field, into: Field): void
  /** The adjoint of `forward`: <forward(a), b> = <a, adjoint(b)>. */
  adjoint(field: Field, into: Field): void
}

/**
 * Propagation by the angular spectrum: every plane wave of the field times exp(i kz d), kz = sqrt((n k0)^2 - kx^2 - ky^2) with
 * an imaginary part that is never negative, so that waves beyond the cut decay (Goodman, Introduction to Fourier Optics, 3.10).
 *
 * Throws `CONFIG` for a plane or a path that makes no sense.
 */
export function angularSpectrum(options: PropagationOptions): Propagator {
  const { plane, padding = 2 } = options
  checkPlane('angular spectrum', plane)
  checkPath(options, padding)
  const { rows, columns, pitch } = plane
  const grid = { rows: powerOfTwo(rows * padding), columns: powerOfTwo(columns * padding) }
  const filter = spectralFilter({ rows, columns, grid }, transferFunction(grid.rows, grid.columns, pitch, options))
  return { plane, forward: filter.forward, adjoint: filter.adjoint }
}

/** exp(i kz d) of every plane wave of a periodic grid, in the order of its transform. */
export function transferFunction(rows: number, columns: number, pitch: number, path: Path): Field {
  const re = new Float64Array(rows * columns)
  const im = new Float64Array(rows * columns)
  const k0 = (2 * Math.PI) / path.wavelength
  // A wave of power exp(-a z) has the amplitude exp(-a z / 2), so the index has the imaginary part a / (2 k0).
  const kappa = (path.absorption ?? 0) / (2 * k0)
  const squareRe = k0 * k0 * (path.index * path.index - kappa * kappa)
  const squareIm = 2 * k0 * k0 * path.index * kappa
  const back = path.etalon ? ((path.index - 1) / (path.index + 1)) ** 2 : 0
  // Waves that run to the left or up differ in nothing: a quarter of the grid is the whole.
  const [lower, right] = [Math.floor(rows / 2), Math.floor(columns / 2)]
  for (let r = 0; r <= lower; r++) {
    const ky = (2 * Math.PI * r) / (rows * pitch)
    const [row, other] = [r * columns, ((rows - r) % rows) * columns]
    for (let c = 0; c <= right; c++) {
      const kx = (2 * Math.PI * c) / (columns * pitch)
      const kz = decayingRoot(squareRe - kx * kx - ky * ky, squareIm)
      const size = Math.exp(-kz.im * path.distance)
      const x = size * Math.cos(kz.re * path.distance)
      const y = size * Math.sin(kz.re * path.distance)
      // Times 1 + r^2 (x + i y)^2: there, back and there again.
      const [u, v] = [1 + back * (x * x - y * y), 2 * back * x * y]
      const mirrored = (columns - c) % columns
      for (const at of [row + c, row + mirrored, other + c, other + mirrored]) {
        re[at] = u * x - v * y
        im[at] = u * y + v * x
      }
    }
  }
  return { re, im }
}

/** The square root of x + i y, y >= 0, whose imaginary part is not negative. */
function decayingRoot(x: number, y: number): { re: number; im: number } {
  if (y === 0) return x >= 0 ? { re: Math.sqrt(x), im: 0 } : { re: 0, im: Math.sqrt(-x) }
  const size = Math.hypot(x, y)
  // The larger part by its root, the smaller by division: the difference would cancel.
  if (x >= 0) {
    const re = Math.sqrt((size + x) / 2)
    return { re, im: y / (2 * re) }
  }
  const im = Math.sqrt((size - x) / 2)
  return { re: y / (2 * im), im }
}

function powerOfTwo(size: number): number {
  return 2 ** Math.ceil(Math.log2(size))
}

function checkPath({ wavelength, index, distance, absorption = 0 }: Path, padding: number): void {
  const wanted: readonly (readonly [string, number, boolean, string])[] = [
    ['wavelength', wavelength, wavelength > 0, 'positive, in m'],
    ['index', index, index > 0, 'positive'],
    ['distance', distance, distance >= 0, 'zero or positive, in m'],
    ['absorption', absorption, absorption >= 0, 'zero or positive, in 1/m'],
    ['padding', padding, padding >= 1, '1 or more'],
  ]
  for (const [name, value, good, what] of wanted)
    if (!good || !Number.isFinite(value))
      throw new InsituError('CONFIG', `angular spectrum: ${name} must be ${what}, got ${value}`)
}

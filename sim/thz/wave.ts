import { InsituError } from '../../src/errors.ts'
import { angularSpectrum, type Propagator, transferFunction } from '../../src/optics/angular-spectrum.ts'
import type { Field, Plane } from '../../src/optics/plane.ts'
import { type BeamOptions, type ThzOptions, WAVELENGTH, type WaferOptions } from './options.ts'

/** The wave of a machine on its fine grid: from what stands in the beam to what meets the light. */
export interface Wave {
  readonly plane: Plane
  /** Amplitude of the beam where the object stands. */
  readonly beam: Float64Array
  /** Power of the open beam on the wafer's far side, in units of one cell at amplitude 1. */
  readonly open: number
  /** The way from the object to the lit face; the one used last is kept. */
  through(distance: number): Propagator
}

export interface WaveOptions extends Pick<ThzOptions, 'pixels' | 'fineness' | 'wavelength' | 'padding'> {
  readonly pitch: number
  readonly wafer: WaferOptions
  readonly beam: BeamOptions
}

/** Throws `CONFIG` for a beam without a width and a fineness that is no whole number. */
export function thzWave(options: WaveOptions): Wave {
  const { pixels, pitch, fineness = 2, wavelength = WAVELENGTH, padding = 2, wafer } = options
  for (const [name, radius] of Object.entries(options.beam))
    if (!(radius > 0))
      throw new InsituError('CONFIG', `thz beam: radius of the ${name} must be positive, in m, got ${radius}`)
  if (!Number.isInteger(fineness) || fineness < 1)
    throw new InsituError('CONFIG', `thz: fineness must be a whole number from 1, got ${fineness}`)
  const side = pixels * fineness
  const plane = { rows: side, columns: side, pitch: pitch / fineness }
  const { index, absorption, etalon, thickness } = wafer
  const beam = gaussian(plane, options.beam.wave)
  const make = (distance: number) =>
    angularSpectrum({ plane, padding, wavelength, index, absorption, distance, etalon })
  // A plane wave that meets the wafer head on.
  const head = transferFunction(1, 1, plane.pitch, { wavelength, index, absorption, distance: thickness, etalon })
  const share = head.re[0] ** 2 + head.im[0] ** 2
  let kept: { readonly distance: number; readonly propagator: Propagator } | undefined
  return {
    plane,
    beam,
    open: share * beam.reduce((sum, b) => sum + b * b, 0),
    through(distance) {
      if (kept?.distance !== distance) kept = { distance, propagator: make(distance) }
      return kept.propagator
    },
  }
}

/** exp(-(r / radius)^2) about the middle of a plane; 1 everywhere for an infinite radius. */
export function gaussian({ rows, columns, pitch }: Plane, radius: number): Float64Array {
  const values = new Float64Array(rows * columns)
  for (let r = 0, at = 0; r < rows; r++)
    for (let c = 0; c < columns; c++, at++) {
      const [x, y] = [(c + 0.5 - columns / 2) * pitch, (r + 0.5 - rows / 2) * pitch]
      values[at] = Math.exp(-(x * x + y * y) / (radius * radius))
    }
  return values
}

/** Each pixel of a square frame over `fineness` x `fineness` cells. */
export function enlarged(pixels: ArrayLike<number>, side: number, fineness: number, into: Float64Array): void {
  const cells = side * fineness
  for (let r = 0, at = 0; r < cells; r++) {
    const row = Math.floor(r / fineness) * side
    for (let c = 0; c < cells; c++, at++) into[at] = pixels[row + Math.floor(c / fineness)]
  }
}

/** Power of every number of a field. */
export function power({ re, im }: Field, into: Float64Array): void {
  for (let n = 0; n < into.length; n++) into[n] = re[n] * re[n] + im[n] * im[n]
}

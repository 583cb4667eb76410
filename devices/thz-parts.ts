import { InsituError } from '../src/errors.ts'

/** Steps of what goes in and the range and step of what comes out; steps are 0 where nothing is counted. */
export interface ThzConverters {
  /** Of gray levels or transmissions. */
  readonly drive: number
  /** Of patterns or levels of light, where they are parameters; other parameters then have the steps of their stages. */
  readonly parameter: number
  /** Of readings, V. */
  readonly sense: { readonly min: number; readonly max: number; readonly step: number }
}

/** Nothing is counted; readings between -2 and 2 V. */
export const IDEAL_THZ: ThzConverters = { drive: 0, parameter: 0, sense: { min: -2, max: 2, step: 0 } }

/** Gray levels of 8 bits, patterns of 2^-7, readings of 16 bits within 2 V; the lowest count means a reading that is missing. */
export const COUNTED_THZ: ThzConverters = {
  drive: 1 / 256,
  parameter: 1 / 128,
  sense: { min: -2 + 2 ** -14, max: 2 - 2 ** -14, step: 2 ** -14 },
}

/** Throws `CONFIG` for pixels that make no sense; `of` names the machine. */
export function checkPixels(of: string, pixels: number, pitch: number): void {
  if (Number.isInteger(pixels) && pixels >= 1 && pitch > 0 && Number.isFinite(pitch)) return
  throw new InsituError(
    'CONFIG',
    `${of}: wanted a whole number of pixels from 1 and a positive pitch in m, got ${pixels} at ${pitch}`,
  )
}

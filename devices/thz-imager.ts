import { type Bank, type DataSheet, dataSheet, type Kind, safeTheta } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'
import type { ThzConverters } from './thz-parts.ts'
import { checkPixels } from './thz-parts.ts'

/**
 * A THz imager with one pixel: a wave passes the object, then a silicon wafer, and meets the light that is shown on the
 * wafer's back face; one detector takes what is left (docs/explanation/thz-imager.md).
 *
 * Drive, one frame a slot: `pixels`^2 gray levels from 0 (dark) to 1 (full light), row by row from the top left, x along
 * the columns, y along the rows. Light makes silicon reflect: a LIT PIXEL LOWERS THE READING. Sense: one reading in V; the
 * open beam on the unlit wafer reads `gain`.
 *
 * theta: `pump` (level of the light in each zone, relative to full), `distance` (from the object to the lit face, in
 * silicon, m), `shift` (of the frame on the wafer, x then y, m), `rotation` (from x towards y, rad), `magnification`.
 */
export interface ThzImagerSpec {
  /** Pixels of a side of the frame. */
  readonly pixels: number
  /** Distance of neighbouring pixels on the wafer, m. */
  readonly pitch: number
  /** Zones of a side, each with its own level of light; default 1. It must divide `pixels`. */
  readonly zones?: number
  /** Nominal distance from the object to the lit face, m. */
  readonly distance: number
  /** Reading of the open beam on the unlit wafer, V. */
  readonly gain: number
}

export interface ThzImagerSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly converters: ThzConverters
  /** Standard deviation of one reading, V. */
  readonly noise: number
  readonly maxSlots: number
  readonly slotSeconds: number
  readonly settings: Readonly<Record<string, unknown>>
}

/** Settings of the optics as people think of them; what is left out is nominal. */
export interface ImagerSettings {
  /** One level for all zones, or one for each; default full light. */
  readonly pump?: number | readonly number[]
  /** m. */
  readonly distance?: number
  /** x and y, m. */
  readonly shift?: readonly [x: number, y: number]
  /** rad. */
  readonly rotation?: number
  readonly magnification?: number
}

/** The data sheet; throws `CONFIG` for sizes that make no sense. */
export function thzImagerSheet(spec: ThzImagerSpec, options: ThzImagerSheetOptions): DataSheet {
  const { pixels, pitch, zones = 1, distance, gain } = spec
  checkPixels('thz-imager', pixels, pitch)
  if (!Number.isInteger(zones) || zones < 1 || pixels % zones !== 0)
    throw new InsituError('CONFIG', `thz-imager: zones must be a whole number that divides ${pixels}, got ${zones}`)
  if (!(distance > 0)) throw new InsituError('CONFIG', `thz-imager: distance must be positive, in m, got ${distance}`)
  const { converters, settings, ...rest } = options
  const counted = converters.parameter > 0
  const bank = (
    name: string,
    width: number,
    unit: string,
    [min, max]: readonly [number, number],
    safe: number,
    step: number,
  ): Bank => ({ name, width, unit, min, max, safe, step: counted ? step : 0, slew: Number.POSITIVE_INFINITY })
  return dataSheet({
    ...rest,
    machine: 'thz-imager',
    banks: [
      // A machine nobody talks to shuts its laser off.
      bank('pump', zones * zones, '1', [0, 1], 0, converters.parameter),
      bank('distance', 1, 'm', [0, 2 * distance], distance, distance / 10_000),
      bank('shift', 2, 'm', [-4 * pitch, 4 * pitch], 0, pitch / 1000),
      bank('rotation', 1, 'rad', [-0.1, 0.1], 0, 1e-5),
      bank('magnification', 1, '1', [0.9, 1.1], 1, 1e-4),
    ],
    drive: { width: pixels * pixels, unit: '1', min: 0, max: 1, step: converters.drive },
    sense: { width: 1, unit: 'V', ...converters.sense, noise: options.noise },
    repeatable: true,
    settings: { ...settings, pixels, pitch, zones, distance, gain, lit: 'lowers the reading' },
  })
}

/** Parameters for these settings: full light, nominal distance and no misplacement where nothing is said. The safe values have the light off. */
export function imagerTheta(sheet: Pick<DataSheet, 'banks'>, settings: ImagerSettings = {}): Float64Array {
  const theta = safeTheta(sheet)
  const { pump = 1, distance, shift, rotation, magnification } = settings
  const given: Readonly<Record<string, number | readonly number[] | undefined>> = {
    pump,
    distance,
    shift,
    rotation,
    magnification,
  }
  let at = 0
  for (const { name, width } of sheet.banks) {
    const value = given[name]
    if (typeof value === 'number') theta.fill(value, at, at + width)
    else if (value !== undefined) {
      if (value.length !== width)
        throw new InsituError('SHAPE', `thz-imager: ${name} takes ${width} numbers, got ${value.length}`)
      theta.set(value, at)
    }
    at += width
  }
  return theta
}

/**
 * Sums of pattern times intensity from pairs of readings, the frame (1 + P) / 2 first, then (1 - P) / 2: their difference,
 * taken so that light lowers a reading, in the unit of one pixel of the open beam.
 *
 * `depth` is the part of its power that a fully lit pixel takes away: 1 for an ideal modulator. `into` takes half as many
 * numbers as there are readings.
 */
export function projections(
  readings: Float64Array,
  { pixels, gain, depth = 1 }: { readonly pixels: number; readonly gain: number; readonly depth?: number },
  into: Float64Array,
): Float64Array {
  if (readings.length !== 2 * into.length)
    throw new InsituError('SHAPE', `thz-imager: ${readings.length} readings are no pairs for ${into.length} numbers`)
  const scale = pixels ** 2 / (gain * depth)
  for (let k = 0; k < into.length; k++) into[k] = scale * (readings[2 * k + 1] - readings[2 * k])
  return into
}

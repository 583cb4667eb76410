import { type DataSheet, dataSheet, type Kind } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'
import { checkPixels, type ThzConverters } from './thz-parts.ts'

/**
 * The other face of the imager: scenes stand in the wave, a few patterns are shown, one after the other, and their readings
 * are the code of the scene (docs/explanation/thz-imager.md).
 *
 * Drive, one scene a slot: `pixels`^2 transmissions of the amplitude from 0 (opaque) to 1 (open), row by row from the top
 * left. Sense: one reading in V for each pattern. theta: the bank `patterns`, one after the other, row by row: the PART OF
 * THE POWER THAT A PIXEL IS TO LET THROUGH, 0 to 1; where they are shown as pairs, -1 to 1, a reading being that of
 * (1 + P) / 2 minus that of (1 - P) / 2. The machine lights what is to be dark, so a larger number RAISES the reading.
 */
export interface ThzEncoderSpec {
  /** Pixels of a side of the scene and of a pattern. */
  readonly pixels: number
  /** Distance of neighbouring pixels, m. */
  readonly pitch: number
  /** How many patterns are shown to each scene. */
  readonly patterns: number
  /** Whether each is shown as a pair of opposites, whose readings are subtracted; default true. */
  readonly differential?: boolean
  /** Reading of the open beam on a wafer that lets everything through, V. */
  readonly gain: number
}

export interface ThzEncoderSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly converters: ThzConverters
  /** Standard deviation of one reading, V. */
  readonly noise: number
  readonly maxSlots: number
  readonly slotSeconds: number
  readonly settings: Readonly<Record<string, unknown>>
}

/** The data sheet; throws `CONFIG` for sizes that make no sense. */
export function thzEncoderSheet(spec: ThzEncoderSpec, options: ThzEncoderSheetOptions): DataSheet {
  const { pixels, pitch, patterns, differential = true, gain } = spec
  checkPixels('thz-encoder', pixels, pitch)
  if (!Number.isInteger(patterns) || patterns < 1)
    throw new InsituError('CONFIG', `thz-encoder: patterns must be a whole number from 1, got ${patterns}`)
  const { converters, settings, noise, ...rest } = options
  return dataSheet({
    ...rest,
    machine: 'thz-encoder',
    banks: [
      {
        name: 'patterns',
        width: patterns * pixels * pixels,
        unit: '1',
        min: differential ? -1 : 0,
        max: 1,
        step: converters.parameter,
        safe: 0,
        slew: Number.POSITIVE_INFINITY,
      },
    ],
    drive: { width: pixels * pixels, unit: '1', min: 0, max: 1, step: converters.drive },
    sense: { width: patterns, unit: 'V', ...converters.sense, noise },
    repeatable: true,
    settings: { ...settings, pixels, pitch, patterns, differential, gain, lit: 'shown as what it lets through' },
  })
}

import type { CheckedDevice } from '../contract/device.ts'
import { type CodePort, type PatternWindow, patternSlots } from '../contract/facets.ts'
import { nameOf } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { frames } from '../patterns/frames.ts'
import type { Patterns } from '../patterns/patterns.ts'
import type { Measurement } from './measurement.ts'

export interface MeasurePatternsOptions {
  /** `opposite`: every pattern and then its opposite, whose readings are subtracted; `single`: each once, against a dark frame. */
  readonly pairing: 'single' | 'opposite'
  /** Slots a frame is shown for; the readings are averaged. Default 1. */
  readonly hold?: number
  /** Slots at the beginning of each `hold` whose readings are left out, for a detector that remembers. Default 0. */
  readonly settle?: number
  /** By how much a fully lit pixel of unit intensity changes the reading, without its sign, in the unit of the sense port; default 1. */
  readonly perPixel?: number
  /** Most numbers of drive in one block; default 2^20. */
  readonly most?: number
  readonly signal?: AbortSignal
  /** Told after each block. */
  readonly onBlock?: (done: number, count: number) => void
}

/** Single patterns between two dark frames. */
const NEAR = 64

/** What shows patterns: any device whose drive is one frame; the facet is used where it makes them itself. */
export type PatternDevice = CheckedDevice & { readonly codes?: CodePort }

/** A frame that is the same everywhere. */
type Even = 'dark' | 'lit'

/**
 * Shows patterns to a machine with one detector and returns their values, offset, gain and sign taken off: close to
 * `patterns.project(intensity)`. Whether light raises or lowers a reading is found out with a dark and a lit frame.
 *
 * Throws `SHAPE` for patterns that are no frame of the machine, `CONFIG` for options that make no sense, and where a dark and a lit
 * frame read the same.
 */
export async function measurePatterns(
  device: PatternDevice,
  patterns: Patterns,
  options: MeasurePatternsOptions,
): Promise<Measurement> {
  const { pairing, hold = 1, settle = 0, perPixel = 1, most = 2 ** 20, signal, onBlock } = options
  check(device, patterns, options)
  const { count, min, max } = patterns
  const show = shower(device, patterns, hold, signal)
  const even = async (which: Even) => mean(await show.even(which), 0, hold, settle)
  const [dark, lit] = [await even('dark'), await even('lit')]
  const { noise } = device.sheet.sense
  const quiet = (3 * Math.SQRT2 * noise) / Math.sqrt(hold - settle)
  if (Math.abs(lit - dark) <= quiet)
    throw new InsituError(
      'CONFIG',
      `${nameOf(device.sheet)}: a dark and a lit frame read the same, ${dark} and ${lit} ${device.sheet.sense.unit}`,
      {
        device: device.sheet.machine,
        hint: 'is the light that writes the patterns on, and the wave, and does the object let any of it pass?',
      },
    )
  const gain = Math.sign(lit - dark) * perPixel
  const light = (lit - dark) / gain
  const values = new Float64Array(count)
  const frame = hold * (pairing === 'opposite' ? 2 : 1)
  // Only frames that are sent take memory.
  const { drive, maxSlots } = device.sheet
  const room = Math.floor(Math.min(show.onBoard ? maxSlots : most / drive.width, maxSlots) / frame)
  const per = Math.max(1, pairing === 'single' ? Math.min(room, NEAR) : room)
  for (let first = 0; first < count; first += per) {
    const length = Math.min(per, count - first)
    // A single frame is compared with a dark one close by, so that a slow drift is taken off too.
    const zero = pairing === 'single' && first > 0 ? await even('dark') : dark
    const readings = await show.window({ family: patterns.name, first, count: length, pairing, hold })
    for (let k = 0; k < length; k++) {
      const one = mean(readings, k * frame, hold, settle)
      values[first + k] =
        pairing === 'single'
          ? ((max - min) * (one - zero)) / gain + min * light
          : ((max - min) / 2) * ((one - mean(readings, k * frame + hold, hold, settle)) / gain) +
            ((max + min) / 2) * light
    }
    onBlock?.(first + length, count)
  }
  const sigma = (noise / (perPixel * Math.sqrt(hold - settle))) * noiseFactor(patterns, pairing, per)
  return { patterns, values, pairing, ...(noise > 0 && { sigma }) }
}

/**
 * Standard deviation of a value over that of one averaged reading, at a `perPixel` of 1: white noise, the even frames included; rms over
 * the values, for single patterns have a dark frame of their own only from the second window of `near` of them on.
 */
export function noiseFactor(
  { min, max, count }: Pick<Patterns, 'min' | 'max' | 'count'>,
  pairing: 'single' | 'opposite',
  near = NEAR,
): number {
  // A value holds its frame or frames, and of the two even frames as much as it needs of them.
  const [range, half, middle] = [max - min, (max - min) / 2, (max + min) / 2]
  if (pairing === 'opposite') return Math.hypot(half, half, middle, middle)
  const first = Math.min(near, count) / count
  // In the first window the dark frame beside the pattern is the one that tells the light.
  return Math.hypot(
    Math.sqrt(first) * Math.hypot(range, max, min),
    Math.sqrt(1 - first) * Math.hypot(range, range, min, min),
  )
}

/** Values of several measurements of the same grid, one after the other. Throws `CONFIG` where some were single and some in pairs. */
export function joinedMeasurements(parts: readonly Measurement[], patterns: Patterns): Measurement {
  const pairings = new Set(parts.map(({ pairing }) => pairing ?? 'unknown'))
  if (pairings.size > 1)
    throw new InsituError(
      'CONFIG',
      `measurements of patterns shown singly and in pairs of opposites do not go together, got ${[...pairings].join(' and ')}`,
      { hint: 'their offsets and noise differ: make images of each, or measure again in one way' },
    )
  const values = Float64Array.from(parts.flatMap((part) => [...part.values]))
  if (values.length !== patterns.count)
    throw new InsituError('SHAPE', `${patterns.count} patterns want as many values, the parts have ${values.length}`)
  const sigmas = parts.map(({ sigma }) => sigma)
  const known = sigmas.every((sigma) => sigma !== undefined)
  const [{ pairing }] = parts
  return {
    patterns,
    values,
    ...(pairing !== undefined && { pairing }),
    ...(known && { sigma: Math.max(...(sigmas as number[])) }),
  }
}

/** Ways to show windows and even frames, over the machine's own generator where it has these patterns. */
function shower(device: PatternDevice, patterns: Patterns, hold: number, signal: AbortSignal | undefined) {
  const { drive } = device.sheet
  const port = device.codes?.patterns
  const onBoard =
    port?.families.includes(patterns.name) && port.rows === patterns.rows && port.columns === patterns.columns
  const call = signal === undefined ? {} : { signal }
  let held = new Float64Array(0)
  const rows = (count: number) => {
    if (held.length !== count * drive.width) held = new Float64Array(count * drive.width)
    return held
  }
  return {
    onBoard,
    async window(window: PatternWindow): Promise<Float64Array> {
      const readings = new Float64Array(patternSlots(window))
      if (onBoard) await port?.measure(window, readings, call)
      else {
        // The drive holds its rows itself.
        const data = rows(patternSlots({ ...window, hold: 1 }))
        frames(patterns, { ...window, hold: 1 }, drive, data)
        await device.measure({ slots: readings.length, drive: { kind: 'track', data, hold } }, readings, call)
      }
      return readings
    },
    async even(which: Even): Promise<Float64Array> {
      const readings = new Float64Array(hold)
      const data = new Float64Array(drive.width).fill(which === 'dark' ? drive.min : drive.max)
      await device.measure({ slots: hold, drive: { kind: 'track', data, hold } }, readings, call)
      return readings
    },
  }
}

function mean(readings: Float64Array, at: number, hold: number, settle: number): number {
  let sum = 0
  for (let t = settle; t < hold; t++) sum += readings[at + t]
  return sum / (hold - settle)
}

function check({ sheet }: PatternDevice, patterns: Patterns, options: MeasurePatternsOptions): void {
  const { hold = 1, settle = 0, perPixel = 1, pairing } = options
  const device = nameOf(sheet)
  if (patterns.rows * patterns.columns !== sheet.drive.width || sheet.sense.width !== 1)
    throw new InsituError(
      'SHAPE',
      `${device}: wanted frames of ${sheet.drive.width} pixels and one detector, got patterns of ${patterns.rows} x ${patterns.columns} and ${sheet.sense.width} readings`,
      { device: sheet.machine },
    )
  const bad =
    pairing !== 'single' && pairing !== 'opposite'
      ? `pairing must be single or opposite, got ${String(pairing)}`
      : !Number.isInteger(hold) || hold < 1 || !Number.isInteger(settle) || settle < 0 || settle >= hold
        ? `hold must be a whole number from 1 and settle one below it, got ${hold} and ${settle}`
        : !(perPixel > 0)
          ? `perPixel must be positive, got ${perPixel}`
          : undefined
  if (bad !== undefined)
    throw new InsituError('CONFIG', `${device}: ${bad}`, {
      device: sheet.machine,
      hint: 'patterns in pairs and single ones have other offsets and another noise, so the way is never guessed',
    })
}

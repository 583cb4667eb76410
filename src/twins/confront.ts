import type { CallOptions } from '../contract/backend.ts'
import type { CheckedDevice } from '../contract/device.ts'
import { bankOffsets, type DataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import { checkTwinWidths, expected } from './ask.ts'
import type { FittedTwin, TwinRecord } from './calibration.ts'
import { residual } from './residual.ts'
import { startParameters } from './twin.ts'

export interface ConfrontOptions {
  /** How far parameters are moved to see whether readings follow, as a part of their range; default 0.01. */
  readonly move?: number
  /** Moves that are tried; default 4. */
  readonly moves?: number
  /** Draws the moves; default 1. */
  readonly seed?: number
}

/** How a twin and its machine agree. */
export interface Verdict {
  /** Root mean square of reading minus expectation over that of the readings about their mean. */
  readonly residual: number
  /** Root mean square of reading minus expectation over that of the readings. */
  readonly share: number
  /** The same in the standard deviations of the calibration; absent for a twin as designed. */
  readonly deviation?: number
  /** Cosine between measured and expected changes of the readings when parameters move; noise lowers it. */
  readonly response: number
  /** What noise alone would leave of `response` for a right twin. */
  readonly reachable: number
  /** Reading that lies furthest off. */
  readonly worst: { readonly reading: number; readonly measured: number; readonly expected: number }
  readonly slots: number
  readonly clipped: number
  readonly saturated: number
  readonly retries: number
}

/**
 * Holds a twin against its machine at the parameters `theta` and a little beside them, which are stored, and then `theta` again.
 * `drive` holds `rows` rows the machine may be shown. Throws `SHAPE` where they are not as wide as each other.
 */
export async function confront(
  { twin, calibration }: FittedTwin,
  device: CheckedDevice,
  at: { readonly theta: Float64Array; readonly drive: Float64Array; readonly rows: number },
  options: ConfrontOptions = {},
  opts: CallOptions = {},
): Promise<Verdict> {
  const { move = 0.01, moves = 4, seed = 1 } = options
  checkTwinWidths(twin, device.sheet)
  const parameters = calibration?.parameters ?? startParameters(twin)
  const { drive, rows } = at
  const tally = { slots: 0, clipped: 0, saturated: 0, retries: 0 }
  const read = async (theta: Float64Array): Promise<TwinRecord> => {
    await device.store(theta, opts)
    const sense = new Float64Array(rows * twin.width.sense)
    const receipt = await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, sense, opts)
    for (const key of ['slots', 'clipped', 'saturated', 'retries'] as const) tally[key] += receipt[key]
    return { theta, drive, rows, sense }
  }
  const here = await read(at.theta)
  const believed = await expected(twin, { theta: at.theta, drive, rows, parameters })
  let [both, measuredSquares, expectedSquares] = [0, 0, 0]
  try {
    for (let n = 0; n < moves; n++) {
      const theta = moved(device.sheet, at.theta, move, seed, n)
      const { sense } = await read(theta)
      const would = await expected(twin, { theta, drive, rows, parameters })
      for (let i = 0; i < sense.length; i++) {
        const [m, e] = [sense[i] - here.sense[i], would[i] - believed[i]]
        both += m * e
        measuredSquares += m * m
        expectedSquares += e * e
      }
    }
  } finally {
    await device.store(at.theta, opts)
  }
  const { noise, step } = device.sheet.sense
  const noiseSquares = 2 * (noise ** 2 + step ** 2 / 12) * moves * here.sense.length
  const response = both === 0 ? 0 : both / Math.sqrt(measuredSquares * expectedSquares)
  return {
    ...residual(here.sense, believed, twin.width.sense, calibration?.sigma),
    response,
    reachable: expectedSquares === 0 ? 0 : Math.sqrt(expectedSquares / (expectedSquares + noiseSquares)),
    ...tally,
  }
}

/** Parameters a random step to either side, turned back where a limit is near. */
function moved(sheet: DataSheet, theta: Float64Array, part: number, seed: number, n: number): Float64Array {
  const random = draws(seed, STREAM.twinProbes)
  const offsets = bankOffsets(sheet)
  const next = theta.slice()
  sheet.banks.forEach(({ min, max }, b) => {
    const size = part * (max - min)
    for (let i = offsets[b]; i < offsets[b + 1]; i++) {
      const sign = random.uniform(n * theta.length + i) < 0.5 ? -1 : 1
      const to = theta[i] + sign * size
      next[i] = to > max || to < min ? theta[i] - sign * size : to
    }
  })
  return next
}

export interface TrustOptions {
  /**
   * Largest share of the readings that a twin as designed may be off by; default 1. Only its slopes are used, so that an offset
   * does no harm where the response is right.
   */
  readonly share?: number
  /** Largest deviation of a calibrated twin in its own standard deviations; default 2. */
  readonly deviation?: number
  /** Least part of `reachable` that the response must have; default 0.5. */
  readonly response?: number
}

/** Throws `TWIN` with what disagrees, where a verdict is not good enough to learn by. */
export function requireTrust(
  { twin, calibration }: FittedTwin,
  device: CheckedDevice,
  verdict: Verdict,
  options: TrustOptions = {},
): void {
  const { share: most = 1, deviation: far = 2, response: least = 0.5 } = options
  const { worst } = verdict
  const { unit } = device.sheet.sense
  const refuse = (what: string, hint: string) => {
    throw new InsituError('TWIN', `twin ${twin.name} does not predict ${device.name}: ${what}`, {
      device: device.sheet.machine,
      hint,
    })
  }
  const example = `reading ${worst.reading} is ${short(worst.measured)} ${unit}, expected ${short(worst.expected)} ${unit}`
  // Where noise hides the response it says nothing; the residual still does.
  if (verdict.reachable > 0.3 && verdict.response < least * verdict.reachable) {
    const opposed = verdict.response < -least * verdict.reachable
    refuse(
      `when parameters move, readings change with cosine ${short(verdict.response)} to what it expects (${short(verdict.reachable)} is left by noise)`,
      opposed
        ? 'a sign of the twin is flipped'
        : 'check that twin and machine have the same layout of parameters and inputs',
    )
  }
  if (verdict.deviation !== undefined && verdict.deviation > far)
    refuse(
      `readings lie ${short(verdict.deviation)} of its standard deviations off, ${example}`,
      'the machine has changed since it was calibrated, or is another one: calibrate again',
    )
  if (calibration === undefined && verdict.share > most)
    refuse(
      `it is off by ${short(verdict.share)} of the readings, ${example}`,
      'calibrate the twin on this machine, or check its settings',
    )
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

import type { CallOptions } from '../contract/backend.ts'
import type { CheckedDevice } from '../contract/device.ts'
import type { Unit } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { fitPolynomial } from './polynomial.ts'

/** A number with its standard deviation, both in `unit`. */
export interface Uncertain {
  readonly value: number
  readonly deviation: number
  readonly unit: Unit
}

export interface CalibrationPlan {
  /** Which drive input is swept, from 0. */
  readonly channel: number
  /** Which reading is looked at, from 0. */
  readonly reading: number
  /** Range of the sweep, in drive units; the whole drive range by default. */
  readonly from?: number
  readonly to?: number
  /** Inputs in the sweep (default 16). */
  readonly points?: number
  /** Times every input is measured (default 4). */
  readonly repeats?: number
  /** What the other inputs are held at, in drive units (default: 0, or the end of the range nearest to it). */
  readonly rest?: number
}

export interface Calibration {
  /** Change of the reading per change of the input. */
  readonly gain: Uncertain
  /** Reading at input 0. */
  readonly offset: Uncertain
  /** Covariance of gain and offset. */
  readonly covariance: number
  /** Root mean square deviation from the line, in sense units: how far from linear the path is, noise included. */
  readonly residual: number
  /** Inputs and readings, one pair per slot. */
  readonly inputs: Float64Array
  readonly readings: Float64Array
}

/**
 * Measures gain and offset from one drive input to one reading, at the parameters stored now.
 *
 * The errors rest on the scatter about the line, and at least on the sheet's noise and step. Throws `SHAPE` for a channel
 * the machine lacks, `CONFIG` where the sweep does not determine the line, `LIMIT` where readings hit the end of their
 * range.
 */
export async function calibrate(
  device: CheckedDevice,
  plan: CalibrationPlan,
  opts: CallOptions = {},
): Promise<Calibration> {
  const { drive, sense } = device.sheet
  index(device, 'channel', plan.channel, drive.width)
  index(device, 'reading', plan.reading, sense.width)
  const { from = drive.min, to = drive.max, points = 16, repeats = 4 } = plan
  const rest = plan.rest ?? Math.min(drive.max, Math.max(drive.min, 0))
  const slots = points * repeats
  const data = new Float64Array(slots * drive.width).fill(rest)
  const inputs = new Float64Array(slots)
  for (let t = 0; t < slots; t++) {
    // Up and down by turns, so that a slow drift does not look like a gain.
    const n = Math.floor(t / points) % 2 === 0 ? t % points : points - 1 - (t % points)
    inputs[t] = points === 1 ? from : from + ((to - from) * n) / (points - 1)
    data[t * drive.width + plan.channel] = inputs[t]
  }
  const into = new Float64Array(slots * sense.width)
  const receipt = await device.measure({ slots, drive: { kind: 'track', data, hold: 1 } }, into, opts)
  if (receipt.saturated > 0) {
    throw new InsituError(
      'LIMIT',
      `calibrate: ${receipt.saturated} readings of ${device.name} hit the end of their range`,
      {
        device: device.sheet.machine,
        hint: 'sweep a narrower range',
      },
    )
  }
  const readings = Float64Array.from({ length: slots }, (_, t) => into[t * sense.width + plan.reading])
  const fit = await fitPolynomial(inputs, readings)
  const floor = Math.hypot(sense.noise, sense.step / Math.sqrt(12))
  const { values, covariance } = fit.sigma < floor ? await fitPolynomial(inputs, readings, { sigma: floor }) : fit
  const uncertain = (n: number, unit: Unit) => ({ value: values[n], deviation: Math.sqrt(covariance[n][n]), unit })
  return {
    gain: uncertain(1, ratio(sense.unit, drive.unit)),
    offset: uncertain(0, sense.unit),
    covariance: covariance[0][1],
    residual: fit.residual,
    inputs,
    readings,
  }
}

function index(device: CheckedDevice, what: string, given: number, width: number): void {
  if (Number.isInteger(given) && given >= 0 && given < width) return
  throw new InsituError('SHAPE', `calibrate: ${what} ${given} of ${device.name}, wanted 0 to ${width - 1}`)
}

function ratio(above: Unit, below: Unit): Unit {
  if (above === below) return '1'
  if (below === '1') return above
  return `(${above}) / (${below})`
}

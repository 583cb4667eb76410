import { InsituError } from '../../errors.ts'
import type { Calibration } from '../calibration.ts'
import type { Twin, TwinPoint } from '../twin.ts'
import { twinParameterCount } from '../twin.ts'

/**
 * Twins that share their inputs, as one: the readings of all of them beside each other, and parameters of their own behind "0.", "1.".
 *
 * Machines whose readings have no parameter in common are fitted much faster one reading at a time and put together afterwards. Throws
 * `SHAPE` where two differ in width, and `CONFIG` where one depends on parameters of the machine or wants inner readings.
 */
export function sideBySide(name: string, twins: readonly Twin[]): Twin {
  checkAlike(name, twins)
  const { drive } = twins[0].width
  const parts: Part[] = []
  let [sense, own] = [0, 0]
  for (const twin of twins) {
    parts.push({ twin, sense, own, count: twinParameterCount(twin) })
    sense += twin.width.sense
    own += twinParameterCount(twin)
  }
  return {
    name,
    width: { theta: 0, drive, sense },
    banks: twins.flatMap(({ banks }, n) => banks.map((bank) => ({ ...bank, name: `${n}.${bank.name}` }))),
    async forward(point, into) {
      for (const part of parts) {
        const readings = new Float64Array(point.rows * part.twin.width.sense)
        await part.twin.forward(pointOf(part, point), readings)
        spread(readings, into, point.rows, part.twin.width.sense, part.sense, sense)
      }
    },
    async vjp(point, measured, cotangent, into) {
      into.theta?.fill(0)
      into.drive?.fill(0)
      into.parameters?.fill(0)
      for (const part of parts) {
        const { twin } = part
        const along = gathered(cotangent, point.rows, twin.width.sense, part.sense, sense)
        if (along.every((value) => value === 0)) continue
        const slopes = {
          ...(into.drive && { drive: new Float64Array(into.drive.length) }),
          ...(into.parameters && { parameters: into.parameters.subarray(part.own, part.own + part.count) }),
        }
        const seen = { sense: gathered(measured.sense, point.rows, twin.width.sense, part.sense, sense) }
        await twin.vjp(pointOf(part, point), seen, along, slopes)
        slopes.drive?.forEach((value, i) => {
          if (into.drive !== undefined) into.drive[i] += value
        })
      }
    },
  }
}

/** Calibrations of twins beside each other, as one of the twin they make; nothing ties the parts together. */
export function joinedCalibration(name: string, parts: readonly Calibration[]): Calibration {
  const size = parts.reduce((sum, { parameters }) => sum + parameters.length, 0)
  const covariance = new Float64Array(size * size)
  let first = 0
  for (const part of parts) {
    const count = part.parameters.length
    for (let i = 0; i < count; i++)
      covariance.set(part.covariance.subarray(i * count, (i + 1) * count), (first + i) * size + first)
    first += count
  }
  const all = (key: 'parameters' | 'deviations' | 'sigma') => Float64Array.from(parts.flatMap((part) => [...part[key]]))
  const { device } = parts[0]
  const spare = parts.reduce((sum, part) => sum + (part.spare ?? Number.NaN), 0)
  return {
    twin: name,
    ...(device !== undefined && { device }),
    parameters: all('parameters'),
    deviations: all('deviations'),
    covariance,
    sigma: all('sigma'),
    // Where one of them was given its sigma, there is no one number for all.
    ...(!Number.isNaN(spare) && { spare }),
    residual: Math.sqrt(parts.reduce((sum, { residual }) => sum + residual ** 2, 0) / parts.length),
    undetermined: parts.flatMap(({ undetermined }, n) => undetermined.map((parameter) => `${n}.${parameter}`)),
  }
}

interface Part {
  readonly twin: Twin
  /** First of its readings and of its parameters among those of all. */
  readonly sense: number
  readonly own: number
  readonly count: number
}

function pointOf({ own, count }: Part, point: TwinPoint): TwinPoint {
  return { ...point, parameters: point.parameters.subarray(own, own + count) }
}

function spread(from: Float64Array, into: Float64Array, rows: number, width: number, first: number, all: number): void {
  for (let r = 0; r < rows; r++) into.set(from.subarray(r * width, (r + 1) * width), r * all + first)
}

function gathered(from: Float64Array, rows: number, width: number, first: number, all: number): Float64Array {
  const into = new Float64Array(rows * width)
  for (let r = 0; r < rows; r++) into.set(from.subarray(r * all + first, r * all + first + width), r * width)
  return into
}

function checkAlike(name: string, twins: readonly Twin[]): void {
  if (twins.length === 0) throw new InsituError('CONFIG', `twin ${name}: wanted at least one twin beside it, got none`)
  for (const { name: part, width, state } of twins) {
    if (width.drive !== twins[0].width.drive)
      throw new InsituError('SHAPE', `twin ${name}: ${part} has ${width.drive} inputs, wanted ${twins[0].width.drive}`)
    if (width.theta !== 0 || state !== undefined)
      throw new InsituError(
        'CONFIG',
        `twin ${name}: ${part} depends on more than its inputs, which only stand-alone twins may`,
      )
  }
}

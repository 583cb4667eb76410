import { type DataSheet, nameOf, paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { type Measured, parameterName, type Twin, type TwinPoint, type TwinSlopes, twinParameterCount } from './twin.ts'

/** Throws `SHAPE` where a twin is not as wide as the machine it is to be the twin of. */
export function checkTwinWidths(twin: Twin, sheet: DataSheet): void {
  const wanted = { theta: paramCount(sheet), drive: sheet.drive.width, sense: sheet.sense.width }
  const what = { theta: 'parameters', drive: 'inputs', sense: 'readings' }
  for (const key of ['theta', 'drive', 'sense'] as const) {
    if (twin.width[key] === wanted[key]) continue
    throw new InsituError(
      'SHAPE',
      `twin ${twin.name} has ${twin.width[key]} ${what[key]}, ${nameOf(sheet)} has ${wanted[key]}`,
      { device: sheet.machine, hint: 'make the twin from the same settings as the machine' },
    )
  }
  for (const { name, width, start } of twin.banks)
    if (typeof start !== 'number' && start.length !== width)
      throw new InsituError(
        'SHAPE',
        `twin ${twin.name}: bank ${name} has ${start.length} starts for ${width} parameters`,
      )
}

/** Throws `SHAPE` where a point does not fit its twin, naming the part. */
export function checkPoint(twin: Twin, { theta, drive, rows, parameters }: TwinPoint): void {
  const lengths: readonly (readonly [string, number, number])[] = [
    ['theta', theta.length, twin.width.theta],
    ['drive', drive.length, rows * twin.width.drive],
    ['parameters of its own', parameters.length, twinParameterCount(twin)],
  ]
  for (const [what, given, wanted] of lengths)
    if (given !== wanted)
      throw new InsituError('SHAPE', `twin ${twin.name}: ${what} has ${given} numbers, wanted ${wanted} (${rows} rows)`)
}

/** The readings a twin expects, rows x sense width; throws `SHAPE` for a point that does not fit and `NOT_FINITE` naming the reading. */
export async function expected(twin: Twin, point: TwinPoint): Promise<Float64Array> {
  checkPoint(twin, point)
  // A reading that is not written stays no number.
  const sense = new Float64Array(point.rows * twin.width.sense).fill(Number.NaN)
  await twin.forward(point, sense)
  const bad = sense.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    const row = Math.floor(bad / twin.width.sense)
    throw new InsituError(
      'NOT_FINITE',
      `twin ${twin.name} expects ${sense[bad]} for reading ${bad % twin.width.sense} of row ${row}`,
      { hint: notFinite(twin, point) },
    )
  }
  return sense
}

/** Asks for slopes; throws `SHAPE` for lengths that do not match and `NOT_FINITE` naming the parameter. */
export async function slopes(
  twin: Twin,
  point: TwinPoint,
  measured: Measured,
  cotangent: Float64Array,
  into: TwinSlopes,
): Promise<void> {
  checkPoint(twin, point)
  const { rows } = point
  const lengths: readonly (readonly [string, number | undefined, number])[] = [
    ['measured readings', measured.sense.length, rows * twin.width.sense],
    ['measured state', measured.state?.length, rows * (twin.state?.width ?? 0)],
    ['cotangent', cotangent.length, rows * twin.width.sense],
    ['slopes of theta', into.theta?.length, twin.width.theta],
    ['slopes of the drive', into.drive?.length, rows * twin.width.drive],
    ['slopes of its parameters', into.parameters?.length, twinParameterCount(twin)],
  ]
  for (const [what, given, wanted] of lengths)
    if (given !== undefined && given !== wanted)
      throw new InsituError('SHAPE', `twin ${twin.name}: ${what} has ${given} numbers, wanted ${wanted} (${rows} rows)`)
  // A slope that is not written, or added to what stood there, is no number.
  for (const values of [into.theta, into.drive, into.parameters]) values?.fill(Number.NaN)
  await twin.vjp(point, measured, cotangent, into)
  const named: readonly (readonly [Float64Array | undefined, (i: number) => string])[] = [
    [into.theta, (i) => `theta[${i}]`],
    [into.drive, (i) => `input ${i % twin.width.drive} of row ${Math.floor(i / twin.width.drive)}`],
    [into.parameters, (i) => parameterName(twin, i)],
  ]
  for (const [values, name] of named) {
    const bad = values?.findIndex((value) => !Number.isFinite(value)) ?? -1
    if (values !== undefined && bad >= 0)
      throw new InsituError('NOT_FINITE', `twin ${twin.name} gives ${values[bad]} as the slope by ${name(bad)}`, {
        hint: notFinite(twin, point),
      })
  }
}

/** Blames what was given where it is no number, the twin else. */
function notFinite(twin: Twin, { theta, drive, parameters }: TwinPoint): string {
  const own = parameters.findIndex((value) => !Number.isFinite(value))
  if (own >= 0) return `its ${parameterName(twin, own)} is ${parameters[own]}`
  const at = theta.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) return `theta[${at}] is ${theta[at]}`
  const row = drive.findIndex((value) => !Number.isFinite(value))
  if (row >= 0) return `number ${row} of the drive is ${drive[row]}`
  return 'all it was given is finite: look for a division by zero, an overflow, or a number that the twin does not write'
}

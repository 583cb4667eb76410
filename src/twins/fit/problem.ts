import { InsituError } from '../../errors.ts'
import { expected } from '../ask.ts'
import type { TwinRecord } from '../calibration.ts'
import { parameterName, startParameters, type Twin, twinParameterCount } from '../twin.ts'
import { factor } from './cholesky.ts'
import { scaled, unscaledInverse } from './scaled.ts'

/** What was believed of a twin's own parameters before the data. */
export interface Prior {
  readonly mean: Float64Array
  /** One standard deviation each; Infinity where nothing is known. */
  readonly deviations: Float64Array
  /** What was known of them together, parameters x parameters, row by row; `deviations` are then the roots of its diagonal. */
  readonly covariance?: Float64Array
}

/** A twin, what it is to explain, and what was believed before: checked. */
export interface Problem {
  readonly twin: Twin
  readonly records: readonly TwinRecord[]
  readonly prior: Prior
  /** Inverse of the prior's covariance, both halves; absent where the prior has deviations alone. */
  readonly precision?: Float64Array
  /** Parameters of the twin's own. */
  readonly size: number
  /** Rows of all records together: readings of one column. */
  readonly rows: number
}

/**
 * Checks data and prior. Throws `SHAPE` for lengths that do not match, `NOT_FINITE` naming the number, and `CONFIG` for a prior that
 * is none or fewer readings than parameters of which nothing was known.
 */
export function problem(twin: Twin, records: readonly TwinRecord[], prior: Prior = priorOf(twin)): Problem {
  const size = twinParameterCount(twin)
  if (size === 0) throw new InsituError('CONFIG', `twin ${twin.name} has no parameters of its own to fit`)
  for (const [n, record] of records.entries()) checkRecord(twin, record, n)
  checkPrior(twin, size, prior)
  const rows = records.reduce((sum, record) => sum + record.rows, 0)
  const flat = prior.deviations.filter((deviation) => deviation === Infinity).length
  const readings = rows * twin.width.sense
  if (readings === 0 || readings < flat)
    throw new InsituError(
      'CONFIG',
      `fit of twin ${twin.name}: ${readings} readings cannot determine ${flat} parameters of which nothing was known before`,
      { hint: 'measure more rows, or state how far the parameters may lie from their start' },
    )
  const { covariance } = prior
  return { twin, records, prior, size, rows, ...(covariance && { precision: inverted(twin, covariance, size) }) }
}

/** What a twin's banks say of its parameters. */
export function priorOf(twin: Twin): Prior {
  const deviations = twin.banks.flatMap(({ width, spread }) => new Array<number>(width).fill(spread))
  return { mean: startParameters(twin), deviations: Float64Array.from(deviations) }
}

/** The readings expected in every record; throws as `expected` does. */
export async function predictions({ twin, records }: Problem, parameters: Float64Array): Promise<Float64Array[]> {
  const all: Float64Array[] = []
  for (const { theta, drive, rows } of records) all.push(await expected(twin, { theta, drive, rows, parameters }))
  return all
}

/** The same for parameters that are only tried: undefined where a reading is no number. */
export async function attempt(
  { twin, records }: Problem,
  parameters: Float64Array,
): Promise<Float64Array[] | undefined> {
  const all: Float64Array[] = []
  for (const { theta, drive, rows } of records) {
    const sense = new Float64Array(rows * twin.width.sense)
    await twin.forward({ theta, drive, rows, parameters }, sense)
    if (!sense.every(Number.isFinite)) return undefined
    all.push(sense)
  }
  return all
}

/** Sum of the squares of reading minus expectation, per column of the readings. */
export function squares({ twin, records }: Problem, expectations: readonly Float64Array[]): Float64Array {
  const width = twin.width.sense
  const into = new Float64Array(width)
  records.forEach(({ sense }, n) => {
    const believed = expectations[n]
    for (let i = 0; i < sense.length; i++) into[i % width] += (sense[i] - believed[i]) ** 2
  })
  return into
}

/** Twice the negative logarithm of the posterior at parameters with such sums of squares, without what does not depend on them. */
export function misfit(
  { prior, precision, size }: Problem,
  { parameters, columns }: { readonly parameters: Float64Array; readonly columns: Float64Array },
  sigma: Float64Array,
): number {
  const { mean, deviations } = prior
  let sum = 0
  for (let c = 0; c < columns.length; c++) sum += columns[c] / sigma[c] ** 2
  for (let p = 0; p < size; p++) {
    const off = parameters[p] - mean[p]
    if (precision === undefined) sum += (off / deviations[p]) ** 2
    else for (let q = 0; q < size; q++) sum += off * precision[p * size + q] * (parameters[q] - mean[q])
  }
  return sum
}

function checkRecord(twin: Twin, record: TwinRecord, n: number): void {
  const { rows } = record
  const parts: readonly (readonly [string, Float64Array, number])[] = [
    ['theta', record.theta, twin.width.theta],
    ['drive', record.drive, rows * twin.width.drive],
    ['sense', record.sense, rows * twin.width.sense],
  ]
  for (const [name, values, wanted] of parts) {
    const who = `fit of twin ${twin.name}: ${name} of record ${n}`
    if (values.length !== wanted)
      throw new InsituError('SHAPE', `${who} has ${values.length} numbers, wanted ${wanted} (${rows} rows)`)
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad < 0) continue
    const width = wanted / rows
    const place = name === 'theta' ? `[${bad}]` : `, number ${bad % width} of row ${Math.floor(bad / width)},`
    throw new InsituError('NOT_FINITE', `${who}${place} is ${values[bad]}`)
  }
}

/** The inverse of a covariance; throws `CONFIG` where it is none, or says that a combination of parameters is known exactly. */
function inverted(twin: Twin, covariance: Float64Array, size: number): Float64Array {
  const form = scaled(covariance, size)
  const factored = factor(form.matrix, size)
  if (factored.lost.length > 0)
    throw new InsituError(
      'CONFIG',
      `fit of twin ${twin.name}: the prior's covariance has no inverse at ${parameterName(twin, factored.lost[0])}`,
      { hint: 'it must say of every combination of parameters that it is not known exactly' },
    )
  return unscaledInverse(factored, form.scale)
}

function checkPrior(twin: Twin, size: number, { mean, deviations, covariance }: Prior): void {
  if (covariance !== undefined && covariance.length !== size * size)
    throw new InsituError(
      'SHAPE',
      `fit of twin ${twin.name}: prior covariance has ${covariance.length} numbers, wanted ${size * size}`,
    )
  for (const [name, values] of [
    ['means', mean],
    ['deviations', deviations],
  ] as const)
    if (values.length !== size)
      throw new InsituError('SHAPE', `fit of twin ${twin.name}: ${values.length} prior ${name} for ${size} parameters`)
  const lost = mean.findIndex((value) => !Number.isFinite(value))
  if (lost >= 0)
    throw new InsituError(
      'NOT_FINITE',
      `fit of twin ${twin.name}: ${parameterName(twin, lost)} starts at ${mean[lost]}`,
    )
  const bad = deviations.findIndex((value) => !(value > 0))
  if (bad >= 0)
    throw new InsituError(
      'CONFIG',
      `fit of twin ${twin.name}: prior deviation of ${parameterName(twin, bad)} must be positive, got ${deviations[bad]}`,
    )
}

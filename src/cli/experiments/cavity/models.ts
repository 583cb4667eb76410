import {
  type Calibration,
  expected,
  fieldAmplitude,
  fieldStarts,
  fitPolynomials,
  fitTwin,
  type Pairs,
  polynomial,
  polynomialSize,
  type Twin,
  twinParameterCount,
} from '../../../twins/index.ts'
import { rowsOf } from './pairs.ts'

/** One reading of the cavity: its twin, what was found of it, and how many readings were set aside as glitches. */
export interface OutputFit {
  readonly twin: Twin
  readonly calibration: Calibration
  readonly aside: number
}

export type ModelName = 'linear' | 'quadratic' | 'physics'

/** Most steps of a fit: where a reading is little more than noise, they go on along directions in which nothing changes. */
const STEPS = 15

/** Most rows that are fitted from phases alone; of more, a fit to the latest so many comes first, which is much quicker. */
const COLD = 1500

/** Share of a normal distribution within one standard deviation. */
export const WITHIN = 0.6827

export interface CavityFitOptions {
  /** Robust standard deviations beyond which a reading is set aside as a glitch; 0 keeps all. Only for the physics twin. */
  readonly most: number
  /** A fit to other rows to begin at. */
  readonly before?: readonly OutputFit[] | undefined
}

/** Fits all readings of a cavity, each by itself: no two have a parameter in common. */
export function fitCavity(model: ModelName, pairs: Pairs, options: CavityFitOptions): Promise<readonly OutputFit[]> {
  return model === 'physics' ? physics(pairs, options) : polynomials(pairs, model === 'linear' ? 1 : 2)
}

/** Parameters of each reading's twin. */
export function cavityParameters(model: ModelName, inputs: number): number {
  return model === 'physics' ? 2 * inputs + 1 : polynomialSize(inputs, model === 'linear' ? 1 : 2)
}

/** What a fitted reading is expected to be in every row. */
export async function expectedReadings({ twin, calibration }: OutputFit, pairs: Pairs): Promise<Float64Array> {
  const { drive, rows } = pairs
  return expected(twin, { theta: NONE, drive, rows, parameters: calibration.parameters })
}

/** The machine has no parameters. */
export const NONE = new Float64Array(0)

/** The readings of one output. */
export function column({ sense, rows, outputs }: Pairs, output: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => sense[r * outputs + output])
}

/**
 * Two fits from a start: readings far from what the start gives are set aside for the first, and far from that one for the second. Sigma of each is the one seen before it: estimating it along with the field would take twice as long, and a forecast
 * tells better how far off readings lie.
 */
async function physics(pairs: Pairs, { most, before }: CavityFitOptions): Promise<readonly OutputFit[]> {
  if (before === undefined && pairs.rows > COLD) {
    const latest = await physics(rowsOf(pairs, pairs.rows - COLD, pairs.rows), { most })
    return physics(pairs, { most, before: latest })
  }
  const starts =
    before?.map(({ twin, calibration: { parameters } }) => ({ twin, parameters })) ??
    (await fieldStarts(pairs)).map(({ reference, parameters }) => ({
      twin: fieldAmplitude({ inputs: pairs.inputs, reference }),
      parameters,
    }))
  const fits: OutputFit[] = []
  for (const [c, { twin, parameters }] of starts.entries()) {
    const sense = column(pairs, c)
    const from = async (start: Float64Array): Promise<OutputFit> => {
      const believed = await expected(twin, { theta: NONE, drive: pairs.drive, rows: pairs.rows, parameters: start })
      const off = sense.map((value, r) => Math.abs(value - believed[r]))
      const sigma = quantile(off, WITHIN)
      const kept = Uint8Array.from(off, (value) => (most === 0 || value <= most * sigma ? 1 : 0))
      const calibration = await fitTwin(twin, [chosen(pairs, sense, kept)], { start, sigma, iterations: STEPS })
      return { twin, calibration, aside: kept.reduce((count, keep) => count + 1 - keep, 0) }
    }
    fits.push(await from((await from(parameters)).calibration.parameters))
  }
  return fits
}

function chosen({ drive, inputs }: Pairs, sense: Float64Array, kept: Uint8Array) {
  const rows = kept.reduce((count, keep) => count + keep, 0)
  const record = { theta: NONE, drive: new Float64Array(rows * inputs), sense: new Float64Array(rows), rows }
  let next = 0
  for (let r = 0; r < sense.length; r++) {
    if (kept[r] === 0) continue
    record.drive.set(drive.subarray(r * inputs, (r + 1) * inputs), next * inputs)
    record.sense[next++] = sense[r]
  }
  return record
}

/** What twins linear in their parameters are fitted by: the matrix that all readings share is factored once. */
async function polynomials(pairs: Pairs, degree: 1 | 2): Promise<readonly OutputFit[]> {
  const { coefficients, covariance } = fitPolynomials(pairs, degree)
  const twin = polynomial({ inputs: pairs.inputs, degree })
  const size = twinParameterCount(twin)
  const fits: OutputFit[] = []
  for (const [c, parameters] of coefficients.entries()) {
    const sense = column(pairs, c)
    const believed = await expected(twin, { theta: NONE, drive: pairs.drive, rows: pairs.rows, parameters })
    const squares = sense.reduce((sum, value, r) => sum + (value - believed[r]) ** 2, 0)
    const variance = squares / Math.max(1, pairs.rows - size)
    const own = covariance.map((value) => value * variance)
    fits.push({
      twin,
      calibration: {
        twin: twin.name,
        parameters,
        deviations: Float64Array.from({ length: size }, (_, p) => Math.sqrt(own[p * size + p])),
        covariance: own,
        sigma: Float64Array.of(Math.sqrt(variance)),
        residual: Math.sqrt(squares / scatter(sense)),
        undetermined: [],
      },
      aside: 0,
    })
  }
  return fits
}

/** Sum of the squares of values about their mean. */
export function scatter(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

export function quantile(values: Float64Array, part: number): number {
  const sorted = values.slice().sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]
}

import { expected } from '../ask.ts'
import type { Calibration, TwinRecord } from '../calibration.ts'
import { type Prior, priorOf } from '../fit/problem.ts'
import { fitTwin } from '../fit.ts'
import { residual } from '../residual.ts'
import type { Twin } from '../twin.ts'

/** Standard deviation, per second, of what each bank of the twin's own parameters drifts by; a bank that is absent stays. */
export type DriftRates = Readonly<Record<string, number>>

/** A calibration from the latest rows. */
export interface Refit {
  readonly calibration: Calibration
  /** Root mean square of reading minus expectation over these rows with the new parameters, in sigma. */
  readonly after: number
  /** Whether that is what noise alone would leave. */
  readonly explained: boolean
}

/** Drifts that are tried where no rates are known, as parts of the spread of each bank: the least that explains the rows is taken. */
const PARTS = [1 / 64, 1 / 16, 1 / 4, 1]

/** Gauss-Newton steps: a drift is small, and the fit begins where the twin was. */
const ITERATIONS = 30

/**
 * Fits a twin to the latest rows, with what its calibration knew as the prior, widened by as much as the machine may have drifted
 * since: sigma is kept, for what the twin lacks does not grow because the machine moves.
 */
export async function refit(
  twin: Twin,
  before: Calibration,
  records: readonly TwinRecord[],
  how: { readonly seconds: number; readonly rates?: DriftRates | undefined; readonly slack: number },
): Promise<Refit> {
  const { seconds, rates, slack } = how
  if (rates !== undefined) return attempt(twin, before, records, drifted(twin, rates, seconds), slack)
  for (const part of PARTS) {
    const found = await attempt(twin, before, records, spreads(twin, before, part), slack)
    if (found.explained || part === PARTS[PARTS.length - 1]) return found
  }
  throw new RangeError('no part was tried')
}

async function attempt(
  twin: Twin,
  before: Calibration,
  records: readonly TwinRecord[],
  moved: Float64Array,
  slack: number,
): Promise<Refit> {
  const { sigma, device } = before
  const fit = await fitTwin(twin, records, {
    prior: widened(before, moved),
    sigma,
    iterations: ITERATIONS,
    ...(device !== undefined && { device }),
  })
  let [squares, count] = [0, 0]
  for (const { theta, drive, rows, sense } of records) {
    const believed = await expected(twin, { theta, drive, rows, parameters: fit.parameters })
    const { deviation = 0 } = residual(sense, believed, twin.width.sense, sigma)
    squares += deviation ** 2 * sense.length
    count += sense.length
  }
  const after = Math.sqrt(squares / count)
  // Four standard deviations of chi^2 above its mean.
  const { spare } = before
  const calibration = { ...fit, ...(spare !== undefined && { spare }) }
  return { calibration, after, explained: after ** 2 <= (1 + slack) * (1 + 4 * Math.sqrt(2 / count)) }
}

/** What is known of the parameters after they may have moved, each by itself. */
export function widened({ parameters, covariance }: Calibration, moved: Float64Array): Prior {
  const size = parameters.length
  const wider = covariance.slice()
  for (let p = 0; p < size; p++) wider[p * size + p] += moved[p] ** 2
  const deviations = Float64Array.from({ length: size }, (_, p) => Math.sqrt(wider[p * size + p]))
  return { mean: parameters, deviations, covariance: wider }
}

function drifted(twin: Twin, rates: DriftRates, seconds: number): Float64Array {
  return Float64Array.from(
    twin.banks.flatMap(({ name, width }) => new Array<number>(width).fill((rates[name] ?? 0) * seconds)),
  )
}

/** A part of how far the machine may lie from its design; of what was found, where nothing was said of that. */
function spreads(twin: Twin, { parameters }: Calibration, part: number): Float64Array {
  return priorOf(twin).deviations.map(
    (spread, p) => part * (spread === Number.POSITIVE_INFINITY ? Math.max(1, Math.abs(parameters[p])) : spread),
  )
}

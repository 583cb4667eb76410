import type { Pairs } from '../../../twins/index.ts'
import {
  cavityParameters,
  column,
  expectedReadings,
  fitCavity,
  type ModelName,
  type OutputFit,
  quantile,
  scatter,
  WITHIN,
} from './models.ts'
import { rowsOf } from './pairs.ts'

export interface Plan {
  readonly model: ModelName
  /** Latest rows that are fitted; `auto` takes the length that forecasts best. */
  readonly window: number | 'auto'
  /** Rows at the end of the training rows that are forecast from those before them. */
  readonly validate: number
  readonly most: number
}

/** A twin of every reading with error bars that were tried on rows it had not seen. */
export interface Forecaster {
  readonly fits: readonly OutputFit[]
  /** Rows the fit rests on, the latest of the training rows. */
  readonly window: number
  /** How well each length forecast the validation rows; longer ones than these were not tried. */
  readonly tried: readonly { readonly window: number; readonly r2: number }[]
}

/** A window has at least so many rows per parameter of a reading's twin. */
const ROWS_PER_PARAMETER = 20

/**
 * Fits a machine that drifts so that it forecasts: how many of the latest rows to believe, and how far off readings then lie, is
 * found by forecasting the last of the training rows from those before them.
 *
 * The half-width that covers 68 % of a reading's errors there becomes its sigma, so that glitches, drift and what the twin lacks
 * count as far as they were seen.
 */
export async function forecaster(train: Pairs, { model, window, validate, most }: Plan): Promise<Forecaster> {
  const head = train.rows - validate
  const seen = rowsOf(train, head, train.rows)
  const tried: { window: number; r2: number; fits: readonly OutputFit[]; errors: readonly Float64Array[] }[] = []
  let before: readonly OutputFit[] | undefined
  // From short to long, until a longer one forecasts worse: a short fit is quick, and the next one begins where it ended.
  for (const length of windows(head, window, ROWS_PER_PARAMETER * cavityParameters(model, train.inputs))) {
    const fits = await fitCavity(model, rowsOf(train, head - length, head), { most, before })
    before = fits
    const errors = await errorsOf(fits, seen)
    const r2 = explained(errors, seen)
    const worse = tried.length > 0 && r2 < tried[tried.length - 1].r2
    tried.push({ window: length, r2, fits, errors })
    if (worse) break
  }
  const best = tried.reduce((a, b) => (b.r2 > a.r2 ? b : a))
  const latest = window === 'auto' ? (best.window === head ? train.rows : best.window) : Math.min(window, train.rows)
  const fits = await fitCavity(model, rowsOf(train, train.rows - latest, train.rows), { most, before: best.fits })
  return {
    fits: fits.map((fit, c) => {
      const sigma = Float64Array.of(quantile(best.errors[c].map(Math.abs), WITHIN))
      return { ...fit, calibration: { ...fit.calibration, sigma } }
    }),
    window: latest,
    tried: tried.map(({ window: rows, r2 }) => ({ window: rows, r2 })),
  }
}

/** Lengths of the latest rows, rising: all of them, half, a quarter, ... down to the least. */
function windows(head: number, wanted: number | 'auto', least: number): number[] {
  if (wanted !== 'auto') return [Math.min(wanted, head)]
  const lengths = [head]
  while (lengths[0] / 2 >= least) lengths.unshift(Math.floor(lengths[0] / 2))
  return lengths
}

/** Reading minus expectation, per output. */
export async function errorsOf(fits: readonly OutputFit[], pairs: Pairs): Promise<readonly Float64Array[]> {
  const errors: Float64Array[] = []
  for (const [c, fit] of fits.entries()) {
    const believed = await expectedReadings(fit, pairs)
    errors.push(column(pairs, c).map((value, r) => value - believed[r]))
  }
  return errors
}

/** Coefficient of determination of all outputs together: 1 - squares of the errors / squares about each output's mean. */
export function explained(errors: readonly Float64Array[], pairs: Pairs): number {
  let [left, all] = [0, 0]
  errors.forEach((output, c) => {
    left += output.reduce((sum, error) => sum + error * error, 0)
    all += scatter(column(pairs, c))
  })
  return 1 - left / all
}

import { InsituError } from '../errors.ts'
import type { Calibration, TwinRecord } from './calibration.ts'
import { requireDetermined, undetermined } from './fit/determined.ts'
import { gaussNewton } from './fit/gauss-newton.ts'
import { type Noise, scatter } from './fit/noise.ts'
import { type Prior, predictions, priorOf, problem } from './fit/problem.ts'
import { type VariationalOptions, variational } from './fit/variational.ts'
import { residual } from './residual.ts'
import type { Twin } from './twin.ts'

export interface TwinFitOptions {
  /** What was believed before; default what the twin's banks say (`start`, `spread`). */
  readonly prior?: Prior
  /**
   * Standard deviation of a reading about the twin, in sense units: one for all, or one per column. Default `per-reading`, estimated
   * for each column; `shared` estimates one for all.
   */
  readonly sigma?: Noise
  /** Smallest sigma that an estimate may come to; default 0. */
  readonly leastSigma?: number
  /** Name of the machine the records are from, for the calibration. */
  readonly device?: string
  /**
   * `gauss-newton` (default): the most probable parameters, and the curvature there. `variational`: the normal distribution nearest
   * to the posterior. It costs more and its error bars are narrower where readings bend over them; where the two disagree, take
   * neither's error bars at their word.
   */
  readonly method?: 'gauss-newton' | 'variational'
  /** For `variational`. */
  readonly variational?: VariationalOptions
  /** Most steps of Gauss-Newton, default 50; iterations of `variational`, default 20. */
  readonly iterations?: number
  /** Parameters to begin at; default the mean of the prior. */
  readonly start?: Float64Array
  /** Whether parameters of which the data say next to nothing are listed (default) or refused. */
  readonly determined?: 'required' | 'reported'
}

/** A calibration and how it was come by. */
export interface TwinFit extends Calibration {
  readonly iterations: number
  /** False where the iterations were over before the parameters had settled. */
  readonly converged: boolean
}

/**
 * Finds a twin's own parameters from measured pairs, with error bars, by the twin's own `vjp`.
 *
 * Throws `SHAPE` and `NOT_FINITE` naming what is wrong in the records or the twin, `CONFIG` naming the parameters that were unknown
 * before and that the data do not determine, and `TWIN` where the twin's slopes do not lead to a better fit.
 */
export async function fitTwin(
  twin: Twin,
  records: readonly TwinRecord[],
  options: TwinFitOptions = {},
): Promise<TwinFit> {
  const { prior = priorOf(twin), sigma = 'per-reading', leastSigma, device, method = 'gauss-newton' } = options
  const posed = problem(twin, records, prior)
  const start = options.start ?? prior.mean
  if (start.length !== posed.size)
    throw new InsituError('SHAPE', `fit of twin ${twin.name}: start has ${start.length} numbers, wanted ${posed.size}`)
  const noise = scatter(posed, sigma, leastSigma)
  const found =
    method === 'variational'
      ? await variational(posed, noise, { start, iterations: options.iterations ?? 20 }, options.variational)
      : await gaussNewton(posed, noise, { start, iterations: options.iterations ?? 50 })
  const deviations = Float64Array.from({ length: posed.size }, (_, p) =>
    Math.sqrt(found.covariance[p * posed.size + p]),
  )
  const unknown = undetermined(posed, deviations)
  if (options.determined === 'required') requireDetermined(posed, unknown)
  const all = (parts: readonly Float64Array[]) => Float64Array.from(parts.flatMap((part) => Array.from(part)))
  const believed = all(await predictions(posed, found.parameters))
  return {
    twin: twin.name,
    ...(device !== undefined && { device }),
    ...found,
    deviations,
    residual: residual(all(records.map(({ sense }) => sense)), believed, twin.width.sense).residual,
    undetermined: unknown,
  }
}

import { healthAtStart, horizonWarning, type WaveOptions } from '../../../../sim/index.ts'
import type { Context } from '../experiment.ts'

/** Times the time of a wave up to which its horizon is looked for. */
const UP_TO = 16

/** How well one wave can be sent back, as metrics; a wave beyond its horizon is warned of. */
export function healthMetrics(
  options: WaveOptions,
  theta: Float64Array,
  drive: Float64Array,
  { progress }: Pick<Context, 'progress'>,
) {
  const health = healthAtStart(options, theta, drive, UP_TO)
  const { returnError, energyError, horizon, lyapunov } = health
  const warning = horizonWarning(health, options.time)
  if (warning !== undefined) progress(`warning: ${warning}`)
  const reached = Number.isFinite(horizon)
  return {
    returnError,
    energyError,
    horizon: reached ? horizon : null,
    horizonNote: reached ? 'measured' : `not reached within ${UP_TO} times the time`,
    lyapunov,
    ...(warning !== undefined && { warning }),
  }
}

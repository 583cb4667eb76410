import { healthAtStart, horizonWarning, type WaveOptions } from '../../../sim/index.ts'
import type { Checkup } from './machine.ts'

/** Times the length of a wave up to which its horizon is looked for. */
const UP_TO = 16

/** Sends one wave out and back before training, without imperfections: how well it returned, how long it could have run. */
export function waveCheck(options: WaveOptions): (theta: Float64Array, drive: Float64Array) => Checkup {
  return (theta, drive) => {
    const health = healthAtStart(options, theta, drive, UP_TO)
    const { returnError, energyError, horizon } = health
    const reach = Number.isFinite(horizon) ? `${short(horizon)}` : `beyond ${short(UP_TO * options.time)}`
    const warning = horizonWarning(health, options.time)
    return {
      words: `without imperfections a wave of ${short(options.time)} has return error ${short(returnError)}, energy error ${short(energyError)}, reversal horizon ${reach}`,
      values: { returnError, energyError, horizon: Number.isFinite(horizon) ? horizon : null },
      ...(warning !== undefined && { warning }),
    }
  }
}

const short = (value: number) => String(Number(value.toPrecision(3)))

import type { Calibration } from './calibration.ts'
import { type DriftProbes, type Probed, probe } from './drift/probe.ts'
import { type DriftRates, type Refit, refit } from './drift/refit.ts'
import { Ring } from './drift/ring.ts'
import { sharedScatter } from './drift/scatter.ts'
import { DriftWindow, type WindowVerdict } from './drift/window.ts'
import type { Finding, Seen, TwinMonitor } from './monitor.ts'
import type { MovedParameter, TwinNews } from './news.ts'
import { parameterName, type Twin } from './twin.ts'

export interface DriftOptions {
  readonly twin: Twin
  /** What the twin was calibrated to be: without its error bars there is nothing to tell a drift by. */
  readonly calibration: Calibration
  /** Steps that are judged together; default 20. */
  readonly window?: number
  /** How often a window of a machine that does not drift may be called a drift, a probability; default 1e-4. */
  readonly threshold?: number
  /** Part by which the variance of a reading may exceed that of the calibration before it counts; default 0.1. */
  readonly slack?: number
  /** `report`: says what has moved and leaves the twin alone (default); `refit`: gives it new parameters as well, where they explain the rows. */
  readonly recalibrate?: 'report' | 'refit'
  /** Latest rows a re-calibration is made from; default 256. */
  readonly keep?: number
  /** How fast each bank may drift. Without it, the least drift that explains the rows is taken, see `refit`. */
  readonly rates?: DriftRates
  /** Reads of its own beside the parameters, for every re-calibration; none by default. */
  readonly probes?: DriftProbes
  /** Told every piece of news as it comes. */
  readonly report?: (news: TwinNews) => void
}

/** A monitor that can be asked. */
export interface DriftMonitor extends TwinMonitor {
  /** All there was to say, oldest first. */
  readonly news: readonly TwinNews[]
  /** What is known of the twin now. */
  readonly calibration: Calibration
  /** Re-calibrates at the next step, whatever the window says, also where it only reports. */
  recalibrate(): void
}

/** Parameters that news name. */
const NAMED = 8

/**
 * Watches whether a calibrated twin still predicts its machine, from the rows that are read anyway.
 *
 * Every `window` steps chi^2 of reading minus expectation is compared with what noise and the errors of the calibration make of it
 * (see `DriftWindow`): a machine that does not drift is called drifting in at most `threshold` of the windows. What has moved is
 * found by a fit to the latest rows, whose prior is the calibration, widened by the drift (see `refit`). Rows at one theta determine
 * the readings there and near it, but not each parameter by itself; where theta is to move far, ask for `probes`.
 */
export function driftMonitor(options: DriftOptions): DriftMonitor {
  const { twin, window: size = 20, threshold = 1e-4, slack = 0.1, keep = 256, rates, probes } = options
  const { recalibrate: mode = 'report' } = options
  const ring = new Ring(keep)
  const window = new DriftWindow(options.calibration.sigma)
  const news: TwinNews[] = []
  let calibration = options.calibration
  let since: number | undefined
  let step = 0
  let [drifting, asked, refits] = [false, false, 0]
  const find = async (
    seen: Seen,
    verdict: WindowVerdict,
    device: Parameters<TwinMonitor['observe']>[2],
    opts: Parameters<TwinMonitor['observe']>[3],
  ): Promise<Finding> => {
    const adopt = mode === 'refit' || asked
    const read: Probed =
      probes !== undefined && adopt
        ? await probe(device, seen.theta, ring.records, { ...probes, round: refits }, opts)
        : { records: [], ...NONE }
    const how = { seconds: seen.seconds - (since ?? seen.seconds), rates, slack }
    const found = await refit(twin, calibration, [...ring.records, ...read.records], how)
    const { deviation, usual, chance, readings } = verdict
    const base = { step, seconds: seen.seconds, deviation, usual, chance, readings }
    const said: TwinNews[] = []
    const parameters = moved(twin, calibration, found)
    if (!drifting && chance < threshold) said.push({ kind: 'drift', ...base, parameters, after: found.after })
    if (adopt && (found.explained || !drifting))
      said.push({ kind: found.explained ? 'recalibrated' : 'unexplained', ...base, parameters, after: found.after })
    drifting = adopt ? !found.explained : chance < threshold
    asked = false
    const { records: _, ...tally } = read
    // Parameters that do not explain the rows are worse than none: what is built on them goes astray far from these rows.
    if (!adopt || !found.explained) return { news: say(said), ...tally }
    calibration = found.calibration
    // What these rows say is in it now; in the next fit they would count twice.
    ring.clear()
    since = seen.seconds
    refits++
    return { parameters: calibration.parameters.slice(), news: say(said), ...tally }
  }
  const say = (said: readonly TwinNews[]) => {
    news.push(...said)
    for (const one of said) options.report?.(one)
    return said
  }
  return {
    news,
    get calibration() {
      return calibration
    },
    recalibrate() {
      asked = true
    },
    async observe(seen, parameters, device, opts) {
      since ??= seen.seconds
      step++
      ring.add(seen)
      window.add(seen.sense, seen.expected)
      if (window.steps < size && !asked) return QUIET
      const shared = await sharedScatter(twin, calibration, seen, parameters)
      const verdict = window.judge(shared, slack, options.calibration.spare)
      window.clear()
      if (asked || (verdict.chance < threshold && (!drifting || mode === 'refit')))
        return await find(seen, verdict, device, opts)
      if (verdict.chance < threshold || !drifting) return QUIET
      drifting = false
      const { deviation, usual, chance, readings } = verdict
      const settled = { deviation, usual, chance, readings, parameters: [] }
      return { news: say([{ kind: 'settled', step, seconds: seen.seconds, ...settled }]), ...NONE }
    },
  }
}

const NONE = { slots: 0, clipped: 0, saturated: 0, retries: 0 } as const
const QUIET: Finding = { news: [], ...NONE }

/** Parameters that a fit has moved most, in the standard deviations that it leaves them. */
function moved(twin: Twin, before: Calibration, { calibration: { parameters, deviations } }: Refit): MovedParameter[] {
  const size = (p: number) => Math.abs(parameters[p] - before.parameters[p]) / deviations[p]
  return Array.from(parameters.keys())
    .sort((a, b) => size(b) - size(a))
    .slice(0, NAMED)
    .map((p) => ({
      name: parameterName(twin, p),
      from: before.parameters[p],
      to: parameters[p],
      deviation: deviations[p],
    }))
}

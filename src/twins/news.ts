/** One of a twin's own parameters that a machine no longer has. */
export interface MovedParameter {
  /** As messages name it: "gain[3]". */
  readonly name: string
  readonly from: number
  readonly to: number
  /** Standard deviation of `to`. */
  readonly deviation: number
}

/** One column of the readings that has left its expectation. */
export interface MovedReading {
  readonly reading: number
  /** Root mean square of reading minus expectation, in the standard deviations of the calibration. */
  readonly deviation: number
  /** Mean of reading minus expectation, in the same. */
  readonly mean: number
}

/** What a monitor has to say of a twin; a value in the stream of step reports, never an error. */
export interface TwinNews {
  /**
   * `drift`: the twin no longer predicts the machine. `recalibrated`: it has new parameters and predicts it again. `unexplained`:
   * no parameters within reach explain the readings; the twin lacks something. `settled`: a drift that was reported is gone.
   */
  readonly kind: 'drift' | 'recalibrated' | 'unexplained' | 'settled'
  /** Step of the monitor's own count, from 1. */
  readonly step: number
  /** On the machine's clock. */
  readonly seconds: number
  /** Root mean square of reading minus expectation over the window, in standard deviations of the calibration. */
  readonly deviation: number
  /** The same where nothing has moved. */
  readonly usual: number
  /** How often a machine that has not moved shows as much or more in a window. */
  readonly chance: number
  /** Columns of the readings, those that are furthest off first. */
  readonly readings: readonly MovedReading[]
  /** The twin's own parameters that a fit to the latest rows moves most, in their standard deviations; largest first. */
  readonly parameters: readonly MovedParameter[]
  /** `deviation` over the latest rows once these parameters have moved; absent where no fit was made. */
  readonly after?: number
}

/** One line for people. */
export function newsLine(news: TwinNews): string {
  const { kind, step, seconds, deviation, usual, chance, parameters, after } = news
  const at = `step ${step}, ${short(seconds)} s`
  const off = `readings lie ${short(deviation)} standard deviations off (${short(usual)} is usual)`
  const moved = parameters
    .slice(0, 3)
    .map(({ name, from, to, deviation: error }) => `${name} ${short(from)} -> ${short(to)} +- ${short(error)}`)
  const which = moved.length === 0 ? '' : `; moved most: ${moved.join(', ')}`
  if (kind === 'settled') return `${at}: the twin predicts the machine again, ${off}`
  if (kind === 'drift') return `${at}: the machine has drifted, ${off}, chance ${short(chance)}${which}`
  const left = after === undefined ? '' : `, ${short(after)} after`
  if (kind === 'recalibrated') return `${at}: twin re-calibrated, ${off}${left}${which}`
  return `${at}: no parameters of the twin explain the readings, ${off}${left}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

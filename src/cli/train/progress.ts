/** What a progress line shows. */
export interface Progress {
  /** Mean cost of the last stretch, and share of training rows answered right at the last look, where there are looks. */
  readonly cost: number
  readonly accuracy?: number | undefined
  /** What the last undisturbed echo missed its start by, on machines that echo. */
  readonly returnError?: number | undefined
  /** Slots measured for training so far; absent for rules that measure none. */
  readonly reads: number | undefined
  /** How much of the training is done, 0 to 1. */
  readonly share: number
  /** Seconds since training began. */
  readonly seconds: number
}

/** `loss 0.1042  accuracy 91.4 %  5,203 reads/s  42 %  0:31 left`. */
export function progressLine(progress: Progress): string {
  const { cost, accuracy, returnError, reads, share, seconds } = progress
  const left = share > 0 ? (seconds * (1 - share)) / share : Number.POSITIVE_INFINITY
  return [
    `loss ${cost.toFixed(4)}`,
    // Named without a value it is still to come; not named it is not looked at.
    ...('accuracy' in progress ? [`accuracy ${accuracy === undefined ? '   - ' : percent(accuracy)}`] : []),
    ...(returnError === undefined ? [] : [`return error ${returnError.toExponential(0)}`]),
    ...(reads === undefined ? [] : [`${Math.round(seconds > 0 ? reads / seconds : 0).toLocaleString('en')} reads/s`]),
    `${Math.floor(100 * share)} %`,
    `${clockTime(left)} left`,
  ].join('  ')
}

/** "91.4 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** "0:31", "2:05:00"; "?" for a time nobody knows. */
export function clockTime(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  const total = Math.round(seconds)
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

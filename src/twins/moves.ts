import { bankOffsets, type DataSheet } from '../contract/sheet.ts'
import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import { expected } from './ask.ts'
import type { Twin, TwinPoint } from './twin.ts'

export interface MoveOptions {
  /**
   * How far parameters are moved at least to see whether readings follow, as a part of their range; default 0.01. Further, up to
   * `most`, where the twin says that noise would hide it.
   */
  readonly move?: number
  /** Default 0.1. */
  readonly most?: number
  /** Moves of each bank that are tried; default 4. */
  readonly moves?: number
  /** Draws the moves; default 1. */
  readonly seed?: number
}

/** What noise may leave of the cosine of a move before a larger one is tried. */
const CLEAR = 0.9

/** How far bank `b` is moved, in its unit: so far that the twin expects it to stand out of the noise. */
export async function reach(
  twin: Twin,
  point: TwinPoint,
  believed: Float64Array,
  sheet: DataSheet,
  b: number,
  noise: number,
  options: MoveOptions,
): Promise<number> {
  const { move = 0.01, most = 0.1 } = options
  const { min, max, step } = sheet.banks[b]
  const end = Math.max(step, most * (max - min))
  for (let size = Math.max(step, move * (max - min)); ; size *= 2) {
    if (2 * size > end) return size
    const would = await expected(twin, { ...point, theta: moved(sheet, point.theta, b, size, 0, options) })
    const squares = would.reduce((sum, value, i) => sum + (value - believed[i]) ** 2, 0)
    if (squares >= CLEAR ** 2 * (squares + 2 * noise ** 2 * would.length)) return size
  }
}

/** Parameters of bank `b` a step to either side, drawn for each, turned back where a limit is near; never beyond the limits. */
export function moved(
  sheet: DataSheet,
  theta: Float64Array,
  b: number,
  size: number,
  n: number,
  { seed = 1 }: MoveOptions,
): Float64Array {
  const random = draws(seed, STREAM.twinProbes)
  const offsets = bankOffsets(sheet)
  const { min, max, step } = sheet.banks[b]
  const whole = step > 0 ? Math.max(1, Math.round(size / step)) * step : size
  const next = theta.slice()
  for (let i = offsets[b]; i < offsets[b + 1]; i++) {
    const sign = random.uniform(n * theta.length + i) < 0.5 ? -1 : 1
    const [to, back] = [theta[i] + sign * whole, theta[i] - sign * whole]
    const within = (value: number) => value >= min && value <= max
    // Where neither fits, as for a bit that is held between its ends, the further limit.
    next[i] = within(to) ? to : within(back) ? back : max - theta[i] >= theta[i] - min ? max : min
  }
  return next
}

import { COUNTED_THZ } from '../../devices/thz-parts.ts'
import type { SimulatorTarget } from '../bench/board-kinds.ts'
import { withInfinity, withoutInfinity } from '../infinity.ts'
import type { Simulator } from '../simulator.ts'
import { type ThzEncoderOptions, thzEncoder } from './thz-encoder.ts'
import { type ThzImagerOptions, type ThzImagerSimulator, thzImager } from './thz-imager.ts'

/** How numbers travel to a board of a THz machine. */
export interface ThzBoardOptions {
  /**
   * `f64` (default): as they are, with codes and state. `i16`: as counts, a quarter of the bytes; gray levels and
   * transmissions in steps of 1/256, patterns of 1/128, readings of 2^-14 V.
   */
  readonly format?: 'f64' | 'i16'
}

/** An imager as a board: its object is real, and travels as a list. */
export interface ThzImagerBoardOptions extends Omit<ThzImagerOptions, 'object'>, ThzBoardOptions {
  readonly object: ArrayLike<number>
}

export interface ThzEncoderBoardOptions extends ThzEncoderOptions, ThzBoardOptions {}

/** Room for two scenes or patterns of 64 x 64 as counts, or one as doubles. */
const FRAME = 40_000

/**
 * A THz imager as `startBoard` takes it: a process of its own behind a pseudo-terminal.
 *
 * As doubles a pattern has at most 64 x 64 pixels, as counts 128 x 128.
 */
export function thzImagerBoard(options: ThzImagerBoardOptions): SimulatorTarget {
  const { format = 'f64', object, ...rest } = options
  const args = [{ ...withoutInfinity(counted(rest, format)), object: Array.from(object) }]
  return { target: 'simulator', module: import.meta.url, export: 'servedImager', args, format, maxFrame: FRAME }
}

/** A THz encoder as `startBoard` takes it: a process of its own behind a pseudo-terminal. */
export function thzEncoderBoard(options: ThzEncoderBoardOptions): SimulatorTarget {
  const { format = 'f64', ...rest } = options
  const args = [withoutInfinity(counted(rest, format))]
  return { target: 'simulator', module: import.meta.url, export: 'servedEncoder', args, format, maxFrame: FRAME }
}

/** The machine inside that process. */
export function servedImager({ object, ...options }: Omit<ThzImagerBoardOptions, 'format'>): ThzImagerSimulator {
  return thzImager({ ...withInfinity(options), object: Float64Array.from(object) })
}

/** The machine inside that process. */
export function servedEncoder(options: ThzEncoderOptions): Simulator {
  return thzEncoder(withInfinity(options))
}

function counted<O extends { readonly converters?: object }>(options: O, format: 'f64' | 'i16'): O {
  return format === 'f64' ? options : { ...options, converters: { ...COUNTED_THZ, ...options.converters } }
}

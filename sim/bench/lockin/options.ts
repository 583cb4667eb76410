import type { Channel, Clock } from '../../../src/wire/channel.ts'
import type { AnswerFaults } from './faults.ts'
import type { Signal } from './signal.ts'

export interface LockinOptions {
  readonly clock: Clock
  /** What it measures. */
  readonly signal: Signal
  /** White noise at its input, in V per root hertz (default 6e-9, the amplifier alone). */
  readonly density?: number
  readonly seed?: number
  readonly serial?: string
  /** Where an SR830 sends its answers after power on (default gpib, which is what surprises users). */
  readonly answersTo?: 'serial' | 'gpib'
  /** What a line takes before it is carried out, in ms (default 1). */
  readonly lineMs?: number
  /** Voltages at its auxiliary inputs. */
  readonly auxIn?: (index: number) => number
}

/** An emulated instrument, with all that can happen to one. */
export interface EmulatedLockin {
  /** Serves a host on this channel. */
  attach(channel: Channel): void
  readonly faults: AnswerFaults
  /** Lines of the serial side, as they were carried out, and answers that went to the other interface. */
  readonly heard: readonly string[]
  readonly gpibAnswers: readonly string[]
  /** A line from the other interface. */
  gpib(line: string): void
  /** Somebody at the front panel does what this command does. */
  panel(line: string): void
  powerCycle(): void
  powerOff(): void
  powerOn(): void
  /** An edge at the trigger input. */
  trigger(): void
  /** Takes the reference away or gives it back. */
  lock(on: boolean): void
  /** A setting as it is. */
  setting(name: string, index?: number): readonly number[]
}

import { type LockInBackendOptions, openLockInBackend } from '../../../drivers/lockin/backend.ts'
import { clockedLine } from '../../../sim/bench/clocked-line.ts'
import {
  type EmulatedLockin,
  emulatedSr830,
  emulatedSr860,
  type LockinOptions,
  type Signal,
} from '../../../sim/bench/lockin/index.ts'
import { VirtualClock } from '../../../sim/bench/virtual-clock.ts'
import type { Channel } from '../../../src/wire/channel.ts'

export const MODELS = { SR830: emulatedSr830, SR860: emulatedSr860 } as const
export type Model = keyof typeof MODELS

/** Settings the tests measure with: 10 ms and four poles settle to a thousandth in 131 ms. */
export const SETTINGS = { sensitivity: 0.5, timeConstant: 0.01, slope: 24 } as const
/** Bytes a second at 19200 baud. */
export const SPEED = 1920

/** What hangs between outputs and input: the sine, weighted by what the auxiliary outputs bias. */
export const experiment: Signal = {
  volts: ({ oscillator, aux }) =>
    0.05 * oscillator * (1 + (0.3 * aux[0] + 0.2 * aux[1] - 0.1 * aux[2] + 0.05 * aux[3]) / 10.5),
}

/** An instrument on a line in virtual time, and what it does. */
export interface Bench {
  readonly clock: VirtualClock
  readonly instrument: EmulatedLockin
  readonly channel: Channel
}

export function bench(model: Model = 'SR830', options: Partial<LockinOptions> = {}): Bench {
  const clock = new VirtualClock()
  const [channel, far] = clockedLine({ clock, bytesPerSecond: SPEED, name: 'bench:' })
  const instrument = MODELS[model]({ clock, signal: experiment, ...options })
  instrument.attach(far)
  return { clock, instrument, channel }
}

/** The same with the driver opened on it. */
export async function opened(
  model: Model = 'SR830',
  options: Partial<LockinOptions> = {},
  driver: Partial<LockInBackendOptions> = {},
) {
  const at = bench(model, options)
  const machine = await openLockInBackend(at.channel, {
    settings: SETTINGS,
    clock: at.clock,
    kind: 'emulated firmware',
    ...driver,
  })
  return { ...at, machine, lockIn: machine.lockIn }
}

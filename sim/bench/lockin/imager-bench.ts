import type { Clock } from '../../../src/wire/channel.ts'
import { type EmulatedDisplay, emulatedDisplay } from './display.ts'
import type { EmulatedLockin, LockinOptions } from './options.ts'
import { emulatedSr830 } from './sr830.ts'
import { emulatedSr860 } from './sr860.ts'

/** What stands between a display and a detector: V per V of the source for the gray levels shown, 0..1. */
export type Optics = (levels: Float64Array) => number

export interface ImagerBenchOptions extends Omit<LockinOptions, 'signal' | 'clock'> {
  readonly clock: Clock
  readonly optics: Optics
  readonly rows: number
  readonly columns: number
  readonly model?: 'SR830' | 'SR860'
  readonly families?: readonly string[]
  readonly silenceMs?: number
}

/** Two instruments around one optical path: what the display shows, the lock-in amplifier sees. */
export interface ImagerBench {
  readonly display: EmulatedDisplay
  readonly lockIn: EmulatedLockin
}

/** Wires source, optics, detector and trigger of an emulated display and lock-in amplifier. */
export function imagerBench(options: ImagerBenchOptions): ImagerBench {
  const { clock, optics, rows, columns, model = 'SR830', families, silenceMs } = options
  const display = emulatedDisplay({
    clock,
    rows,
    columns,
    ...(families && { families }),
    ...(silenceMs !== undefined && { silenceMs }),
    trigger: () => lockIn.trigger(),
  })
  let stale = true
  let part = 0
  const lockIn = (model === 'SR830' ? emulatedSr830 : emulatedSr860)({
    ...options,
    signal: {
      volts({ oscillator }) {
        // The wave is computed once for each frame.
        if (stale) part = optics(display.shown)
        stale = false
        return part * oscillator
      },
      beforeJump: (call) =>
        display.beforeChange(() => {
          call()
          stale = true
        }),
    },
  })
  return { display, lockIn }
}

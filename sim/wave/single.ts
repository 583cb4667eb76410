import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import { plainStepper } from './splitting.ts'

/** Runs a field whose numbers are kept in single precision: every flow's result is rounded to 24 bits. */
export function singleStepper(field: WaveField, splitting: Splitting, step: number): WaveStepper {
  const rounding = (part: 'drift' | 'kick') => (state: WaveState, time: number) => {
    field[part](state, time)
    for (const part of [state.q, state.p, state.theta, state.momentum])
      for (let i = 0; i < part.length; i++) part[i] = Math.fround(part[i])
  }
  return plainStepper({ drift: rounding('drift'), kick: rounding('kick') }, splitting, step)
}

import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import { plainStepper } from './splitting.ts'

/** Runs a field whose numbers are kept in single precision: every flow's result is rounded to 24 bits. */
export function singleStepper(field: WaveField, splitting: Splitting, step: number): WaveStepper {
  const rounding = (flow: WaveField['drift']) => (state: WaveState, time: number) => {
    flow(state, time)
    for (const part of [state.q, state.p, state.theta, state.momentum])
      for (let i = 0; i < part.length; i++) part[i] = Math.fround(part[i])
  }
  return plainStepper({ ...field, drift: rounding(field.drift), kick: rounding(field.kick) }, splitting, step)
}

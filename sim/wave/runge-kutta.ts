import type { WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import { copyState, emptyState } from './splitting.ts'

const PARTS = ['q', 'p', 'theta', 'momentum'] as const

/**
 * Runge and Kutta's fourth-order method: the counter-example. It is accurate, and it does not run backwards: an echo does
 * not return to its start, so it leaves no gradient.
 */
export function rungeKutta4(field: WaveField, step: number): WaveStepper {
  const rates = [0, 1, 2, 3].map(() => emptyState(field))
  const trial = emptyState(field)
  const nodes = [0, step / 2, step / 2, step]
  const advance = (state: WaveState) => {
    rates.forEach((rate, s) => {
      copyState(state, trial)
      if (s > 0) add(trial, rates[s - 1], nodes[s])
      field.rate(trial, rate)
    })
    rates.forEach((rate, s) => {
      add(state, rate, (s === 0 || s === 3 ? step : 2 * step) / 6)
    })
  }
  return {
    run(states, steps) {
      for (const state of states) for (let n = 0; n < steps; n++) advance(state)
    },
  }
}

function add(to: WaveState, rate: WaveState, time: number): void {
  for (const part of PARTS) for (let i = 0; i < to[part].length; i++) to[part][i] += time * rate[part][i]
}

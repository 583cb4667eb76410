import type { WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import type { WaveField } from './field.ts'
import type { WaveImperfections } from './imperfections.ts'

/**
 * What half a step of losses does to a state, in place; undefined where nothing is lost. Energy is lost at the stated rate:
 * oscillators lose it by their momentum alone, complex modes by both quadratures. Its Jacobian is diagonal, so that it also
 * takes a slope back.
 */
export function damping(
  { bracket, learning }: Pick<WaveField, 'bracket' | 'learning'>,
  step: number,
  { loss, learningLoss }: Pick<WaveImperfections, 'loss' | 'learningLoss'>,
): ((state: WaveState) => void) | undefined {
  if (loss === 0 && learningLoss === 0) return undefined
  const part = Math.exp((-loss * step) / (bracket === 1 ? 2 : 4))
  const slow = Math.exp((-learningLoss * step) / (learning === 'masses' ? 2 : 4))
  return ({ q, p, theta, momentum }) => {
    for (let i = 0; i < p.length; i++) p[i] *= part
    if (bracket !== 1) for (let i = 0; i < q.length; i++) q[i] *= part
    if (learningLoss === 0) return
    for (let i = 0; i < theta.length; i++) momentum[i] *= slow
    if (learning === 'modes') for (let i = 0; i < theta.length; i++) theta[i] *= slow
  }
}

/** Steps with losses around each: half of them before, half after, so that the order of the step stays. */
export function lossy(stepper: WaveStepper, damp: ((state: WaveState) => void) | undefined): WaveStepper {
  if (damp === undefined) return stepper
  return {
    run(states, steps) {
      for (let n = 0; n < steps; n++) {
        states.forEach(damp)
        stepper.run(states, 1)
        states.forEach(damp)
      }
    },
  }
}

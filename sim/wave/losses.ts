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

/** Slopes of a cost by the two rates, through half a step of losses: `slope` is d cost / d `state`, both in front of it or both behind it. */
export function lossSlopes(
  { bracket, learning }: Pick<WaveField, 'bracket' | 'learning'>,
  step: number,
  { q, p, theta, momentum }: WaveState,
  slope: WaveState,
): { readonly loss: number; readonly learningLoss: number } {
  let [fast, slow] = [0, 0]
  for (let i = 0; i < p.length; i++) fast += p[i] * slope.p[i] + (bracket === 1 ? 0 : q[i] * slope.q[i])
  for (let i = 0; i < theta.length; i++)
    slow += momentum[i] * slope.momentum[i] + (learning === 'masses' ? 0 : theta[i] * slope.theta[i])
  return {
    loss: (-step * fast) / (bracket === 1 ? 2 : 4),
    learningLoss: (-step * slow) / (learning === 'masses' ? 2 : 4),
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

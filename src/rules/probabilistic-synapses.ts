import { paramCount } from '../contract/sheet.ts'
import type { Cost } from '../cost/cost.ts'
import { probabilityCrossEntropy } from '../cost/probability-cross-entropy.ts'
import { InsituError } from '../errors.ts'
import type { ProbabilisticEngine, ProbabilisticNet } from '../kernels/probabilistic/net.ts'
import { probabilisticSimd } from '../kernels/probabilistic/simd.ts'
import type { Lesson, Rule } from './rule.ts'

export interface ProbabilisticSynapsesOptions {
  /** The network that the machine's parameters make, as `probabilisticNet` reads it from a network of cores. */
  readonly net: ProbabilisticNet
  /** Compares the mean spike probability of every group with the targets; default `probabilityCrossEntropy()`. */
  readonly cost?: Cost
  /**
   * lambda of lambda (1 / neurons) sum c (1 - c) over all crossings: the mean variance that the draw of its bits adds to the
   * input sum of a neuron while all its axons spike. Pulls every probability to 0 or 1; a number, or one for every step
   * from 0. Default 0.
   */
  readonly regulariser?: number | ((step: number) => number)
  /** Default the kernel; the oracle for checks. */
  readonly engine?: (net: ProbabilisticNet) => ProbabilisticEngine
}

export interface ProbabilisticSynapsesState {
  readonly engine: ProbabilisticEngine
  step: number
}

/**
 * Training of synapses as probabilities (Esser et al. 2015): the crossings in theta are the probabilities that they are
 * closed, every neuron's input sum is taken as Gaussian, and the exact gradient of that model is what the optimizer gets.
 *
 * Nothing is measured: the machine is its own model, and is met when it is stored and sampled. Lessons are spike
 * probabilities, rows x inputs from 0 to 1, with targets rows x groups. Throws `SHAPE` where machine, model and lessons
 * disagree and `LIMIT` for a lesson that is no probability. Thresholds have a gradient of 0.
 */
export function probabilisticSynapses(options: ProbabilisticSynapsesOptions): Rule<never, ProbabilisticSynapsesState> {
  const { net, cost = probabilityCrossEntropy(), regulariser = 0, engine = probabilisticSimd } = options
  if (typeof regulariser === 'number' && !(regulariser >= 0))
    throw new InsituError('CONFIG', `${NAME}: regulariser must be from 0, got ${regulariser}`)
  const strength = typeof regulariser === 'number' ? () => regulariser : regulariser
  return {
    name: NAME,
    needs: [],
    begin(device) {
      const count = paramCount(device.sheet)
      if (count !== net.parameters)
        throw new InsituError(
          'SHAPE',
          `${NAME}: the net has ${net.parameters} parameters, ${device.name} has ${count}`,
          {
            hint: 'make the net and the machine from one network',
          },
        )
      return { engine: engine(net), step: 0 }
    },
    async step(_device, state, theta, lessons) {
      const lesson = lessons.next()
      checkLesson(net, lesson)
      const { rows, drive, target } = lesson
      const means = state.engine.forward(theta, drive, rows)
      const targets = { data: target, rows, hold: 1 }
      const costs = new Float64Array(rows)
      const slopes = new Float64Array(means.length)
      cost.values(means, rows, net.groups, targets, costs)
      cost.gradient(means, rows, net.groups, targets, slopes)
      for (let n = 0; n < slopes.length; n++) slopes[n] /= rows
      const gradient = state.engine.backward(slopes)
      pull(net, theta, strength(state.step++), gradient)
      return {
        cost: costs.reduce((sum, value) => sum + value, 0) / rows,
        gradient,
        ...{ slots: 0, clipped: 0, saturated: 0, retries: 0 },
      }
    },
  }
}

const NAME = 'probabilistic-synapses'

/** Adds the slope of lambda (1 / neurons) sum c (1 - c). */
function pull({ cores }: ProbabilisticNet, theta: Float64Array, lambda: number, gradient: Float64Array): void {
  if (lambda === 0) return
  const share = lambda / cores.reduce((sum, { neurons }) => sum + neurons, 0)
  for (const { crossings, axons, neurons } of cores) {
    const end = crossings + axons * neurons
    for (let i = crossings; i < end; i++) gradient[i] += share * (1 - 2 * theta[i])
  }
}

function checkLesson({ inputs, groups }: ProbabilisticNet, { rows, drive, target }: Lesson): void {
  if (drive.length !== rows * inputs || target.length !== rows * groups)
    throw new InsituError(
      'SHAPE',
      `${NAME}: a lesson of ${rows} rows wants ${rows * inputs} inputs and ${rows * groups} targets, got ${drive.length} and ${target.length}`,
    )
  for (let n = 0; n < drive.length; n++)
    if (!(drive[n] >= 0 && drive[n] <= 1))
      throw new InsituError(
        'LIMIT',
        `${NAME}: row ${Math.floor(n / inputs)}, input ${n % inputs} of a lesson is ${drive[n]}, wanted a probability`,
      )
}

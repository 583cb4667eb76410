import type { Carrier } from './feedback/carrier.ts'
import { downstream } from './feedback/downstream.ts'
import type { NeuronLayer } from './feedback/layers.ts'
import { cosineBetween, feedbackMatrices, type RandomFeedback, sendBack } from './feedback/matrix.ts'
import { type ProjectingMachine, Projector } from './feedback/projector.ts'
import { type FeedbackOptions, type FeedbackState, feedbackRule } from './feedback/rule.ts'
import type { Rule } from './rule.ts'

export interface DirectFeedbackOptions extends FeedbackOptions, RandomFeedback {
  /** What takes the errors of the outputs to the hidden neurons: a fixed random matrix (default), or a machine. */
  readonly projection?: 'matrix' | ProjectingMachine
}

const NAME = 'direct-feedback-alignment'

/**
 * Direct feedback alignment (Nokland 2016): the errors of the outputs go to every hidden layer at once, through a fixed random
 * matrix or through another machine, as Launay et al. (2020) do with light.
 *
 * One read per row, with taps; a machine that projects takes one slot per row and one at rest beside them, and outputs + 1 more in
 * the first step, in which its matrix is measured for `health.alignment`: the cosine between the projection and the product of
 * the weights behind each layer. Throws `SHAPE` for layers, feedback or a projecting machine that do not fit, `CONFIG` for settings.
 */
export function directFeedbackAlignment(options: DirectFeedbackOptions): Rule<'taps', FeedbackState> {
  const { projection = 'matrix' } = options
  return feedbackRule(NAME, options, (_device, layers) =>
    projection === 'matrix' ? byMatrix(options, layers) : byMachine(projection, layers),
  )
}

function byMatrix(options: RandomFeedback, layers: readonly NeuronLayer[]): Carrier {
  const outputs = layers[layers.length - 1].outputs
  const sizes = layers.slice(1).map(({ inputs }) => [inputs, outputs] as const)
  const matrices = feedbackMatrices(NAME, sizes, options)
  return {
    back: (layer, { rows, output }, _theta, into) => sendBack(matrices[layer], output, rows, into),
    alignment: (theta) => worst(matrices, layers, theta),
  }
}

function byMachine(projection: ProjectingMachine, layers: readonly NeuronLayer[]): Carrier {
  const outputs = layers[layers.length - 1].outputs
  const widths = layers.slice(1).map(({ inputs }) => inputs)
  const neurons = widths.reduce((sum, width) => sum + width, 0)
  const firsts = widths.map((_, l) => widths.slice(0, l).reduce((sum, width) => sum + width, 0))
  const projector = new Projector(NAME, projection, outputs, neurons)
  let arrived = new Float64Array(0)
  let matrices: readonly Float64Array[] | undefined
  return {
    async bring(output, rows, opts) {
      const probed = matrices === undefined ? await probe(projector, widths, firsts, opts) : undefined
      if (probed !== undefined) matrices = probed.matrices
      if (arrived.length !== rows * neurons) arrived = new Float64Array(rows * neurons)
      const used = await projector.send(output, rows, arrived, opts)
      if (probed === undefined) return used
      const sum = (field: 'slots' | 'clipped' | 'saturated' | 'retries') => used[field] + probed.used[field]
      return { slots: sum('slots'), clipped: sum('clipped'), saturated: sum('saturated'), retries: sum('retries') }
    },
    back(layer, { rows }, _theta, into) {
      const width = widths[layer]
      for (let r = 0; r < rows; r++) {
        const from = r * neurons + firsts[layer]
        into.set(arrived.subarray(from, from + width), r * width)
      }
    },
    alignment: (theta) => (matrices === undefined ? 0 : worst(matrices, layers, theta)),
  }
}

/** Measures the matrix of a projecting machine, one output at a time. */
async function probe(
  projector: Projector,
  widths: readonly number[],
  firsts: readonly number[],
  opts: Parameters<Projector['send']>[3],
) {
  const { inputs, outputs } = projector
  const ones = new Float64Array(inputs * inputs)
  for (let o = 0; o < inputs; o++) ones[o * inputs + o] = 1
  const columns = new Float64Array(inputs * outputs)
  const used = await projector.send(ones, inputs, columns, opts)
  const matrices = widths.map((width, l) => {
    const matrix = new Float64Array(width * inputs)
    for (let j = 0; j < width; j++)
      for (let o = 0; o < inputs; o++) matrix[j * inputs + o] = columns[o * outputs + firsts[l] + j]
    return matrix
  })
  return { matrices, used }
}

function worst(matrices: readonly Float64Array[], layers: readonly NeuronLayer[], theta: Float64Array): number {
  const wanted = downstream(layers, theta)
  return Math.min(...matrices.map((matrix, l) => cosineBetween(matrix, wanted[l])))
}

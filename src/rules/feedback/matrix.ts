import { InsituError } from '../../errors.ts'
import { draws } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'

/** Where fixed feedback comes from. */
export interface RandomFeedback {
  /** Draws it; default 1. */
  readonly seed?: number
  /** Its standard deviation, in the unit of the weights; default 1 / sqrt(neurons it arrives at), as weights usually begin. */
  readonly scale?: number
  /** Takes the place of random feedback: one matrix for each hidden layer, inputs x outputs as weights lie in theta. */
  readonly feedback?: readonly Float64Array[]
}

/** Inputs x outputs of the matrix for each hidden layer: neurons it arrives at x errors it takes. */
export type MatrixSizes = readonly (readonly [number, number])[]

/** One matrix for each hidden layer, given or drawn; throws `SHAPE` for given ones that do not fit, `CONFIG` for a scale. */
export function feedbackMatrices(rule: string, sizes: MatrixSizes, options: RandomFeedback): readonly Float64Array[] {
  const { seed = 1, scale, feedback } = options
  if (scale !== undefined && !(scale > 0 && Number.isFinite(scale)))
    throw new InsituError('CONFIG', `${rule}: scale must be a number above 0, got ${scale}`)
  const lengths = sizes.map(([inputs, outputs]) => inputs * outputs)
  if (feedback !== undefined) {
    const given = feedback.map((matrix) => matrix.length)
    if (given.join() === lengths.join()) return feedback
    throw new InsituError(
      'SHAPE',
      `${rule}: feedback has ${given.join(', ') || 'no'} numbers for the hidden layers, wanted ${sizes.map((size) => size.join(' x ')).join(', ')}`,
    )
  }
  const random = draws(seed, STREAM.feedback)
  let next = 0
  return sizes.map(([inputs], l) => {
    const deviation = scale ?? 1 / Math.sqrt(inputs)
    return new Float64Array(lengths[l]).map(() => deviation * random.normal(next++))
  })
}

/** into (rows x inputs) = errors (rows x outputs) times the transpose of `matrix` (inputs x outputs). */
export function sendBack(matrix: Float64Array, errors: Float64Array, rows: number, into: Float64Array): void {
  const outputs = errors.length / rows
  const inputs = into.length / rows
  for (let r = 0; r < rows; r++) {
    for (let j = 0, at = 0; j < inputs; j++) {
      let sum = 0
      for (let o = r * outputs; o < (r + 1) * outputs; o++) sum += matrix[at++] * errors[o]
      into[r * inputs + j] = sum
    }
  }
}

/** Cosine between two lists of numbers; 0 where one has no length. */
export function cosineBetween(a: Float64Array, b: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += a[i] * b[i]
    aa += a[i] * a[i]
    bb += b[i] * b[i]
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}

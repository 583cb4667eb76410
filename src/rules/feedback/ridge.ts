import { InsituError } from '../../errors.ts'
import type { NeuronLayer } from './layers.ts'

/** Weight decay of one layer. */
export interface Ridge {
  /** lambda times the weight is added to its gradient, which is the mean over the rows of a lesson. */
  readonly lambda: number
  /** Which layer, 0 the first; default the last. */
  readonly layer?: number
  /** Steps from the beginning after which it ends; default never. A run that is taken up again passes what is left. */
  readonly steps?: number
}

/** Throws `CONFIG` for a weight decay that makes no sense. */
export function checkRidge(rule: string, ridge: Ridge | undefined, layers: readonly NeuronLayer[]): void {
  if (ridge === undefined) return
  const { lambda, layer = layers.length - 1, steps = 0 } = ridge
  if (!(lambda >= 0 && Number.isFinite(lambda)))
    throw new InsituError('CONFIG', `${rule}: ridge.lambda must be a number from 0, got ${lambda}`)
  if (!Number.isInteger(layer) || layer < 0 || layer >= layers.length)
    throw new InsituError('CONFIG', `${rule}: ridge.layer must be a layer from 0 to ${layers.length - 1}, got ${layer}`)
  if (!(steps >= 0)) throw new InsituError('CONFIG', `${rule}: ridge.steps must be a number from 0, got ${steps}`)
}

/** Adds the decay of step `step`, from 1, to the gradient. */
export function addRidge(
  ridge: Ridge | undefined,
  layers: readonly NeuronLayer[],
  step: number,
  theta: Float64Array,
  gradient: Float64Array,
): void {
  if (ridge === undefined || step > (ridge.steps ?? Number.POSITIVE_INFINITY)) return
  const { w, inputs, outputs } = layers[ridge.layer ?? layers.length - 1]
  const { lambda } = ridge
  for (let i = w; i < w + inputs * outputs; i++) gradient[i] += lambda * theta[i]
}

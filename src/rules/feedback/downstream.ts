import { multiply } from '../../kernels/product.ts'
import type { NeuronLayer } from './layers.ts'

/** For each hidden layer the product of all weights behind it, inputs x outputs of the net: what direct feedback stands for. */
export function downstream(layers: readonly NeuronLayer[], theta: Float64Array): readonly Float64Array[] {
  const last = layers.length - 1
  const n = layers[last].outputs
  const found: Float64Array[] = []
  for (let l = last; l > 0; l--) {
    const { w, inputs, outputs } = layers[l]
    const weights = theta.subarray(w, w + inputs * outputs)
    if (l === last) found.unshift(weights)
    else {
      const into = new Float64Array(inputs * n)
      multiply({ m: inputs, k: outputs, n }, weights, found[0], into)
      found.unshift(into)
    }
  }
  return found
}

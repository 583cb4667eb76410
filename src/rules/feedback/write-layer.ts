import { type Product, product } from '../../kernels/product.ts'
import type { NeuronLayer } from './layers.ts'

/**
 * Writes the gradient of one layer, summed over the rows: signal before it times error behind it for the weights, the error with
 * the bias's sign for the biases. Returns the product it used, to be passed again with as many rows.
 */
export function writeLayer(
  { inputs, outputs, w, b, bias }: NeuronLayer,
  signal: Float64Array,
  error: Float64Array,
  rows: number,
  known: Product | undefined,
  gradient: Float64Array,
): Product {
  const multiply = known ?? product({ m: inputs, k: rows, n: outputs, transposed: true })
  multiply(signal, error, gradient.subarray(w, w + inputs * outputs))
  if (bias === 0) return multiply
  for (let r = 0, i = 0; r < rows; r++) for (let o = 0; o < outputs; o++) gradient[b + o] += bias * error[i++]
  return multiply
}

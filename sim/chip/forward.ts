import { type Activation, type ChipLayout, type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import { exp } from '../../src/kernels/exp.ts'
import type { Neurons } from './mismatch.ts'

/** The network of one chip: topology and activation constants, without its weights. */
export interface Net {
  readonly layout: ChipLayout
  readonly activation: Activation
  /** Takes the place of `activation` where a transfer curve was measured or given as a formula. */
  readonly curve: ((z: number) => number) | undefined
  readonly neurons: Neurons
  /** What a pass gives of every slot: the outputs of the last layer (default), or those of all layers one after the other. */
  readonly reads?: 'outputs' | 'neurons'
}

/** Numbers a pass gives of every slot. */
export function rowWidth({ layout, reads }: Net): number {
  return reads === 'neurons' ? layout.neurons : layout.outputs
}

export function makeNet(spec: ChipSpec, neurons: Neurons, curve?: (z: number) => number): Net {
  return { layout: chipLayout(spec), activation: spec.activation, curve, neurons }
}

/** f(slope (z - shift)) * scale + lift, in the order of operations that every fast path keeps. */
export function activate(net: Net, neuron: number, z: number): number {
  const { scale, slope, shift, lift } = net.neurons
  const u = slope[neuron] * (shift[neuron] - z)
  if (net.curve !== undefined) return scale[neuron] * net.curve(0 - u) + lift[neuron]
  if (net.activation === 'sigmoid') return scale[neuron] / (1 + exp(u)) + lift[neuron]
  if (net.activation === 'tanh') return scale[neuron] * (2 / (1 + exp(2 * u)) - 1) + lift[neuron]
  return scale[neuron] * Math.max(0 - u, 0) + lift[neuron]
}

/**
 * One pass of `weights` (volts, in theta's layout) over the inputs at `drive[at]`, what it `reads` to `into[to]`: the readable
 * version, which the generated and the SIMD one equal bit for bit.
 */
export function forward(
  net: Net,
  weights: Float64Array,
  drive: Float64Array,
  at: number,
  into: Float64Array,
  to: number,
): void {
  let signal = drive.subarray(at, at + net.layout.inputs)
  let neuron = 0
  for (const { inputs, outputs, w, b } of net.layout.layers) {
    const next = new Float64Array(outputs)
    for (let o = 0; o < outputs; o++) {
      let z = 0
      for (let j = 0; j < inputs; j++) z += signal[j] * weights[w + j * outputs + o]
      next[o] = activate(net, neuron, z - weights[b + o])
      neuron++
    }
    if (net.reads === 'neurons') into.set(next, to + neuron - outputs)
    signal = next
  }
  if (net.reads !== 'neurons') into.set(signal, to)
}

import { InsituError } from '../../src/errors.ts'
import { perceptronKernel } from '../../src/kernels/perceptron.ts'
import type { Engine } from './engine.ts'
import type { Net } from './forward.ts'

/** The chip's loops in WebAssembly SIMD, for networks too large for generated code. */
export function simd(net: Net): Engine {
  if (net.curve !== undefined)
    throw new InsituError('CONFIG', 'mgd-chip: the SIMD engine knows sigmoid, tanh and relu, not a transfer curve')
  const { scale, slope, shift, lift } = net.neurons
  const { reads } = net
  const kernel = perceptronKernel({
    layers: net.layout.layers,
    activation: net.activation,
    constants: [scale, slope, shift, lift],
    ...(reads && { reads }),
  })
  return { name: 'simd', ...kernel }
}

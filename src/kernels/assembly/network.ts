// Layers of convolutional networks on one image, and their slopes, in float32. Oracle: src/kernels/network/plain.ts.

export { convolve, convolveInputs, convolveWeights } from './shared/network/convolution'
export { adam, blend, blendBack, normalise, normaliseBack, pool, poolBack } from './shared/network/layers'
export { accumulate, multiply, multiplyTransposed } from './shared/network/product'
export { widen, widenBack } from './shared/network/widening'

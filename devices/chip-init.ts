import { draws, fillUniform } from '../src/random/draws.ts'
import { STREAM } from '../src/random/streams.ts'
import { type ChipSpec, chipLayout } from './mgd-chip.ts'

/** Initial parameters, uniform in [low, high) volts, one independent draw each. */
export function uniformTheta(spec: ChipSpec, low: number, high: number, seed: number): Float64Array {
  return fillUniform(draws(seed, STREAM.initialValues), low, high, new Float64Array(chipLayout(spec).paramCount))
}

/** Initial weights uniform in +-sqrt(6 / (inputs + outputs)) volts of each layer (Glorot and Bengio 2010), biases 0. */
export function glorotTheta(spec: ChipSpec, seed: number): Float64Array {
  const layout = chipLayout(spec)
  const source = draws(seed, STREAM.initialValues)
  const theta = new Float64Array(layout.paramCount)
  for (const { inputs, outputs, w } of layout.layers) {
    const bound = Math.sqrt(6 / (inputs + outputs))
    for (let i = w; i < w + inputs * outputs; i++) theta[i] = bound * (2 * source.uniform(i) - 1)
  }
  return theta
}

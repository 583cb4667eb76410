import type { PerceptronKernel } from '../../src/kernels/perceptron.ts'
import { forward, type Net, rowWidth } from './forward.ts'

/** The two inner loops of the chip; `oracle`, `generated` and `simd` give the same bits. */
export interface Engine extends PerceptronKernel {
  readonly name: string
}

/** The loops as one would write them by hand: the reference for the fast ones. */
export function oracle(net: Net): Engine {
  const { inputs, paramCount } = net.layout
  const row = rowWidth(net)
  const width = Math.ceil(paramCount / 32)
  const weights = new Float64Array(paramCount)
  return {
    name: 'oracle',
    held(given, from, to, drive, driveHold, into) {
      for (let t = from; t < to; t++) forward(net, given, drive, Math.floor(t / driveHold) * inputs, into, t * row)
    },
    signs(pairs, words, hold, slots, drive, driveHold, into) {
      for (let t = 0; t < slots; t++) {
        const first = Math.floor(t / hold) * width
        for (let i = 0; i < paramCount; i++) weights[i] = pairs[2 * i + ((words[first + (i >> 5)] >>> (i & 31)) & 1)]
        forward(net, weights, drive, Math.floor(t / driveHold) * inputs, into, t * row)
      }
    },
  }
}

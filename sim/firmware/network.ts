import { type ChipSpec, chipLayout } from '../../devices/mgd-chip.ts'
import { transfers } from './activation.ts'

/** One forward pass in counts: parameters as the DACs hold them, drive row `row`, readings to `into[at..]`. */
export type Forward = (dac: Int16Array, drive: Int16Array, row: number, into: Int16Array, at: number) => void

/** The chip's forward pass in 32-bit integers; `docs/reference/wire.md` states it. */
export function forwardPass(spec: ChipSpec): Forward {
  const { layers, inputs } = chipLayout(spec)
  const transfer = transfers[spec.activation]
  const widest = Math.max(...spec.layers)
  const signal = new Int16Array(widest)
  const sums = new Int32Array(widest)
  return (dac, drive, row, into, at) => {
    for (let j = 0; j < inputs; j++) signal[j] = drive[row * inputs + j]
    for (const { inputs: from, outputs: to, w, b } of layers) {
      for (let o = 0; o < to; o++) sums[o] = 0
      for (let j = 0, i = w; j < from; j++) {
        const a = signal[j]
        // Each product is shifted before it is added.
        for (let o = 0; o < to; o++, i++) sums[o] += (a * dac[i]) >> 8
      }
      for (let o = 0; o < to; o++) signal[o] = transfer(sums[o] - dac[b + o] * 64)
    }
    const width = layers[layers.length - 1].outputs
    for (let o = 0; o < width; o++) into[at + o] = signal[o]
  }
}

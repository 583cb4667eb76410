import type { Activation } from '../../devices/mgd-chip.ts'

/** round(16384 / (1 + exp(-(n - 128) / 16))), n = 0..256: the sigmoid over +-8 in steps of 1/16. */
const SIGMOID = Int32Array.from({ length: 257 }, (_, n) => Math.round(16384 / (1 + Math.exp(-(n - 128) / 16))))

/** Net input in 2^-17 V to reading in 2^-14 V, to the last bit of `drivers/firmware/core/activation.c`. */
export type Transfer = (acc: number) => number

function sigmoid(acc: number): number {
  const u = Math.max(0, Math.min(0x1fffff, acc + 0x100000))
  const n = u >> 13
  const low = SIGMOID[n]
  return low + (((SIGMOID[n + 1] - low) * ((u & 8191) << 3)) >> 16)
}

/** The transfer curve of a neuron. */
export const transfers: Readonly<Record<Activation, Transfer>> = {
  sigmoid,
  // Twice the net input, kept where the table ends.
  tanh: (acc) => 2 * sigmoid(2 * Math.max(-0x100000, Math.min(0x100000, acc))) - 16384,
  relu: (acc) => Math.max(0, Math.min(32767, acc >> 3)),
}

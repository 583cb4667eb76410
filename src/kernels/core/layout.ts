import { SIZE, TYPES } from './settings.ts'

/** Places in the memory of a chip, bytes; the kernel's side is src/kernels/assembly/shared/core/layout.ts. */
export const HEAD = 1024
export const CHIP = {
  cores: 0,
  now: 4,
  path: 8,
  lines: 12,
  operations: 16,
  most: 24,
  stage: 9728,
  first: 17920,
} as const
export const CORE = {
  ...{ neurons: 0, slots: 4, needs: 8, key0: 20, key1: 24, drawing: 28, whole: 32 },
  ...{ rank: 128, type: 160, axons: 192, chance: 224 },
  ...{ spikes: 256, ring: 320, potential: 1344, axon: 2368, neuron: 3136 },
  ...{ weight: 18496, magnitude: 20544, sign: 21568, table: 22592, routes: 26688 },
  size: 178240,
} as const

/** What a core needs beside weights, leaks and thresholds. */
export const NEEDS = { synapses: 1, numbers: 2, reversal: 4 } as const

/** What four neurons are set to: places of vectors in a record, in numbers of 32 bits. */
export const RECORD = { leak: 0, top: 4, low: 8, value: 12, below: 16, modes: 20, mask: 24, size: 28 } as const

/**
 * Bits of the modes. After a spike the threshold is taken off, and the potential kept; below the negative threshold this is
 * added, and the potential held; the rest are the leak's and that the random threshold widens the negative one.
 */
export const MODE = {
  ...{ take: 1 << 31, keep: 1 << 30, add: 1 << 29, hold: 1 << 28 },
  ...{ randomLeak: 1 << 27, reversed: 1 << 26, widened: 1 << 25 },
} as const

/** Bits in a word of a set of axons. */
const WORD = 64

/** The axons of a core sorted by type. */
export interface AxonOrder {
  /** Words that have axons. */
  readonly words: readonly { readonly type: number; readonly rank: number; readonly axons: number }[]
  /** Axon of every rank. */
  readonly axon: Uint8Array
  /** Place of every axon in a set: 64 times its word plus its bit. */
  readonly place: Uint16Array
}

/** Sorts axons by type; every type begins a word of its own, so that one count serves one weight. */
export function axonOrder(axonType: Uint8Array): AxonOrder {
  const axon = new Uint8Array(SIZE)
  const place = new Uint16Array(SIZE)
  const words: { type: number; rank: number; axons: number }[] = []
  let rank = 0
  for (let type = 0; type < TYPES; type++) {
    let count = 0
    for (let a = 0; a < SIZE; a++) {
      if (axonType[a] !== type) continue
      if (count % WORD === 0) words.push({ type, rank, axons: 0 })
      place[a] = WORD * (words.length - 1) + (count % WORD)
      axon[rank++] = a
      words[words.length - 1].axons++
      count++
    }
  }
  return { words, axon, place }
}

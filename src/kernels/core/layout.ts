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
  ...{ weight: 24640, magnitude: 26688, sign: 27712, table: 28736, routes: 32832 },
  size: 184384,
} as const

/** What a core needs beside weights, leaks and thresholds. */
export const NEEDS = { synapses: 1, numbers: 2, reversal: 4 } as const

/** What four neurons are set to: places of vectors in a record, in numbers of 32 bits. */
export const RECORD = {
  ...{ leak: 0, top: 4, low: 8, take: 12, keep: 16, value: 20, add: 24, hold: 28, below: 32 },
  ...{ randomLeak: 36, reversed: 40, mask: 44, widened: 48, size: 52 },
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

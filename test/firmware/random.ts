import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** Seeded choices for tests. */
export interface Random {
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number
  pick<T>(choices: readonly T[]): T
  bytes(count: number): Uint8Array
}

export function randomFrom(seed: number): Random {
  const source = draws(seed, STREAM.initialValues)
  let at = 0
  const whole = (low: number, high: number) => low + Math.floor(source.uniform(at++) * (high - low + 1))
  return {
    whole,
    pick: (choices) => choices[whole(0, choices.length - 1)],
    bytes: (count) => Uint8Array.from({ length: count }, () => whole(0, 255)),
  }
}

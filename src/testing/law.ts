import type { Bench } from './bench.ts'

/** A promise of the contract, checked on one machine. */
export interface Law {
  /** One sentence; also the key for skipping it. */
  readonly name: string
  /** Why the law says nothing about this machine, if so. */
  readonly unless?: (bench: Bench) => string | undefined
  /** Throws `LawBroken` saying what was expected and what was seen. */
  readonly check: (bench: Bench) => Promise<void>
}

/** A machine does not do what the contract says. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken'
}

/** Throws `LawBroken` unless `kept`. */
export function demand(kept: boolean, expected: string, seen: string): asserts kept {
  if (!kept) throw new LawBroken(`expected ${expected}; saw ${seen}`)
}

import type { Family } from '../contract/block.ts'

/** One family of perturbations for `paramCount` parameters, addressed by an absolute code index. */
export interface CodeSource {
  readonly family: Family
  readonly paramCount: number
  /** Code indices until every pair of parameters is told apart exactly; Infinity if that holds on average only. */
  readonly length: number
  /** Writes s_ik in [-1, 1] for code index `k` (below 2^32) to `into[0..paramCount-1]`. */
  fill(k: number, into: Float64Array): void
}

/** A family whose values are all +1 or -1, kept as bits: 0 for +, 1 for -. */
export interface SignSource extends CodeSource {
  /**
   * Writes the rows of code indices `first` to `first + count - 1`: ceil(P / 32) words each, least significant bit
   * first, bits beyond P are 0.
   */
  words(first: number, count: number, into: Uint32Array): void
}

export function isSignSource(source: CodeSource): source is SignSource {
  return 'words' in source
}

import { type CodeSource, isSignSource } from '../../codes/code.ts'

/** Sums C~ s over code indices: the multiplexing half of the method, one total per parameter. */
export interface Correlator {
  readonly sums: Float64Array
  /** Adds `changes[n] * s_(first + n)` for n < count. */
  add(first: number, changes: Float64Array, count: number): void
}

export function correlator(source: CodeSource): Correlator {
  const count = source.paramCount
  const sums = new Float64Array(count)
  if (!isSignSource(source)) {
    const values = new Float64Array(count)
    return {
      sums,
      add(first, changes, codes) {
        for (let n = 0; n < codes; n++) {
          source.fill(first + n, values)
          const change = changes[n]
          for (let i = 0; i < count; i++) sums[i] += change * values[i]
        }
      },
    }
  }
  const width = Math.ceil(count / 32)
  let words = new Uint32Array(width)
  return {
    sums,
    add(first, changes, codes) {
      if (words.length < codes * width) words = new Uint32Array(codes * width)
      source.words(first, codes, words)
      for (let n = 0; n < codes; n++) {
        const change = changes[n]
        for (let i = 0; i < count; i++) sums[i] += change * (1 - 2 * ((words[n * width + (i >> 5)] >>> (i & 31)) & 1))
      }
    },
  }
}

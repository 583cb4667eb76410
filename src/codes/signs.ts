/** Words that hold one sign bit for each of `paramCount` parameters. */
export function wordsFor(paramCount: number): number {
  return Math.ceil(paramCount / 32)
}

/** Keeps the bits of the last word that belong to parameters. */
export function tailMask(paramCount: number): number {
  return paramCount % 32 === 0 ? 0xffffffff : 2 ** (paramCount % 32) - 1
}

/** Turns packed sign bits into +1 and -1. */
export function unpackSigns(words: Uint32Array, into: Float64Array, paramCount: number): void {
  for (let i = 0; i < paramCount; i++) into[i] = 1 - 2 * ((words[i >> 5] >>> (i & 31)) & 1)
}

import { InsituError } from '../errors.ts'

/** Reads repeated `key=value` words; the last of a key counts. Throws `CONFIG` for a word of another shape. */
export function readWords(words: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const cut = word.indexOf('=')
      if (cut < 1) throw new InsituError('CONFIG', `--set takes key=value, got "${word}"; nothing was started`)
      return [word.slice(0, cut), word.slice(cut + 1)]
    }),
  )
}

/** For options that may be repeated. */
export function collect(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word]
}

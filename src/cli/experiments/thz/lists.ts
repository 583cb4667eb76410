import type { Setting } from '../settings.ts'

/** Numbers with commas between them, as many as one likes. */
export function numberList(
  value: readonly number[],
  meaning: string,
  { min = 0, above = false }: { readonly min?: number; readonly above?: boolean } = {},
): Setting<readonly number[]> {
  return {
    form: `numbers ${above ? 'above' : 'from'} ${min} with commas between them, like ${value.join(',')}`,
    default: value,
    meaning,
    read(word) {
      const list = word.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part.replaceAll('_', ''))))
      return list.every((n) => Number.isFinite(n) && (above ? n > min : n >= min)) ? list : undefined
    },
    write: (list) => list.join(','),
  }
}

/** Some of several names, with commas between them; `all` for all of them. */
export function someOf<const T extends string>(
  names: readonly T[],
  value: NoInfer<T> | 'all',
  meaning: string,
): Setting<readonly T[]> {
  const all = (list: readonly T[]) => list.length === names.length
  return {
    form: `all, or some of ${names.join(', ')} with commas between them`,
    default: value === 'all' ? names : [value],
    meaning,
    read(word) {
      if (word === 'all') return names
      const list = [...new Set(word.split(',').map((part) => part.trim()))]
      return list.every((name) => (names as readonly string[]).includes(name)) ? (list as T[]) : undefined
    },
    write: (list) => (all(list) ? 'all' : list.join(',')),
  }
}

import { InsituError } from '../../errors.ts'
import { quantity } from '../../units/index.ts'

/** One thing about an experiment that can be changed. */
export interface Setting<T> {
  /** What it is called in messages: "a whole number from 1". */
  readonly form: string
  readonly default: T
  readonly meaning: string
  /** Nothing if the text is not acceptable; a reason of its own may be thrown. */
  read(text: string): T | undefined | Promise<T | undefined>
  write(value: T): string
}

export type SettingTable = Readonly<Record<string, Setting<unknown>>>

/** The values of a table of settings. */
export type Values<S extends SettingTable> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never }

/** A table of settings as it is if nothing is changed. */
export function defaultsOf<S extends SettingTable>(table: S): Values<S> {
  return Object.fromEntries(Object.entries(table).map(([key, setting]) => [key, setting.default])) as Values<S>
}

/** A range of numbers, written `-0.5..0.5`. */
export interface Range {
  readonly low: number
  readonly high: number
}

export function real(value: number, meaning: string, min = 0): Setting<number> {
  return {
    form: min === Number.NEGATIVE_INFINITY ? 'a number' : `a number from ${min}`,
    default: value,
    meaning,
    read: (text) => numberIn(text, min),
    write: String,
  }
}

/** A number of either sign, where 0 would leave nothing to measure. */
export function nonzero(value: number, meaning: string): Setting<number> {
  const any = real(value, meaning, Number.NEGATIVE_INFINITY)
  return {
    ...any,
    form: 'a number other than 0',
    read: (text) => numberIn(text, Number.NEGATIVE_INFINITY) || undefined,
  }
}

/** A voltage from 0: a number of volts, or a number with a unit like `50 mV`. */
export function volts(value: number, meaning: string): Setting<number> {
  return {
    form: 'a voltage from 0 V, like 0.05 or 50mV',
    default: value,
    meaning,
    async read(text) {
      // The units package takes most of a second to load: plain numbers do without.
      const given = numberIn(text, Number.NEGATIVE_INFINITY) ?? (await quantity(text, 'V', { name: 'voltage' }))
      return given >= 0 ? given : undefined
    },
    write: String,
  }
}

export function whole(value: number, meaning: string, min = 1): Setting<number> {
  return {
    form: `a whole number from ${min}`,
    default: value,
    meaning,
    read: (text) => {
      const n = numberIn(text, min)
      return n !== undefined && Number.isSafeInteger(n) ? n : undefined
    },
    write: String,
  }
}

export function choice<const T extends string>(options: readonly T[], value: NoInfer<T>, meaning: string): Setting<T> {
  return {
    form: options.join(' or '),
    default: value,
    meaning,
    read: (text) => options.find((option) => option === text),
    write: String,
  }
}

export function range(low: number, high: number, meaning: string): Setting<Range> {
  return {
    form: 'a rising range like -0.5..0.5',
    default: { low, high },
    meaning,
    read(text) {
      const [a, b, ...more] = text.split('..').map((part) => numberIn(part, Number.NEGATIVE_INFINITY))
      return a !== undefined && b !== undefined && more.length === 0 && a < b ? { low: a, high: b } : undefined
    },
    write: ({ low, high }) => `${low}..${high}`,
  }
}

/** Layer sizes, written `64-20-10`. */
export function layers(value: readonly number[], meaning: string): Setting<readonly number[]> {
  return {
    form: 'two or more layer sizes like 64-20-10',
    default: value,
    meaning,
    read: readLayers,
    write: (sizes) => sizes.join('-'),
  }
}

/** `64-20-10` as a list; nothing if it is something else. */
export function readLayers(text: string): readonly number[] | undefined {
  const sizes = text.split('-').map((part) => numberIn(part, 1))
  const good = sizes.length > 1 && sizes.every((n): n is number => n !== undefined && Number.isSafeInteger(n))
  return good ? sizes : undefined
}

function numberIn(text: string, min: number): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text.replaceAll('_', ''))
  return Number.isFinite(value) && value >= min ? value : undefined
}

/**
 * Reads `key=value` words against a table; `others` are defaults that take the table's place unless a key is given.
 * Throws `CONFIG` for an unknown key, listing what there is, and for a bad value, saying what is wanted.
 */
export async function readSettings<S extends SettingTable>(
  owner: string,
  table: S,
  words: readonly string[],
  others: Readonly<Record<string, unknown>> = {},
): Promise<Values<S>> {
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(table)) values[key] = key in others ? others[key] : setting.default
  for (const word of words) {
    const cut = word.indexOf('=')
    const key = word.slice(0, Math.max(0, cut))
    if (cut < 1 || !Object.hasOwn(table, key)) {
      const what = cut < 1 ? `"${word}" is not key=value` : `there is no setting "${key}"`
      throw new InsituError('CONFIG', `${owner}: ${what}; settings are ${Object.keys(table).join(', ')}`, {
        hint: `insitu reproduce ${owner} --help explains each`,
      })
    }
    const value = await table[key].read(word.slice(cut + 1))
    if (value === undefined) {
      throw new InsituError('CONFIG', `${owner}: ${key} must be ${table[key].form}, got "${word.slice(cut + 1)}"`)
    }
    values[key] = value
  }
  return values as Values<S>
}

/** A word as it is; `read` may turn it down by returning nothing, or with a reason of its own. */
export function text(
  value: string,
  form: string,
  meaning: string,
  read: (word: string) => string | undefined = (word) => word,
): Setting<string> {
  return { form, default: value, meaning, read, write: String }
}

/** Numbers with commas between them, as many as the default has. */
export function numbers(value: readonly number[], meaning: string): Setting<readonly number[]> {
  return {
    form: `${value.length} numbers like ${value.join(',')}`,
    default: value,
    meaning,
    read(word) {
      const list = word.split(',').map((part) => numberIn(part, Number.NEGATIVE_INFINITY))
      return list.length === value.length && list.every((n) => n !== undefined) ? (list as number[]) : undefined
    },
    write: (list) => list.join(','),
  }
}

import { InsituError } from '../../src/errors.ts'
import type { Slope } from './settling.ts'

/** Settings of a lock-in amplifier as people think of them. */
export interface LockinSettings {
  /** Full scale, V (A for a current input); one of the model's steps. */
  readonly sensitivity: number
  /** s; one of the model's steps. */
  readonly timeConstant: number
  /** dB per octave; default 24. */
  readonly slope?: Slope
  /** Default internal; with `external` the frequency is the generator's. */
  readonly reference?: 'internal' | 'external'
  /** Of the internal reference, Hz; default 1000. */
  readonly frequency?: number
  readonly harmonic?: number
  /** Degrees. */
  readonly phase?: number
  /** Default A. */
  readonly input?: 'A' | 'A-B' | 'I 1 MOhm' | 'I 100 MOhm'
  readonly coupling?: 'AC' | 'DC'
  readonly ground?: 'float' | 'ground'
  /** Of an SR830; default normal. */
  readonly reserve?: 'high' | 'normal' | 'low noise'
  /** Of an SR830; default none. */
  readonly lineFilter?: 'none' | 'line' | '2x line' | 'both'
  /** Largest input voltage of an SR860, V; default the smallest range that takes the sensitivity. */
  readonly inputRange?: number
  /** Synchronous filter below 200 Hz; default off. */
  readonly synchronous?: boolean
}

/** One setting on its way: the command that sets it, the query that asks for it, and the numbers both speak of. */
export interface Item {
  readonly key: string
  readonly set: string
  readonly ask: string
  readonly values: readonly number[]
}

/** `NAME i,a,b` with `NAME? i`, or without i. */
export function item(name: string, values: readonly number[], index?: number): Item {
  const written = values.map(plain)
  return index === undefined
    ? { key: name, set: `${name} ${written.join(',')}`, ask: `${name}?`, values }
    : { key: `${name} ${index}`, set: `${name} ${[index, ...written].join(',')}`, ask: `${name}? ${index}`, values }
}

/** Digits without an exponent: every firmware reads them. */
function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/\.?0+$/, '')
}

/** Whether an instrument holds what it was given, as far as six digits tell. */
export function holds(wanted: Item, given: readonly number[]): boolean {
  return wanted.values.every((value, i) => Math.abs(given[i] - value) <= 1e-5 * Math.abs(value) + 1e-9)
}

/** Place of a value in a model's list; throws `LIMIT` beyond its ends and `CONFIG` between two steps. */
export function step(model: string, what: string, unit: string, list: readonly number[], value: number): number {
  const at = list.findIndex((one) => Math.abs(one - value) <= 1e-6 * one)
  if (at >= 0) return at
  const sorted = [...list].sort((a, b) => a - b)
  const [low, high] = [sorted[0], sorted[sorted.length - 1]]
  if (!(value >= low && value <= high))
    throw new InsituError(
      'LIMIT',
      `${model}: ${what} of ${value} ${unit} is outside ${low}..${high} ${unit}; nothing was sent`,
    )
  const above = sorted.findIndex((one) => one > value)
  throw new InsituError(
    'CONFIG',
    `${model}: ${what} of ${value} ${unit} lies between its steps ${sorted[above - 1]} and ${sorted[above]} ${unit}; nothing was sent`,
    { hint: 'choose one of the two' },
  )
}

/** A value within limits; throws `LIMIT`. */
export function within(model: string, what: string, unit: string, low: number, high: number, value: number): number {
  if (value >= low && value <= high) return value
  throw new InsituError(
    'LIMIT',
    `${model}: ${what} of ${value} ${unit} is outside ${low}..${high} ${unit}; nothing was sent`,
  )
}

/** Place of a word among those a model knows; throws `CONFIG`. */
export function choice<T extends string>(model: string, what: string, words: readonly T[], word: T): number {
  const at = words.indexOf(word)
  if (at >= 0) return at
  throw new InsituError(
    'CONFIG',
    `${model}: ${what} must be ${words.join(', ')}, got ${String(word)}; nothing was sent`,
  )
}

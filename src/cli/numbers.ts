import { InsituError } from '../errors.ts'

export interface NumberForm {
  readonly min?: number
  readonly max?: number
  readonly whole?: boolean
}

/** Reads a number a user typed; throws `CONFIG` naming what is wanted. */
export function readNumber(name: string, text: string, form: NumberForm = {}): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole = false } = form
  const value = text.trim() === '' ? Number.NaN : Number(text.replaceAll('_', ''))
  if (Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isSafeInteger(value))) return value
  const kind = whole ? 'a whole number' : 'a number'
  const range = Number.isFinite(max) ? ` from ${min} to ${max}` : Number.isFinite(min) ? ` from ${min}` : ''
  throw new InsituError('CONFIG', `${name} must be ${kind}${range}, got "${text}"; nothing was started`)
}

/** Seeds are unsigned 32-bit everywhere. */
export function readSeed(text: string): number {
  return readNumber('--seed', text, { min: 0, max: 2 ** 32 - 1, whole: true })
}

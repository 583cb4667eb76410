import { InsituError } from '../../../src/errors.ts'

/** Throws `CONFIG` unless every side of a lattice is a whole number from 1. */
export function checkSides(of: string, sides: Readonly<Record<string, number>>): void {
  for (const [what, count] of Object.entries(sides))
    if (!(Number.isSafeInteger(count) && count >= 1))
      throw new InsituError('CONFIG', `${of}: ${what} must be a whole number from 1, got ${count}`)
}

/** Throws `CONFIG` unless a side is a power of two. */
export function checkPower(of: string, what: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1 && Number.isInteger(Math.log2(count))) return
  throw new InsituError('CONFIG', `${of}: ${what} must be a power of two, got ${count}`, {
    hint: 'the field is transformed by a fast Fourier transform',
  })
}

/** Throws `CONFIG` if a constant is not a finite number, or one that must be positive is not; Infinity is a mass. */
export function checkNumbers(of: string, options: object): void {
  for (const [what, value] of Object.entries(options)) {
    if (typeof value !== 'number') continue
    if (what === 'inertia' || what === 'spacing') {
      if (!(value > 0)) throw new InsituError('CONFIG', `${of}: ${what} must be positive, got ${value}`)
    }
    if (what !== 'inertia' && !Number.isFinite(value))
      throw new InsituError('CONFIG', `${of}: ${what} must be a finite number, got ${value}`)
  }
}

/** Throws `CONFIG` unless a word is one of those there are. */
export function checkWord(of: string, what: string, word: string, words: readonly string[]): void {
  if (!words.includes(word))
    throw new InsituError('CONFIG', `${of}: ${what} must be ${words.join(' or ')}, got ${String(word)}`)
}

import { InsituError } from '../../../src/errors.ts'

/** What an option of a field must be: a word is one of a list. Sides must be given, or have their default put in. */
export type Rule = 'side' | 'power' | 'number' | 'positive' | 'mass' | 'list' | readonly string[]

/** Every option of a field by name. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule }

/** Throws `CONFIG` naming an option that there is not, or that is not what it must be; `kind` is who asks. */
export function checkOptions(of: string, options: object, rules: Readonly<Record<string, Rule>>): void {
  const { kind: _, ...given } = options as Record<string, unknown>
  checkNames(of, 'option', given, Object.keys(rules))
  for (const [what, rule] of Object.entries(rules)) {
    const value = given[what]
    if (value === undefined && rule !== 'side' && rule !== 'power') continue
    const [wanted, hint] = wanting(rule, value)
    if (wanted === undefined) continue
    throw new InsituError('CONFIG', `${of}: ${what} must be ${wanted}, got ${shown(value)}`, hint ? { hint } : {})
  }
}

/** Throws `CONFIG` naming what is given and not known, with all that are. */
export function checkNames(of: string, what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new InsituError('CONFIG', `${of}: there is no ${what} "${unknown}"`, { hint: `${what}s: ${known.join(', ')}` })
}

/** Whether it is a whole number from 1. */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1
}

/** A value for a message: text in quotes, so that it is not taken for a number. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}

/** What was wanted instead, and a hint; nothing if the value is right. */
function wanting(rule: Rule, value: unknown): readonly [wanted?: string, hint?: string] {
  const size = typeof value === 'number' ? value : Number.NaN
  switch (rule) {
    case 'side':
      return isCount(value) ? [] : ['a whole number from 1']
    case 'power':
      if (isCount(value) && Number.isInteger(Math.log2(size))) return []
      return ['a power of two', 'the field is transformed by a fast Fourier transform']
    case 'number':
      return Number.isFinite(size) ? [] : ['a finite number']
    case 'positive':
      return size > 0 && Number.isFinite(size) ? [] : ['positive and finite']
    case 'mass':
      return size > 0 ? [] : ['positive']
    case 'list':
      return Array.isArray(value) ? [] : ['a list']
    default:
      return rule.includes(value as string) ? [] : [rule.join(' or ')]
  }
}

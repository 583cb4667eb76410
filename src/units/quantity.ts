import type { Unit as MathUnit } from 'mathjs'
import type { Unit } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { math } from './math.ts'

/** Longest text that is looked at; no quantity is longer. */
const LONGEST = 100

export interface QuantityOptions {
  /** A number without a unit: refused (default), or taken to be in the wanted unit already. */
  readonly bare?: 'refuse' | 'accept'
  /** What the quantity is, for messages. */
  readonly name?: string
}

/**
 * Reads "137.5 N/m" or "20 us" and returns the number in `unit` ("1" for a pure number, which carries none).
 * Throws `UNITS` naming what was given and what was wanted.
 */
export async function quantity(text: string | number, unit: Unit, options: QuantityOptions = {}): Promise<number> {
  const wanted = await parseUnit(unit)
  const name = options.name ?? 'quantity'
  const refuse = (why: string, hint?: string) =>
    new InsituError(
      'UNITS',
      `${name} ${JSON.stringify(text)}: ${why}; wanted ${wants(unit)}`,
      hint === undefined ? {} : { hint },
    )
  const bare = bareNumber(text)
  if (bare !== undefined) {
    if (!Number.isFinite(bare)) throw refuse('not a finite number')
    if (wanted !== undefined && options.bare !== 'accept') throw refuse('it has no unit', `write "${bare} ${unit}"`)
    return bare
  }
  const given = typeof text === 'string' && text.length <= LONGEST ? await parsed(text) : undefined
  if (given === undefined)
    throw refuse('it cannot be read as a number and a unit', 'write a decimal point and one blank, "2.5 mV"')
  if (!hasNumber(given)) throw refuse('it has no number')
  if (!sameDimension(given, wanted)) throw refuse(`it is in ${given.formatUnits() || 'no unit'}`)
  const value = wanted === undefined ? given.toSI().toJSON().value : given.toNumber(unit)
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refuse('not a finite number')
  return value
}

/** Whether `text` is a unit a data sheet may use: what mathjs reads, without a number, or "1". */
export async function isUnit(text: Unit): Promise<boolean> {
  return parseUnit(text).then(
    () => true,
    () => false,
  )
}

function wants(unit: Unit): string {
  return unit === '1' ? 'a pure number' : `a number in ${unit} or a unit like it`
}

/** The unit itself, undefined for "1"; throws `UNITS` if there is no such unit. */
async function parseUnit(unit: Unit): Promise<MathUnit | undefined> {
  if (unit === '1') return undefined
  const known = unit.length <= LONGEST ? await parsed(unit) : undefined
  if (known === undefined || hasNumber(known) || known.formatUnits() === '') {
    throw new InsituError('UNITS', `"${unit}" is not a unit`, {
      hint: 'units are written as mathjs reads them: "N/m", "us", "rad"',
    })
  }
  return known
}

async function parsed(text: string): Promise<MathUnit | undefined> {
  const { unit } = await math()
  try {
    return unit(text)
  } catch {
    return undefined
  }
}

function hasNumber(unit: MathUnit): boolean {
  return unit.toJSON().value !== null
}

function sameDimension(given: MathUnit, wanted: MathUnit | undefined): boolean {
  return wanted === undefined ? given.dimensions.every((power) => Math.abs(power) < 1e-12) : given.equalBase(wanted)
}

/** The number, if the text is nothing but a decimal number. */
function bareNumber(text: string | number): number | undefined {
  if (typeof text === 'number') return text
  const trimmed = text.trim()
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined
}

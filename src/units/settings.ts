import type { Unit } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { quantity } from './quantity.ts'

/** What one setting must be. */
export interface Setting {
  /** Unit of the number handed on; "1" for a pure number. */
  readonly unit: Unit
  /** Smallest and largest value, in `unit`. */
  readonly min?: number
  readonly max?: number
  /** Value in `unit` when the setting is not given; without it the setting must be given. */
  readonly default?: number
}

/** Names and units of a record of settings. */
export type Schema = Readonly<Record<string, Setting>>

export interface SettingsOptions {
  /** Whose settings these are, for messages. */
  readonly of: string
  /** Numbers without a unit: refused (default), or taken to be in the schema's unit. */
  readonly bare?: 'refuse' | 'accept'
}

/**
 * Turns settings as people write them ("137.5 N/m") into numbers in the schema's units.
 *
 * All faults are gathered into one error: `UNITS` if every one of them is a matter of units, `CONFIG` otherwise.
 */
export async function settings<S extends Schema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
  options: SettingsOptions,
): Promise<{ readonly [K in keyof S]: number }> {
  const faults: InsituError[] = []
  const values: Record<string, number> = {}
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name))
      faults.push(config(`there is no setting "${name}"; known: ${Object.keys(schema).join(', ')}`))
  }
  for (const [name, setting] of Object.entries(schema)) {
    try {
      values[name] = await one(name, setting, Object.hasOwn(given, name) ? given[name] : undefined, options)
    } catch (error) {
      if (!(error instanceof InsituError)) throw error
      faults.push(error)
    }
  }
  if (faults.length === 0) return values as { readonly [K in keyof S]: number }
  const code = faults.every((fault) => fault.code === 'UNITS') ? 'UNITS' : 'CONFIG'
  const hint = faults.find((fault) => fault.hint !== undefined)?.hint
  throw new InsituError(
    code,
    `settings of ${options.of}: ${faults.map(({ message }) => message).join('; ')}`,
    hint === undefined ? {} : { hint },
  )
}

/**
 * The same for settings that change something: those that are not given stay unsaid. `others` are read elsewhere; they
 * are named in the hint.
 */
export async function changedSettings<S extends Schema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
  options: SettingsOptions & { readonly others?: readonly string[] },
): Promise<{ readonly [K in keyof S]?: number }> {
  const { others = [] } = options
  const names = Object.keys(given).filter((name) => !others.includes(name))
  const unknown = names.filter((name) => !Object.hasOwn(schema, name))
  if (unknown.length > 0) {
    throw new InsituError('CONFIG', `${options.of}: there is no setting "${unknown.join('", "')}"`, {
      hint: `settings: ${[...Object.keys(schema), ...others].join(', ')}`,
    })
  }
  // In the schema's order, whatever the order they are given in.
  const asked = Object.fromEntries(Object.entries(schema).filter(([name]) => names.includes(name)))
  const values = await settings(asked, Object.fromEntries(names.map((name) => [name, given[name]])), options)
  return values as { readonly [K in keyof S]?: number }
}

async function one(name: string, setting: Setting, given: unknown, options: SettingsOptions): Promise<number> {
  if (given === undefined) {
    if (setting.default === undefined) throw config(`${name} is missing; wanted a number in ${setting.unit}`)
    return setting.default
  }
  if (typeof given !== 'string' && typeof given !== 'number') {
    throw config(`${name} must be text such as "1.5 ${setting.unit}" or a number, got ${typeof given}`)
  }
  const value = await quantity(given, setting.unit, { name, bare: options.bare ?? 'refuse' })
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, unit } = setting
  if (value < min || value > max) {
    // A pure number has the unit "1", which reads like a figure.
    const of = unit === '1' ? '' : ` ${unit}`
    throw config(`${name} = ${given} is ${value}${of}, outside [${min}, ${max}]${of}`)
  }
  return value
}

function config(message: string): InsituError {
  return new InsituError('CONFIG', message)
}

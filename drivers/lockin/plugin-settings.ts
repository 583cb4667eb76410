import type { Kind } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { quantity } from '../../src/units/quantity.ts'
import type { LockInBackendOptions } from './backend.ts'
import type { OpenLockInOptions } from './open.ts'

/** Settings of an address that are numbers with a unit, and the option or setting they become. */
const QUANTITIES = {
  timeConstant: 's',
  frequency: 'Hz',
  phase: 'deg',
  inputRange: 'V',
} as const
const NUMBERS = ['slope', 'harmonic'] as const
const WORDS = ['reference', 'input', 'coupling', 'ground', 'reserve', 'lineFilter'] as const
const OPTION_WORDS = ['model', 'whenChanged', 'transfer'] as const
/** What a data sheet calls the machine: an address cannot tell a pseudo-terminal from a port. */
const KINDS: Readonly<Record<string, Kind>> = { hardware: 'hardware', emulated: 'emulated firmware' }
/** Of the line, and of plugins built on this one. */
const OTHERS = [
  'baud',
  'display',
  'displayBaud',
  'kind',
  'read',
  'sensitivity',
  'noise',
  'share',
  'synchronous',
  'silenceMs',
  'replyMs',
]

/**
 * What stands behind the `?` of an address, such as `sensitivity=10 mV&timeConstant=100 ms&slope=24`, as options; what a
 * value may be is checked by the model. Throws `CONFIG` for a name nobody knows and `UNITS` for a unit that does not fit.
 */
export async function lockInOptions(given: Readonly<Record<string, string>>): Promise<LockInBackendOptions> {
  const known: readonly string[] = [...Object.keys(QUANTITIES), ...NUMBERS, ...WORDS, ...OPTION_WORDS, ...OTHERS]
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new InsituError('CONFIG', `lock-in: there is no setting "${unknown}"; settings are ${known.join(', ')}`)
  for (const name of ['sensitivity', 'timeConstant'])
    if (given[name] === undefined)
      throw new InsituError('CONFIG', `lock-in: ${name} must be stated, e.g. ?sensitivity=10 mV&timeConstant=100 ms`)
  const unit = given.input?.startsWith('I') ? 'A' : 'V'
  const settings: Record<string, unknown> = {
    sensitivity: await quantity(given.sensitivity, unit, { name: 'sensitivity' }),
    ...(given.synchronous !== undefined && { synchronous: given.synchronous === 'on' }),
  }
  for (const [name, wanted] of Object.entries(QUANTITIES))
    if (given[name] !== undefined) settings[name] = await quantity(given[name], wanted, { name })
  for (const name of NUMBERS) if (given[name] !== undefined) settings[name] = plain(name, given[name])
  for (const name of WORDS) if (given[name] !== undefined) settings[name] = given[name]
  const options: Record<string, unknown> = { settings }
  for (const name of OPTION_WORDS) if (given[name] !== undefined) options[name] = given[name]
  if (given.noise !== undefined) options.noise = await quantity(given.noise, unit, { name: 'noise' })
  for (const name of ['share', 'silenceMs', 'replyMs'])
    if (given[name] !== undefined) options[name] = plain(name, given[name])
  if (given.read !== undefined) options.read = given.read
  const { kind, read, synchronous } = given
  checkWords({ ...(options as Partial<OpenLockInOptions>), kind, read, synchronous })
  if (kind !== undefined) options.kind = KINDS[kind]
  return options as unknown as LockInBackendOptions
}

function plain(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InsituError('CONFIG', `lock-in: ${name} must be a number, got "${text}"`)
}

interface Words extends Partial<OpenLockInOptions> {
  readonly kind: string | undefined
  readonly read: string | undefined
  readonly synchronous: string | undefined
}

function checkWords({ model, whenChanged, transfer, kind, read, synchronous }: Words): void {
  const check = (name: string, value: string | undefined, words: readonly string[]) => {
    if (value === undefined || words.includes(value)) return
    throw new InsituError('CONFIG', `lock-in: ${name} must be ${words.join(', ')}, got "${value}"`)
  }
  check('model', model, ['SR830', 'SR860'])
  check('whenChanged', whenChanged, ['restore', 'refuse'])
  check('transfer', transfer, ['TRCA', 'TRCB', 'TRCL'])
  check('kind', kind, Object.keys(KINDS))
  check('read', read, ['X', 'XY'])
  // A word that is not understood must not pass for off.
  check('synchronous', synchronous, ['on', 'off'])
}

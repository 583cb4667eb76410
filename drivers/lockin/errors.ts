import { type ErrorCode, InsituError } from '../../src/errors.ts'
import type { Condition } from './dialect.ts'
import type { Item } from './settings.ts'

/** What a reading is worth nothing for: overload or a lost reference. */
export function blemish(who: string, { overload, unlocked }: Condition): InsituError | undefined {
  if (unlocked)
    return failure(who, 'UNLOCKED', 'it has lost its reference', 'check the reference signal and its threshold (RSLP)')
  if (overload === undefined) return undefined
  const hint = {
    input: 'take a less sensitive scale, more reserve, or a weaker source',
    filter: 'take a less sensitive scale or more reserve',
    output: 'take a less sensitive scale; autoRange on an amplifier opened by itself finds it',
  }[overload]
  return failure(who, 'OVERLOAD', `its ${overload} is overloaded`, hint)
}

/** An instrument that does not hold what it was given. */
export function lost(
  who: string,
  changes: readonly { readonly item: Item; readonly given: readonly number[] }[],
): InsituError {
  const list = changes
    .slice(0, 6)
    .map(({ item, given }) => `${item.key} is ${given.join(',')}, was set to ${item.values.join(',')}`)
  const more = changes.length > 6 ? ` and ${changes.length - 6} more` : ''
  return failure(
    who,
    'SETTINGS_LOST',
    `it does not hold its settings: ${list.join('; ')}${more}`,
    'it was switched off or somebody changed them at the panel; restoreSettings() sets them again',
  )
}

export function failure(who: string, code: ErrorCode, what: string, hint: string): InsituError {
  return new InsituError(code, `${who}: ${what}`, { device: who, hint })
}

import { action, question } from './commands-common.ts'
import type { Core, Handler } from './core.ts'
import { mantissas, signed, singles } from './numbers.ts'
import { Refused } from './settings.ts'
import type { PointStore } from './store.ts'

const latin = (bytes: Uint8Array) => String.fromCharCode(...bytes)

/** The three forms in which stored points are read. */
function points(store: PointStore, form: (values: readonly number[]) => string): Handler {
  return question([3, 3], ([channel, from, count]) => {
    if (![channel, from, count].every(Number.isInteger) || channel < 1 || channel > 2) throw new Refused('cannot')
    const values = store.points(channel, from, count)
    if (values === undefined) throw new Refused('cannot')
    return form(values)
  })
}

/** Commands whose answers are blocks of data. */
export const BLOCKS: ReadonlySet<string> = new Set(['TRCA', 'TRCB', 'TRCL'])
/** Those of them that end with the terminator all the same. */
export const TERMINATED: ReadonlySet<string> = new Set(['TRCA'])

/** Data storage of the SR830. */
export function storeCommands(
  store: PointStore,
  trigger: (core: Core) => void,
): readonly (readonly [string, Handler])[] {
  return [
    [
      'STRT',
      action(0, (_, core) => {
        if (core.settings.value('TSTR') === 1 && !store.running) store.armed = true
        else store.start(core.now(), core.settings.value('SRAT'))
      }),
    ],
    ['PAUS', action(0, () => store.pause())],
    ['REST', action(0, () => store.reset())],
    ['TRIG', action(0, (_, core) => trigger(core))],
    // Fast transfer exists on the other interface only.
    ['STRD', action(0, () => {})],
    ['SPTS', question([0, 0], () => String(store.length))],
    ['TRCA', points(store, (values) => values.map((value) => `${signed(value)},`).join(''))],
    ['TRCB', points(store, (values) => latin(singles(values)))],
    ['TRCL', points(store, (values) => latin(mantissas(values)))],
  ]
}

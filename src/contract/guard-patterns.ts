import { InsituError } from '../errors.ts'
import type { CallOptions, Receipt } from './backend.ts'
import { checkCount, checkLength } from './check.ts'
import { type PatternPort, type PatternWindow, patternSlots } from './facets.ts'
import type { Guarded } from './guarded.ts'
import { firstInvalid, joined, measureAgain } from './remeasure.ts'
import { type DataSheet, nameOf } from './sheet.ts'

/** Patterns made on board behind the same checks, queue, cuts and repetitions as `measure`. */
export function guardPatterns(port: PatternPort, { sheet, gate }: Guarded): PatternPort {
  const families = Object.freeze([...port.families])
  const { rows, columns } = port
  checkLength(sheet, 'a pattern', rows * columns, sheet.drive.width, `rows x columns, ${rows} x ${columns} given`)
  const measure = async (window: PatternWindow, into: Float64Array, opts: CallOptions) => {
    let total: Receipt | undefined
    let at = 0
    for (const piece of pieces(sheet, window)) {
      opts.signal?.throwIfAborted()
      const end = at + patternSlots(piece) * sheet.sense.width
      const target = into.subarray(at, end)
      const exchange = () => port.measure(piece, target, opts)
      const first = await exchange()
      const bad = firstInvalid(target)
      const receipt = bad < 0 ? first : await measureAgain(sheet, exchange, target, bad, first, opts)
      total = total === undefined ? receipt : joined(total, receipt)
      at = end
    }
    return total as Receipt
  }
  return {
    families,
    rows,
    columns,
    measure(window, into, opts = {}) {
      try {
        checkWindow(sheet, families, window)
        checkLength(sheet, 'into', into.length, patternSlots(window) * sheet.sense.width, 'slots x sense width')
      } catch (error) {
        return Promise.reject(error)
      }
      return gate.run(() => measure({ ...window }, into, opts), opts.signal)
    },
  }
}

/** Windows of whole patterns that one exchange carries each. */
function* pieces(sheet: DataSheet, window: PatternWindow): Generator<PatternWindow> {
  const most = Math.floor(sheet.maxSlots / patternSlots({ ...window, count: 1 }))
  for (let done = 0; done < window.count; done += most)
    yield { ...window, first: window.first + done, count: Math.min(most, window.count - done) }
}

function checkWindow(sheet: DataSheet, families: readonly string[], window: PatternWindow): void {
  const { family, first, count, hold, pairing } = window
  if (!families.includes(family))
    throw new InsituError(
      'CAPABILITY',
      `${nameOf(sheet)} makes the patterns ${families.join(', ')}, asked for ${String(family)}`,
      { device: sheet.machine, hint: 'choose one of its families, or send the patterns as drive' },
    )
  checkCount(sheet, 'first pattern', first, 0)
  checkCount(sheet, 'patterns', count)
  checkCount(sheet, 'hold', hold)
  const slots = patternSlots({ ...window, count: 1 })
  if (pairing !== 'single' && pairing !== 'opposite')
    throw new InsituError('SHAPE', `${nameOf(sheet)}: pairing must be single or opposite, got ${String(pairing)}`, {
      device: sheet.machine,
    })
  if (slots > sheet.maxSlots)
    throw new InsituError(
      'SHAPE',
      `${nameOf(sheet)}: one pattern takes ${slots} slots, one exchange carries ${sheet.maxSlots}`,
      { device: sheet.machine, hint: 'hold it for fewer slots' },
    )
}

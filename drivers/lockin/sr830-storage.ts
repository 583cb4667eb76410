import { points, type Shape, whole } from './answers.ts'
import type { Asking, Condition, Storage, Transfer } from './dialect.ts'

/** Points in one answer: TRCA takes 15 characters for each, the others four bytes. */
const AT_ONCE = { TRCA: 64, TRCB: 1024, TRCL: 1024 } as const
/** What triggers each make one point are called among the rates. */
const TRIGGERED = 14
/** Exponent of TRCL at which the mantissa is the value. */
const UNITY = 124

/** The point buffers of an SR830, one point for each trigger. */
export function sr830Storage(condition: (lias: number, esr: number) => Condition): Storage {
  return {
    most: 16383,
    async arm({ ask }) {
      const begin = ['PAUS', 'REST', `SRAT ${TRIGGERED}`, 'SEND 0', 'TSTR 0', 'STRT']
      await ask<[number, number]>(['SRAT?', 'SPTS?'], [exactly(TRIGGERED), exactly(0)], begin)
    },
    async finish({ ask }) {
      const [stored, rate, lias, esr] = await ask<[number, number, number, number]>(
        ['SPTS?', 'SRAT?', 'LIAS?', '*ESR?'],
        [whole(16383), whole(TRIGGERED), whole(127), whole(255)],
        ['PAUS'],
      )
      return { points: rate === TRIGGERED ? stored : 0, condition: condition(lias, esr) }
    },
    async fetch(asking, total, transfer) {
      const all = new Float64Array(2 * total)
      for (let from = 0; from < total; from += AT_ONCE[transfer]) {
        const n = Math.min(AT_ONCE[transfer], total - from)
        for (const channel of [1, 2]) {
          const values = await stretch(asking, `${transfer}?${channel},${from},${n}`, n, transfer)
          for (let i = 0; i < n; i++) all[2 * (from + i) + channel - 1] = values[i]
        }
      }
      return all
    },
  }
}

/** Text has an end that is checked; a block of bytes has only its length, and what is said after it. */
async function stretch(
  { ask, bytes }: Asking,
  query: string,
  n: number,
  transfer: Transfer,
): Promise<readonly number[]> {
  if (transfer === 'TRCA') return (await ask<[readonly number[]]>([query], [points(n)]))[0]
  const block = await bytes(query, 4 * n, '')
  const view = new DataView(block.buffer)
  return Array.from({ length: n }, (_, i) =>
    transfer === 'TRCB'
      ? view.getFloat32(4 * i, true)
      : view.getInt16(4 * i, true) * 2 ** (view.getUint8(4 * i + 2) - UNITY),
  )
}

function exactly(value: number): Shape<number> {
  return { name: `${value}`, read: (text) => (text === String(value) ? value : undefined) }
}

import { whole } from './answers.ts'
import type { Condition, Storage } from './dialect.ts'

const KILOBYTE = 1024
/** X and Y of one point, single precision. */
const POINT = 8
/** Kilobytes in one answer. */
const AT_ONCE = 64
const MOST_KILOBYTES = 4096
const XY = 1

/** Capture memory of an SR860, one sample for each trigger. */
export function sr860Storage(condition: (lias: number, esr: number) => Condition): Storage {
  return {
    most: (MOST_KILOBYTES * KILOBYTE) / POINT - 1,
    async arm({ ask }, points) {
      // One point of room to spare: a memory that fills itself would hide edges that came too often.
      const length = Math.ceil(((points + 1) * POINT) / KILOBYTE)
      await ask<[number]>(
        ['CAPTUREBYTES?'],
        [{ name: '0', read: (text) => (text === '0' ? 0 : undefined) }],
        ['CAPTURESTOP', `CAPTURECFG ${XY}`, `CAPTURELEN ${length}`, 'CAPTURESTART ONE,SAMP'],
      )
    },
    async finish({ ask }) {
      const [bytes, configuration, lias, esr] = await ask<[number, number, number, number]>(
        ['CAPTUREBYTES?', 'CAPTURECFG?', 'LIAS?', '*ESR?'],
        [whole(MOST_KILOBYTES * KILOBYTE), whole(3), whole(32767), whole(255)],
        ['CAPTURESTOP'],
      )
      return { points: configuration === XY ? bytes / POINT : 0, condition: condition(lias, esr) }
    },
    async fetch({ bytes }, points) {
      const all = new Float64Array(2 * points)
      const kilobytes = Math.ceil((points * POINT) / KILOBYTE)
      for (let from = 0; from < kilobytes; from += AT_ONCE) {
        const length = Math.min(AT_ONCE, kilobytes - from)
        const count = length * KILOBYTE
        const block = await bytes(`CAPTUREGET? ${from},${length}`, count, `#${String(count).length}${count}`)
        const view = new DataView(block.buffer)
        const first = (from * KILOBYTE) / 4
        for (let i = 0; i < count / 4 && first + i < all.length; i++) all[first + i] = view.getFloat32(4 * i, true)
      }
      return all
    },
  }
}

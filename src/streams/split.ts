import { expandCode } from '../codes/expand.ts'
import { type Block, type Delta, rowsFor, type Signs, type Track } from '../contract/block.ts'
import { type DataSheet, paramCount } from '../contract/sheet.ts'

/** Some of the parameters of a machine made of several: neighbours in theta, whole banks. */
export interface Share {
  /** First parameter, and one past the last. */
  readonly from: number
  readonly to: number
  /** First bank, and one past the last. */
  readonly banks: readonly [first: number, end: number]
}

/** The perturbation of a block as sign bits or rows, for machines that each take some columns of it. */
export function columnsOf({ delta, slots }: Block, whole: DataSheet): Track | Signs | undefined {
  return delta?.kind === 'code' ? expandCode(delta, slots, whole) : delta
}

/** What a share of the parameters sees of a perturbation; nothing where it is not perturbed at all. */
export function shareOf(delta: Track | Signs | undefined, slots: number, whole: DataSheet, share: Share) {
  if (delta === undefined) return {}
  const { from, to, banks } = share
  const rows = rowsFor(slots, delta.hold)
  const all = paramCount(whole)
  if (delta.kind === 'track') return { delta: trackColumns(delta, rows, all, from, to) }
  const amplitudes = delta.amplitudes.slice(...banks)
  return amplitudes.some((a) => a !== 0) ? { delta: { ...signColumns(delta, rows, all, from, to), amplitudes } } : {}
}

function trackColumns(delta: Track, rows: number, all: number, from: number, to: number): Delta {
  const width = to - from
  const data = new Float64Array(rows * width)
  for (let r = 0; r < rows; r++) data.set(delta.data.subarray(r * all + from, r * all + to), r * width)
  return { kind: 'track', data, hold: delta.hold }
}

function signColumns(delta: Signs, rows: number, all: number, from: number, to: number): Signs {
  const stride = Math.ceil(all / 8)
  const narrow = Math.ceil((to - from) / 8)
  const bits = new Uint8Array(rows * narrow)
  for (let r = 0; r < rows; r++) {
    for (let i = from; i < to; i++) {
      const bit = (delta.bits[r * stride + (i >> 3)] >> (i & 7)) & 1
      const at = i - from
      bits[r * narrow + (at >> 3)] |= bit << (at & 7)
    }
  }
  return { ...delta, bits }
}

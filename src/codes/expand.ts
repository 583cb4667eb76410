import { type Code, type Delta, rowsFor, type Signs, type Track } from '../contract/block.ts'
import { bankOffsets, type DataSheet, paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import { type CodeSource, createCode, isSignSource, type SignSource } from './code.ts'
import { wordsFor } from './signs.ts'

/** Code index and sign of row `row` of a block (a row is `hold` slots), by the order of slots in the code's spec. */
export function rowIndex(code: Code, row: number): { readonly k: number; readonly negative: boolean } {
  return code.pairing === 'opposite'
    ? { k: code.first + Math.floor(row / 2), negative: row % 2 === 1 }
    : { k: code.first + row, negative: false }
}

/**
 * Writes a code out as the rows of `slots` slots: sign bits for `random` and `walsh`, numbers otherwise.
 * `source` may be passed to save opening the same family and seed again.
 */
export function expandCode(
  code: Code,
  slots: number,
  sheet: DataSheet,
  source: CodeSource = createCode(code.family, code.seed, paramCount(sheet)),
): Signs | Track {
  const rows = rowsFor(slots, code.hold)
  checkRange(code, rows)
  return isSignSource(source) ? signRows(code, rows, source) : codeRows(code, rows, sheet, source)
}

/** Writes any perturbation out as one number per parameter and row, in the banks' units. */
export function expandDense(delta: Delta, slots: number, sheet: DataSheet): Track {
  if (delta.kind === 'track') return delta
  if (delta.kind === 'signs') return signTrack(delta, rowsFor(slots, delta.hold), sheet)
  const rows = rowsFor(slots, delta.hold)
  checkRange(delta, rows)
  return codeRows(delta, rows, sheet, createCode(delta.family, delta.seed, paramCount(sheet)))
}

/** One number per bank, written out to one per parameter. */
export function perParameter(sheet: DataSheet, perBank: readonly number[]): Float64Array {
  const offsets = bankOffsets(sheet)
  const values = new Float64Array(paramCount(sheet))
  for (let b = 0; b < sheet.banks.length; b++) values.fill(perBank[b], offsets[b], offsets[b + 1])
  return values
}

function checkRange(code: Code, rows: number): void {
  const last = rows === 0 ? code.first : rowIndex(code, rows - 1).k
  if (Number.isInteger(code.first) && code.first >= 0 && last <= 0xffffffff) return
  throw new InsituError(
    'LIMIT',
    `code ${code.family}: code indices must stay in 0..4294967295, got ${code.first}..${last}`,
    { hint: 'start again from a lower index with another seed' },
  )
}

function signRows(code: Code, rows: number, source: SignSource): Signs {
  const bytes = Math.ceil(source.paramCount / 8)
  const bits = new Uint8Array(rows * bytes)
  const words = new Uint32Array(wordsFor(source.paramCount))
  const tail = source.paramCount % 8 === 0 ? 0xff : 2 ** (source.paramCount % 8) - 1
  for (let row = 0; row < rows; row++) {
    const { k, negative } = rowIndex(code, row)
    source.words(k, 1, words)
    const flip = negative ? 0xff : 0
    const at = row * bytes
    for (let b = 0; b < bytes; b++) bits[at + b] = (words[b >> 2] >>> ((b & 3) * 8)) ^ flip
    bits[at + bytes - 1] &= tail
  }
  return { kind: 'signs', bits, amplitudes: code.amplitudes, hold: code.hold }
}

function codeRows(code: Code, rows: number, sheet: DataSheet, source: CodeSource): Track {
  const count = source.paramCount
  const scale = perParameter(sheet, code.amplitudes)
  const data = new Float64Array(rows * count)
  const values = new Float64Array(count)
  for (let row = 0; row < rows; row++) {
    const { k, negative } = rowIndex(code, row)
    source.fill(k, values)
    for (let i = 0; i < count; i++) data[row * count + i] = scale[i] * (negative ? -values[i] : values[i])
  }
  return { kind: 'track', data, hold: code.hold }
}

function signTrack(signs: Signs, rows: number, sheet: DataSheet): Track {
  const scale = perParameter(sheet, signs.amplitudes)
  const count = scale.length
  const bytes = Math.ceil(count / 8)
  const data = new Float64Array(rows * count)
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) {
      const minus = (signs.bits[row * bytes + (i >> 3)] >> (i & 7)) & 1
      data[row * count + i] = minus ? -scale[i] : scale[i]
    }
  }
  return { kind: 'track', data, hold: signs.hold }
}

import type { ByteReader, ByteWriter } from './bytes.ts'
import { type Grid, type Layout, numberBytes, readNumbers, runBytes, writeNumbers } from './numbers.ts'
import { packedWithin } from './packed.ts'

/** What of a layout says how parameters are written. */
export type Banks = Pick<Layout, 'format' | 'banks' | 'paramCount'>

/** The same for differences of parameters. */
export function differences({ format, banks, paramCount, differences: rows = banks }: Layout): Banks {
  return { format, banks: rows, paramCount }
}

/** Calls `visit(bank, from, count)` for each stretch of one bank within parameters `first..first+count-1`. */
function byBank({ banks }: Banks, first: number, count: number, visit: (bank: Grid, from: number, n: number) => void) {
  let start = 0
  for (const bank of banks) {
    const from = Math.max(first, start)
    const to = Math.min(first + count, start + bank.width)
    if (to > from) visit(bank, from, to - from)
    start += bank.width
  }
}

/** Bytes of parameters `first..first+count-1`. */
export function parameterBytes(banks: Banks, first = 0, count = banks.paramCount): number {
  let bytes = 0
  byBank(banks, first, count, (bank, _, n) => {
    bytes += runBytes(banks.format, bank, n)
  })
  return bytes
}

/** How many parameters from `first` on `room` bytes hold. */
export function parametersWithin(banks: Banks, first: number, room: number): number {
  let left = room
  let fitting = 0
  byBank(banks, first, banks.paramCount - first, (bank, from, n) => {
    // A bank is begun only where the one before has ended.
    if (from !== first + fitting) return
    const most = bank.packing ? packedWithin(bank.packing, left) : Math.floor(left / numberBytes(banks.format))
    fitting += Math.min(n, most)
    left -= runBytes(banks.format, bank, Math.min(n, most))
  })
  return fitting
}

/** Writes parameters `first..first+count-1` from `theta[offset + first]` on. */
export function writeParameters(
  writer: ByteWriter,
  banks: Banks,
  theta: Float64Array,
  first = 0,
  count = banks.paramCount,
  offset = 0,
): void {
  byBank(banks, first, count, (bank, from, n) => writeNumbers(writer, banks.format, bank, theta, offset + from, n))
}

/** Reads parameters `first..first+count-1` into `theta[offset + first]` on. */
export function readParameters(
  reader: ByteReader,
  banks: Banks,
  theta: Float64Array,
  first = 0,
  count = banks.paramCount,
  offset = 0,
): void {
  reader.need(parameterBytes(banks, first, count))
  byBank(banks, first, count, (bank, from, n) => readNumbers(reader, banks.format, bank, theta, offset + from, n))
}

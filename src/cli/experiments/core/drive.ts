import type { LineSpike } from '../../../../sim/index.ts'
import { InsituError } from '../../../errors.ts'

const HINT =
  'a drive has a row of 0 and 1 per tick with a number per input line, or is a table with the heading tick,line, or JSON: ' +
  '[[0, 1], [1, 0]] or [{"tick": 4, "line": 1}]'

/**
 * Reads which of `lines` input lines spike in which tick: rows of 0 and 1, a table of ticks and lines, or JSON of either;
 * `docs/reference/integer-core.md` shows each. Throws `CONFIG` that says where.
 */
export function readDrive(text: string, lines: number, source: string): readonly LineSpike[] {
  const reader = new DriveReader(lines, source)
  if (/^\s*[[{]/.test(text)) reader.json(text)
  else reader.text(text)
  return reader.spikes
}

class DriveReader {
  readonly spikes: LineSpike[] = []
  readonly #lines: number
  readonly #source: string

  constructor(lines: number, source: string) {
    this.#lines = lines
    this.#source = source
  }

  json(text: string): void {
    let list: unknown
    try {
      list = JSON.parse(text)
    } catch (cause) {
      throw this.#refusal(`is no JSON: ${(cause as Error).message}`)
    }
    if (!Array.isArray(list)) throw this.#refusal('must be a list of rows or of spikes, given an object')
    for (const [n, item] of list.entries()) {
      if (Array.isArray(item)) this.#row(item.map(String), n, `, row ${n}`)
      else this.#spike(item?.tick, item?.line, `, spike ${n}`)
    }
  }

  text(text: string): void {
    let tick = 0
    let table = false
    for (const [n, written] of text.split(/\r?\n/).entries()) {
      const words = written
        .replace(/#.*/, '')
        .split(/[\s,;]+/)
        .filter((word) => word !== '')
      const where = `, line ${n + 1}`
      if (words.length === 0) continue
      if (!table && tick === 0 && words.join().toLowerCase() === 'tick,line') table = true
      else if (table) this.#tableRow(words, where)
      // '010' is three lines, unless there is but one.
      else this.#row(words.length === 1 ? [...words[0]] : words, tick++, where)
    }
  }

  #tableRow(words: readonly string[], where: string): void {
    if (words.length !== 2) throw this.#refusal(`${where}: wanted a tick and a line, given ${words.length} numbers`)
    this.#spike(Number(words[0]), Number(words[1]), where)
  }

  #row(bits: readonly string[], tick: number, where: string): void {
    const wrong = bits.find((bit) => bit !== '0' && bit !== '1')
    if (wrong !== undefined) throw this.#refusal(`${where}: wanted 0 or 1, given ${wrong}`)
    if (bits.length !== this.#lines)
      throw this.#refusal(`${where}: wanted ${this.#lines} numbers, one per input line, given ${bits.length}`)
    for (const [line, bit] of bits.entries()) if (bit === '1') this.spikes.push({ tick, line })
  }

  #spike(tick: unknown, line: unknown, where: string): void {
    if (typeof tick !== 'number' || !Number.isSafeInteger(tick) || tick < 0)
      throw this.#refusal(`${where}: wanted a tick from 0, given ${String(tick)}`)
    if (typeof line !== 'number' || !Number.isInteger(line) || line < 0 || line >= this.#lines)
      throw this.#refusal(`${where}: wanted a line from 0 to ${this.#lines - 1}, given ${String(line)}`)
    this.spikes.push({ tick, line })
  }

  #refusal(why: string): InsituError {
    return new InsituError('CONFIG', `${this.#source}${why.startsWith(',') ? '' : ' '}${why}`, { hint: HINT })
  }
}

import { crc32 } from '../wire/crc32.ts'
import { pack, unpack } from './pack.ts'

/** One line of `events.jsonl`. */
export interface RunEvent {
  /** 0, 1, 2, ... without a gap. */
  readonly seq: number
  /** Seconds since the run began, on the monotonic clock. */
  readonly t: number
  /** Time of day, ISO 8601. */
  readonly wall: string
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Ends every line: `,"crc":"` and eight hexadecimal digits, a quote and a brace. */
const TAIL = 8 + 8 + 2

/** One JSON object whose last member is the CRC-32 of the text before it; without the newline. */
export function encodeLine(event: RunEvent): string {
  const { seq, t, wall, kind, data } = event
  const body = JSON.stringify({ seq, t, wall, kind, data: pack(data) }).slice(0, -1)
  return `${body},"crc":"${checksum(body)}"}`
}

/** The event of a line, or nothing if the line is not whole. */
export function decodeLine(line: string): RunEvent | undefined {
  const body = line.slice(0, -TAIL)
  if (line.slice(-TAIL) !== `,"crc":"${checksum(body)}"}`) return undefined
  const { seq, t, wall, kind, data } = parsed(`${body}}`)
  if (typeof seq !== 'number' || typeof kind !== 'string' || t === undefined || wall === undefined) return undefined
  return { seq, t, wall, kind, data: unpack(data) as RunEvent['data'] }
}

/** A line with a right checksum that this program never wrote counts as damaged, like any other. */
function parsed(text: string): Partial<RunEvent> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** CRC-32 of UTF-8 text as eight hexadecimal digits. */
export function checksum(text: string): string {
  return crc32(Buffer.from(text)).toString(16).padStart(8, '0')
}

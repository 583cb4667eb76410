import type { PatternWindow } from '../contract/facets.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { struct } from './struct.ts'

/** Requests of a pattern display, in frames of `frame.ts`; see docs/reference/lockin.md. */
export const DISPLAY = {
  identify: 0x38,
  /** Gray levels into the frame that waits. */
  load: 0x39,
  /** A pattern of a family into the frame that waits. */
  choose: 0x3a,
  /** The frame that waits is shown from now on. */
  show: 0x3b,
  /** Nothing is shown, and a run ends. */
  dark: 0x3c,
  /** Shows a window of patterns by itself, with an edge at the trigger output at the end of every slot. */
  run: 0x3d,
  status: 0x3e,
  /** Time of silence after which it goes dark by itself. */
  guard: 0x3f,
} as const

export const DISPLAY_PROTOCOL = 1
/** Gray levels are bytes: 0 is dark, 255 is full light. */
export const LEVELS = 255

export const DISPLAY_STATUS = {
  done: 0,
  malformed: 1,
  outside: 2,
  unknownFamily: 3,
  incomplete: 4,
  running: 5,
} as const
export const DISPLAY_REFUSALS = [
  '',
  'the request is malformed',
  'a number is outside its range',
  'there is no such family of patterns',
  'the frame is not complete',
  'a run is under way',
] as const

export const DISPLAY_STATE = { dark: 0, lit: 1, running: 2 } as const

/** Begins every reply: what came of the request, which start of the display this is, slots of the last run that are over. */
export const displayReply = struct({ status: 'u8', boot: 'u16', state: 'u8', slots: 'u32' })
export type DisplayReply = ReturnType<typeof displayReply.decode>

/** What a display is. */
export interface DisplayIdentity {
  readonly name: string
  readonly rows: number
  readonly columns: number
  readonly families: readonly string[]
  /** Shortest time a frame is shown, in microseconds. */
  readonly shortestMicros: number
}

const identityHead = struct({ protocol: 'u16', rows: 'u16', columns: 'u16', shortestMicros: 'u32' })

/** The rest of the reply to IDENTIFY: numbers, then name and families as lines of text. */
export function encodeIdentity(identity: DisplayIdentity): Uint8Array {
  const writer = new ByteWriter()
  identityHead.write(writer, { ...identity, protocol: DISPLAY_PROTOCOL })
  writer.bytes(new TextEncoder().encode([identity.name, ...identity.families].join('\n')))
  return writer.done()
}

export function decodeIdentity(bytes: Uint8Array): DisplayIdentity & { readonly protocol: number } {
  const reader = new ByteReader(bytes)
  const head = identityHead.read(reader)
  const [name, ...families] = new TextDecoder().decode(reader.bytes(reader.left)).split('\n')
  return { ...head, name, families }
}

/** LOAD: levels from pixel `first` on. */
export function encodeLoad(first: number, levels: Uint8Array): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(first)
  writer.bytes(levels)
  return writer.done()
}

export function decodeLoad(payload: Uint8Array): { readonly first: number; readonly levels: Uint8Array } {
  const reader = new ByteReader(payload)
  return { first: reader.u32(), levels: reader.bytes(reader.left) }
}

/** RUN, and with one slot CHOOSE: a window of patterns, each slot for so many microseconds. */
export interface DisplayRun {
  readonly window: PatternWindow
  readonly slotMicros: number
}

const runHead = struct({ first: 'u32', count: 'u32', hold: 'u16', opposite: 'u8', slotMicros: 'u32' })

export function encodeRun({ window, slotMicros }: DisplayRun): Uint8Array {
  const writer = new ByteWriter()
  runHead.write(writer, { ...window, opposite: window.pairing === 'opposite' ? 1 : 0, slotMicros })
  writer.bytes(new TextEncoder().encode(window.family))
  return writer.done()
}

export function decodeRun(payload: Uint8Array): DisplayRun {
  const reader = new ByteReader(payload)
  const { opposite, slotMicros, ...numbers } = runHead.read(reader)
  const family = new TextDecoder().decode(reader.bytes(reader.left))
  return { window: { ...numbers, family, pairing: opposite === 0 ? 'single' : 'opposite' }, slotMicros }
}

/** GUARD: milliseconds. */
export const guardRequest = struct({ silenceMs: 'u32' })

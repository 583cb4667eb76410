import type { Decay } from '../contract/echo.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { ValueError } from './code.ts'
import { measureReply } from './control.ts'
import { FRAME_OVERHEAD, HOST_MAX_FRAME } from './frame.ts'
import { type Layout, readNumbers, writeNumbers } from './numbers.ts'
import { struct } from './struct.ts'

/** A wave to be sent through; `drive` has frames x drive width numbers in port units. */
export interface LaunchRequest {
  readonly armId: number
  readonly frames: number
  readonly drive: Float64Array
}

/** A wave to be sent back; `injection` has frames x sense width numbers in port units. */
export interface EchoRequest {
  readonly armId: number
  readonly flight: number
  readonly decay: Decay | undefined
  readonly frames: number
  readonly injection: Float64Array
}

/** The receipt as it travels: counts up to 65535, microseconds of the machine's clock. */
type Stamps = ReturnType<typeof measureReply.decode>

export interface LaunchReply {
  readonly flight: number
  readonly receipt: Stamps
  readonly output: Float64Array
  readonly local?: Float64Array
}

export interface EchoReply {
  readonly receipt: Stamps
  readonly returned: Float64Array
  readonly conjugate: Float64Array
  readonly local?: Float64Array
}

export const dropRequest = struct({ armId: 'u32', flight: 'u32' })

/** Decays by their number on the wire. */
const DECAYS: readonly (Decay | undefined)[] = [undefined, 'plain', 'mirrored']

/** Bytes of a number: an echo travels in doubles only. */
const SIZE = 8
/** Payload bytes around the numbers of each message. */
const HEAD = { launch: 6, echo: 11, launched: 18, echoed: 14 }

/**
 * Most frames of a passage of which every message fits: requests the device's frames, replies the host's. 0 if not even
 * one does.
 */
export function mostFrames({ drive, sense, local, paramCount }: Layout, maxFrame: number): number {
  const actions = local === undefined ? 0 : SIZE * paramCount
  const rows = (frame: number, rest: number, width: number) =>
    Math.floor((frame - FRAME_OVERHEAD - rest) / (SIZE * width))
  const fit = [
    rows(maxFrame, HEAD.launch, drive.width),
    rows(maxFrame, HEAD.echo, sense.width),
    rows(HOST_MAX_FRAME, HEAD.launched + actions, sense.width),
    rows(HOST_MAX_FRAME, HEAD.echoed + actions + SIZE * drive.width, drive.width),
  ]
  return Math.max(0, Math.min(...fit))
}

/** Payload bytes of the longer reply to a passage, for lines of known speed. */
export function passageBytes({ drive, sense, local, paramCount }: Layout, frames: number): number {
  const actions = local === undefined ? 0 : paramCount
  return SIZE * (drive.width + frames * Math.max(drive.width, sense.width) + actions)
}

export function encodeLaunch({ armId, frames, drive }: LaunchRequest): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(armId)
  return ended(writer, frames, drive)
}

/** Reads a LAUNCH on the device's side; lengths are checked before anything is allocated. */
export function decodeLaunch(layout: Layout, payload: Uint8Array): LaunchRequest {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const { frames, rows } = endOf(reader, 4, layout.drive.width)
  return { armId, frames, drive: rows }
}

export function encodeEcho({ armId, flight, decay, frames, injection }: EchoRequest): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(armId)
  writer.u32(flight)
  writer.u8(DECAYS.indexOf(decay))
  return ended(writer, frames, injection)
}

export function decodeEcho(layout: Layout, payload: Uint8Array): EchoRequest {
  const reader = new ByteReader(payload)
  const armId = reader.u32()
  const flight = reader.u32()
  const decay = reader.u8()
  if (decay >= DECAYS.length) throw new ValueError(8, 'unknown decay')
  const { frames, rows } = endOf(reader, 9, layout.sense.width)
  return { armId, flight, decay: DECAYS[decay], frames, injection: rows }
}

/** Ends a request with its frames: how many, then a row of numbers for each. */
function ended(writer: ByteWriter, frames: number, rows: Float64Array): Uint8Array {
  writer.u16(frames)
  doubles(writer, rows)
  return writer.done()
}

/** Reads that end, which begins with the byte `at`. */
function endOf(reader: ByteReader, at: number, width: number): { frames: number; rows: Float64Array } {
  const frames = reader.u16()
  if (frames === 0) throw new ValueError(at, 'frames must not be 0')
  const rows = taken(reader, frames * width)
  reader.end()
  return { frames, rows }
}

export function encodeLaunchReply({ flight, receipt, output, local }: LaunchReply): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(flight)
  measureReply.write(writer, receipt)
  doubles(writer, output)
  if (local !== undefined) doubles(writer, local)
  return writer.done()
}

/** Reads the reply to a LAUNCH of `frames` frames. */
export function decodeLaunchReply(layout: Layout, payload: Uint8Array, frames: number): LaunchReply {
  const reader = new ByteReader(payload)
  const flight = reader.u32()
  const receipt = measureReply.read(reader)
  const output = taken(reader, frames * layout.sense.width)
  return { flight, receipt, output, ...actions(reader, layout) }
}

export function encodeEchoReply({ receipt, returned, conjugate, local }: EchoReply): Uint8Array {
  const writer = new ByteWriter()
  measureReply.write(writer, receipt)
  doubles(writer, returned)
  doubles(writer, conjugate)
  if (local !== undefined) doubles(writer, local)
  return writer.done()
}

/** Reads the reply to an ECHO of a flight of `frames` frames. */
export function decodeEchoReply(layout: Layout, payload: Uint8Array, frames: number): EchoReply {
  const reader = new ByteReader(payload)
  const receipt = measureReply.read(reader)
  const returned = taken(reader, layout.drive.width)
  const conjugate = taken(reader, frames * layout.drive.width)
  return { receipt, returned, conjugate, ...actions(reader, layout) }
}

/** The local readings at the end of a reply, where the machine takes them. */
function actions(reader: ByteReader, { local, paramCount }: Layout): { local?: Float64Array } {
  const read = local === undefined ? {} : { local: taken(reader, paramCount) }
  reader.end()
  return read
}

function doubles(writer: ByteWriter, values: Float64Array): void {
  writeNumbers(writer, 'f64', { step: 0 }, values)
}

function taken(reader: ByteReader, count: number): Float64Array {
  reader.need(count * SIZE)
  const values = new Float64Array(count)
  readNumbers(reader, 'f64', { step: 0 }, values)
  return values
}

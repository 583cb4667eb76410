import type { DataSheet } from '../contract/sheet.ts'
import { ByteReader, ByteWriter } from './bytes.ts'
import { FRAME_OVERHEAD } from './frame.ts'
import { struct } from './struct.ts'

/** A drive row that is spikes: `ticks` x `lines`, tick-major, 0 or 1. */
export interface SpikeShape {
  readonly ticks: number
  readonly lines: number
}

/** Bytes of one tick: a bit per line, lowest first. */
export function tickBytes({ lines }: SpikeShape): number {
  return Math.ceil(lines / 8)
}

/** How the drive of a machine is spikes; undefined where it is something else. A machine says so in its settings. */
export function spikesOf({ drive, settings }: DataSheet): SpikeShape | undefined {
  const { input, ticks, lines } = settings
  if (input !== 'spikes' || typeof ticks !== 'number' || typeof lines !== 'number') return undefined
  const shape = { ticks, lines }
  return areSpikes(drive, shape) ? shape : undefined
}

/** Whether the numbers of a drive are spikes of this shape. */
export function areSpikes({ width, min, max, step }: DataSheet['drive'], { ticks, lines }: SpikeShape): boolean {
  return min === 0 && max === 1 && step === 1 && width === ticks * lines
}

/** The tick a stretch of spikes begins with, by its place in the burst. */
export interface TickStamp {
  readonly armId: number
  /** Number of the burst: the drive rows of one MEASURE. */
  readonly burst: number
  /** Drive row of the burst, and tick within it. */
  readonly row: number
  readonly tick: number
}

const stamp = struct({ armId: 'u32', burst: 'u32', row: 'u16', tick: 'u16' })
/** Bytes of a SPIKES payload before its bits. */
export const STAMP_BYTES = 12

/** Most ticks of a SPIKES frame of at most `maxFrame` bytes. */
export function mostTicks(shape: SpikeShape, maxFrame: number): number {
  return Math.max(0, Math.floor((maxFrame - FRAME_OVERHEAD - STAMP_BYTES) / tickBytes(shape)))
}

/** SPIKES: the bits of consecutive ticks. */
export function encodeSpikes(at: TickStamp, bits: Uint8Array): Uint8Array {
  const writer = new ByteWriter()
  stamp.write(writer, at)
  writer.bytes(bits)
  return writer.done()
}

/** Reads SPIKES; `bits` is a view of the payload. */
export function decodeSpikes(payload: Uint8Array): TickStamp & { readonly bits: Uint8Array } {
  const reader = new ByteReader(payload)
  return { ...stamp.read(reader), bits: reader.bytes(reader.left) }
}

/** What a MEASURE says of the spikes that went ahead of it. */
export interface Burst {
  readonly burst: number
  /** Spikes in all; ticks without any need not have been sent. */
  readonly spikes: number
}

/** Spikes among bits. */
export function countSpikes(bits: Uint8Array): number {
  let count = 0
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count++
  return count
}

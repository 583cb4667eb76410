import { FRAME_OVERHEAD } from './frame.ts'
import { mostTicks, type SpikeShape, STAMP_BYTES, tickBytes } from './spikes.ts'

/** Largest SPIKES frame: on a bad line short ones come through where long ones do not. */
const LONGEST_FRAME = 1024

/** Spikes of consecutive ticks, and where in the burst they begin. */
export interface SpikeRun {
  readonly row: number
  readonly tick: number
  readonly bits: Uint8Array
}

/** Packs drive rows of 0 and 1, a tick at a time. */
export function packSpikes(shape: SpikeShape, data: Float64Array, rows: number): Uint8Array {
  const { ticks, lines } = shape
  const bytes = tickBytes(shape)
  const bits = new Uint8Array(rows * ticks * bytes)
  for (let n = 0, at = 0; n < rows * ticks; n++)
    for (let line = 0; line < lines; line++, at++) if (data[at] >= 0.5) bits[n * bytes + (line >> 3)] |= 1 << (line & 7)
  return bits
}

/** Writes the spikes of one tick as 0 and 1 into `into` from `at`. */
export function unpackTick({ lines }: SpikeShape, bits: Uint8Array, into: Float64Array, at: number): void {
  for (let line = 0; line < lines; line++) into[at + line] = (bits[line >> 3] >> (line & 7)) & 1
}

/** Cuts packed rows into runs that fit frames; silence longer than a frame's own bytes is left out. */
export function* spikeRuns(shape: SpikeShape, packed: Uint8Array, maxFrame: number): Generator<SpikeRun> {
  const { ticks } = shape
  const bytes = tickBytes(shape)
  const total = packed.length / bytes
  const most = Math.max(1, mostTicks(shape, Math.min(maxFrame, LONGEST_FRAME)))
  const spiking = (n: number) => packed.subarray(n * bytes, (n + 1) * bytes).some((byte) => byte !== 0)
  for (let n = 0; n < total; n++) {
    if (!spiking(n)) continue
    let end = n + 1
    for (let m = end; m < total && m < n + most && (m - end) * bytes <= STAMP_BYTES + FRAME_OVERHEAD; m++)
      if (spiking(m)) end = m + 1
    yield { row: Math.floor(n / ticks), tick: n % ticks, bits: packed.subarray(n * bytes, end * bytes) }
    n = end - 1
  }
}

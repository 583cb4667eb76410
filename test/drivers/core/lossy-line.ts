import { type Channel, encodeFrame, FrameDecoder, SPIKES } from '../../../src/wire/index.ts'

/** What becomes of the SPIKES frames of a line, by their number: lost, doubled, or as they were. */
export type Fate = (n: number) => 'lost' | 'doubled' | 'whole'

/** A line that does to SPIKES frames what is asked and carries all others; `frames` counts them. */
export function spikeLine(channel: Channel, fate: Fate): Channel & { readonly frames: number } {
  let frames = 0
  const out: Uint8Array[] = []
  const decoder = new FrameDecoder(({ type, seq, payload }) => {
    const what = type === SPIKES ? fate(frames++) : 'whole'
    const frame = encodeFrame(type, seq, payload)
    if (what !== 'lost') out.push(frame)
    if (what === 'doubled') out.push(frame)
  })
  return {
    name: channel.name,
    get closed() {
      return channel.closed
    },
    get frames() {
      return frames
    },
    listen: (listener) => channel.listen(listener),
    async write(bytes) {
      decoder.push(bytes)
      for (const frame of out.splice(0)) await channel.write(frame)
    },
    close: () => channel.close(),
  }
}

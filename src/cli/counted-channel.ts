import type { Channel } from '../wire/channel.ts'

/** Bytes that went over a channel. */
export interface Traffic {
  out: number
  in: number
}

/** A channel that counts what passes; everything else is the inner one's. */
export function counted(inner: Channel): { readonly channel: Channel; readonly traffic: Traffic } {
  const traffic: Traffic = { out: 0, in: 0 }
  const channel: Channel = {
    name: inner.name,
    ...(inner.bytesPerSecond !== undefined && { bytesPerSecond: inner.bytesPerSecond }),
    get closed() {
      return inner.closed
    },
    listen: (listener) =>
      inner.listen({
        bytes(chunk) {
          traffic.in += chunk.length
          listener.bytes(chunk)
        },
        closed: (cause) => listener.closed(cause),
      }),
    write(bytes) {
      traffic.out += bytes.length
      return inner.write(bytes)
    },
    close: () => inner.close(),
  }
  return { channel, traffic }
}

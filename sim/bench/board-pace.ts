import type { Channel } from '../../src/wire/channel.ts'
import { ByteQueue } from './byte-queue.ts'
import type { Pty } from './pty.ts'

/** Bytes under way towards the device above which the host is held back. */
const HIGH_WATER = 8192

/** A pseudo-terminal as slow as a serial line of `baud`, 8 data bits, no parity, one stop bit, in each direction. */
export function paced(port: Pty, baud: number): Channel {
  const bytesPerSecond = baud / 10
  let bytes: (chunk: Uint8Array) => void = () => {}
  const toDevice = oneWay(bytesPerSecond, (chunk, left) => {
    bytes(chunk)
    if (left < HIGH_WATER) port.resume()
  })
  const waiting: { until: number; resolve(): void }[] = []
  let accepted = 0
  let delivered = 0
  const toHost = oneWay(bytesPerSecond, (chunk) => {
    void port.write(chunk).catch(() => {})
    delivered += chunk.length
    while (waiting.length > 0 && waiting[0].until <= delivered) waiting.shift()?.resolve()
  })

  return {
    name: `${port.name}?baud=${baud}`,
    bytesPerSecond,
    get closed() {
      return port.closed
    },
    listen(listener) {
      bytes = listener.bytes
      port.listen({
        bytes: (chunk) => {
          if (toDevice.push(chunk) > HIGH_WATER) port.pause()
        },
        closed: (cause) => {
          toDevice.stop()
          toHost.stop()
          for (const one of waiting.splice(0)) one.resolve()
          listener.closed(cause)
        },
      })
    },
    async write(chunk) {
      if (port.closed) return port.write(chunk)
      accepted += chunk.length
      toHost.push(chunk)
      await new Promise<void>((resolve) => waiting.push({ until: accepted, resolve }))
    },
    close: port.close,
  }
}

/** Lets bytes through at a rate: a byte is delivered, within a millisecond, when its last bit has passed. */
function oneWay(bytesPerSecond: number, deliver: (chunk: Uint8Array, left: number) => void) {
  const queue = new ByteQueue()
  const msPerByte = 1000 / bytesPerSecond
  let free = 0
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    timer = undefined
    const done = Math.min(queue.length, Math.floor((performance.now() - free) / msPerByte))
    if (done > 0) {
      free += done * msPerByte
      deliver(queue.take(done), queue.length)
    }
    if (queue.length > 0) timer ??= setTimeout(tick, 1)
  }

  return {
    push(chunk: Uint8Array): number {
      if (queue.length === 0) free = Math.max(free, performance.now())
      queue.push(chunk)
      timer ??= setTimeout(tick, 1)
      return queue.length
    },
    stop(): void {
      clearTimeout(timer)
      queue.clear()
    },
  }
}

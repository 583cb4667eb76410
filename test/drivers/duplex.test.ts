import { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DuplexChannel } from '../../drivers/channel/duplex.ts'

/** A stream that takes bytes only when it is woken, as a serial port may. */
function sleeper() {
  let asleep: (() => void) | undefined
  const stream = new Duplex({
    read() {},
    write(_chunk, _encoding, taken) {
      asleep = taken
    },
  })
  const calls = { woken: 0 }
  const wake = () => {
    calls.woken++
    asleep?.()
    asleep = undefined
  }
  return { stream, calls, wake }
}

describe('a stream that sleeps over a write', () => {
  it('is woken while the write waits, and left alone afterwards', async () => {
    const { stream, calls, wake } = sleeper()
    const channel = new DuplexChannel(stream, { name: 'test', shut: () => stream.destroy(), wake })
    await channel.write(new Uint8Array(3))
    expect(calls.woken).toBe(1)
    await sleep(50)
    expect(calls.woken).toBe(1)
    await channel.close()
  })

  it('is left alone once it is closed', async () => {
    const { stream, calls } = sleeper()
    const wake = () => {
      calls.woken++
    }
    const channel = new DuplexChannel(stream, { name: 'test', shut: () => stream.destroy(), wake })
    const refused = expect(channel.write(new Uint8Array(3))).rejects.toThrow()
    await channel.close()
    await refused
    const { woken } = calls
    await sleep(50)
    expect(calls.woken).toBe(woken)
  })
})

import { randomBytes } from 'node:crypto'
import type { CallOptions } from '../../src/contract/backend.ts'
import type { Channel, Clock } from '../../src/wire/channel.ts'
import { monotonic } from './clock.ts'
import { newCounters } from './events.ts'
import { TIMING } from './exchange.ts'
import { Exchanger } from './exchanger.ts'
import { disposedError, refusalError } from './refusals.ts'
import { closedError, silentError } from './silence.ts'

/** Requests and answers for an instrument that speaks the project's frames with commands of its own. */
export interface FrameLink extends AsyncDisposable {
  /** Sends a request of type 01-3F and resolves with the payload of its reply; repeats, checks and time-outs are done. */
  request(type: number, payload: Uint8Array, opts?: CallOptions): Promise<Uint8Array>
}

/** Takes over a channel for frames. */
export function frameLink(channel: Channel, clock: Clock = monotonic): FrameLink {
  const { name } = channel
  const now = () => clock.now()
  const exchanger: Exchanger = new Exchanger(
    channel,
    newCounters(),
    {
      refused: (refusal) => refusalError(name, refusal),
      resent: () => {},
      silent: (exchange, waited) => silentError(name, exchanger, exchange, waited, now()),
    },
    // Where the last program began, an instrument that remembers would answer from memory.
    { clock, timing: TIMING, firstSeq: randomBytes(2).readUInt16LE() },
  )
  let over: unknown
  channel.listen({
    bytes: (chunk) => exchanger.bytes(chunk),
    closed: (cause) => {
      over ??= closedError(name, exchanger, cause, now())
      exchanger.failAll(over)
    },
  })
  return {
    async request(type, payload, { signal } = {}) {
      signal?.throwIfAborted()
      if (over !== undefined) throw over
      const exchange = exchanger.request(type, payload)
      const stop = () => exchanger.abandon(exchange, signal?.reason)
      signal?.addEventListener('abort', stop, { once: true })
      try {
        return (await exchange.promise).payload
      } finally {
        signal?.removeEventListener('abort', stop)
      }
    },
    [Symbol.asyncDispose]() {
      over ??= disposedError(name)
      return channel.close()
    },
  }
}

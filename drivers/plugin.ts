import { randomBytes } from 'node:crypto'
import type { Backend, CallOptions } from '../src/contract/backend.ts'
import type { Facets } from '../src/contract/facets.ts'
import type { Channel } from '../src/wire/channel.ts'
import { monotonic } from './link/clock.ts'
import { newCounters } from './link/events.ts'
import { TIMING } from './link/exchange.ts'
import { Exchanger } from './link/exchanger.ts'
import { disposedError, refusalError } from './link/refusals.ts'
import { closedError, silentError } from './link/silence.ts'

/** Requests and answers for an instrument that speaks the project's frames with commands of its own. */
export interface FrameLink extends AsyncDisposable {
  /** Sends a request of type 01-3F and resolves with the payload of its reply; repeats, checks and time-outs are done. */
  request(type: number, payload: Uint8Array, opts?: CallOptions): Promise<Uint8Array>
}

/** What a plugin gets: the open channel, and frames over it if it wants them. */
export interface PluginPort {
  readonly channel: Channel
  /** Takes over the channel. */
  link(): FrameLink
}

/** A driver for one kind of instrument. */
export interface Plugin {
  /** How it is asked for: `<name>+serial:/dev/ttyUSB0`. */
  readonly name: string
  open(port: PluginPort, options: Readonly<Record<string, string>>): Promise<Backend & Partial<Facets>>
}

/** States a plugin and has its shape checked by the compiler. */
export function definePlugin<const P extends Plugin>(plugin: P): P {
  return plugin
}

export function pluginPort(channel: Channel): PluginPort {
  return { channel, link: () => frameLink(channel) }
}

function frameLink(channel: Channel): FrameLink {
  const { name } = channel
  const now = () => monotonic.now()
  const exchanger: Exchanger = new Exchanger(
    channel,
    newCounters(),
    {
      refused: (refusal) => refusalError(name, refusal),
      resent: () => {},
      silent: (exchange, waited) => silentError(name, exchanger, exchange, waited, now()),
    },
    // Where the last program began, an instrument that remembers would answer from memory.
    { clock: monotonic, timing: TIMING, firstSeq: randomBytes(2).readUInt16LE() },
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

import { InsituError } from '../../src/errors.ts'
import { DATA, REFUSAL, REPLY, requestName } from '../../src/wire/index.ts'
import type { Exchange } from './exchange.ts'
import type { Exchanger } from './exchanger.ts'

type Heard = Pick<Exchanger, 'heardAt' | 'lastType' | 'bytesHeard'>

/** The error for a request nobody answered: how long it waited, and what was heard last. */
export function silentError(
  name: string,
  heard: Heard,
  exchange: Exchange,
  waitedMs: number,
  now: number,
): InsituError {
  const asked = `no answer to ${requestName(exchange.type)} within ${Math.round(waitedMs)} ms`
  const repeats = exchange.retries === 0 ? '' : ` and ${exchange.retries} repeats`
  return new InsituError('TIMEOUT', `${name}: ${asked}${repeats}; ${lastHeard(heard, now)}`, {
    port: name,
    hint: 'check power and cable; an armed device goes to its safe values by itself',
  })
}

/** The error for a channel that closed, whoever closed it. */
export function closedError(name: string, heard: Heard, cause: Error | undefined, now: number): InsituError {
  const why = cause?.message ?? 'asked for'
  return new InsituError('LINK_LOST', `${name}: the connection closed (${why}); ${lastHeard(heard, now)}`, {
    cause,
    port: name,
    hint: 'an armed device goes to its safe values by itself; connect it and open it again',
  })
}

function lastHeard(heard: Heard, now: number): string {
  if (heard.heardAt === undefined) {
    return heard.bytesHeard === 0
      ? 'nothing was ever heard'
      : `${heard.bytesHeard} bytes were heard, none of them a frame`
  }
  return `last heard: ${frameName(heard.lastType)} ${Math.round(now - heard.heardAt)} ms ago`
}

function frameName(type: number): string {
  if (type === DATA) return 'readings'
  if (type === REFUSAL) return 'a refusal'
  return (type & REPLY) !== 0 ? `the reply to ${requestName(type & ~REPLY)}` : `our own ${requestName(type)} come back`
}

import { randomBytes } from 'node:crypto'
import { InsituError } from '../../src/errors.ts'
import { helloReply, helloRequest, type Identity, PROTOCOL, REPLY, REQUEST, requestName } from '../../src/wire/index.ts'
import type { Exchanger } from './exchanger.ts'

/** Smallest frame a device may take: a RESTORE of one double, and everything that cannot be cut. */
const SMALLEST_FRAME = 32

/** Asks who is there until somebody answers or the budget is used up: opening a port restarts many boards. */
export async function hello(link: Exchanger, name: string, budgetMs: number, everyMs: number): Promise<Identity> {
  const nonce = randomBytes(4).readUInt32LE()
  const before = { frames: link.counters.heard, bytes: link.bytesHeard }
  let other: number | undefined
  const accept = (payload: Uint8Array) => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    // An answer to somebody's earlier greeting does not count.
    if (payload.length < 6 || view.getUint32(0, true) !== nonce) return false
    if (view.getUint16(4, true) !== PROTOCOL) other = view.getUint16(4, true)
    return true
  }
  const request = link.request(REQUEST.hello, helloRequest.encode({ nonce }), {
    accept,
    patienceMs: everyMs,
    retries: Math.ceil(budgetMs / everyMs) - 1,
  })
  const { payload } = await request.promise.catch((error: unknown) => {
    throw explain(error, link, name, link.counters.heard - before.frames, link.bytesHeard - before.bytes)
  })
  if (other !== undefined) throw wrong(name, `it speaks protocol ${other}, this host speaks ${PROTOCOL}`)
  const identity = decoded(payload, name)
  if (identity.maxFrame < SMALLEST_FRAME)
    throw wrong(name, `it takes frames of ${identity.maxFrame} bytes, at least ${SMALLEST_FRAME} are needed`)
  return identity
}

function decoded(payload: Uint8Array, name: string): Identity {
  try {
    return helloReply.decode(payload)
  } catch (cause) {
    throw wrong(name, `its greeting is a ${(cause as Error).message}`, cause)
  }
}

/** What silence means depends on what was heard meanwhile. */
function explain(error: unknown, link: Exchanger, name: string, frames: number, bytes: number): unknown {
  if (!(error instanceof InsituError) || error.code !== 'TIMEOUT' || bytes === 0) return error
  if (frames === 0) return wrong(name, `${bytes} bytes were heard, none of them a frame`, error)
  if (link.lastType < REPLY) return wrong(name, `our own ${requestName(link.lastType)} came back`, error)
  return error
}

function wrong(name: string, reason: string, cause?: unknown): InsituError {
  return new InsituError('WRONG_FIRMWARE', `${name}: something answers, but not an insitu device: ${reason}`, {
    cause,
    port: name,
    hint: 'check the baud rate, which port it is, and which firmware is on the board',
  })
}

import { connect } from 'node:net'
import { type ErrorCode, InsituError } from '../../src/errors.ts'
import type { Channel } from '../../src/wire/channel.ts'
import { DuplexChannel } from './duplex.ts'

/** How long a connection may take, in milliseconds. */
const CONNECT_BUDGET = 5000

const CODES: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'PORT_ABSENT',
  ENOTFOUND: 'PORT_ABSENT',
  EHOSTUNREACH: 'PORT_ABSENT',
  ENETUNREACH: 'PORT_ABSENT',
  EACCES: 'PORT_DENIED',
  EPERM: 'PORT_DENIED',
}

/** Connects to a bench behind a socket, e.g. a serial-to-network server. */
export function openTcp(host: string, port: number): Promise<Channel> {
  const name = `tcp://${host}:${port}`
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    const fail = (code: ErrorCode, reason: string, cause?: unknown) => {
      socket.destroy()
      reject(
        new InsituError(code, `${name}: ${reason}`, { cause, port: name, hint: 'check host and port of the bench' }),
      )
    }
    socket.setTimeout(CONNECT_BUDGET, () => fail('PORT_ABSENT', `no connection within ${CONNECT_BUDGET} ms`))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      fail(CODES[error.code ?? ''] ?? 'PORT_FAILED', error.message, error),
    )
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.removeAllListeners('error')
      resolve(new DuplexChannel(socket, { name, shut: () => socket.destroy() }))
    })
  })
}

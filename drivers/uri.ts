import { InsituError } from '../src/errors.ts'
import type { Channel } from '../src/wire/channel.ts'
import { openTcp } from './channel/tcp.ts'

/** A device's address, taken apart. */
export interface Target {
  /** Driver in front of `+`, if any. */
  readonly plugin: string | undefined
  readonly scheme: 'serial' | 'tcp'
  /** Path of a port, or host. */
  readonly path: string
  readonly port: number
  /** What stands behind `?`. */
  readonly settings: Readonly<Record<string, string>>
}

const SHAPE = /^(?:([a-z0-9][a-z0-9.-]*)\+)?(serial|tcp):(?:\/\/)?([^?]+)(?:\?(.*))?$/i

/** Takes an address apart; throws `CONFIG`. */
export function parseUri(uri: string): Target {
  const found = SHAPE.exec(uri)
  if (found === null) throw bad(uri, 'serial:<path>, tcp://<host>:<port>, or <driver>+ in front of one')
  const [, plugin, scheme, rest, query = ''] = found
  const settings = Object.fromEntries(new URLSearchParams(query))
  if (scheme.toLowerCase() === 'serial') return { plugin, scheme: 'serial', path: rest, port: 0, settings }
  const cut = rest.lastIndexOf(':')
  const port = Number(rest.slice(cut + 1))
  if (cut < 1 || !Number.isInteger(port) || port < 1 || port > 65535) throw bad(uri, 'a port from 1 to 65535')
  return { plugin, scheme: 'tcp', path: rest.slice(0, cut).replace(/^\[(.*)\]$/, '$1'), port, settings }
}

/** Opens the channel an address names. */
export async function openChannel(target: Target): Promise<Channel> {
  if (target.scheme === 'tcp') return openTcp(target.path, target.port)
  const baud = Number(target.settings.baud ?? 115200)
  if (!Number.isInteger(baud) || baud < 50 || baud > 20e6) throw bad(`baud=${target.settings.baud}`, 'a baud rate')
  // Loaded when a port is wanted: its native part is not needed for simulators.
  const { openSerial } = await import('./channel/serial.ts')
  return openSerial(target.path, baud)
}

function bad(given: string, wanted: string): InsituError {
  return new InsituError('CONFIG', `device address must be ${wanted}, got "${given}"`, {
    hint: 'for example serial:/dev/ttyUSB0?baud=115200 or tcp://bench:4000',
  })
}

import type { Backend } from '../src/contract/backend.ts'
import type { Facets } from '../src/contract/facets.ts'
import type { Kind } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'
import type { Channel } from '../src/wire/channel.ts'
import { type ChipSetup, chipSetup } from './chip.ts'
import type { LinkOptions } from './link/link.ts'
import { type Plugin, pluginPort } from './plugin.ts'
import { openChannel, parseUri } from './uri.ts'
import { openWire } from './wire-backend.ts'

export interface OpenOptions extends LinkOptions {
  /** Hardware unless said otherwise: a program behind a pseudo-terminal looks like a board. */
  readonly kind?: Kind
  /** Refuse any other machine, e.g. "mgd-chip". */
  readonly machine?: string
  /** How a chip is to be set up. */
  readonly chip?: ChipSetup
  /** The same for any machine, in its own bytes. */
  readonly configure?: Uint8Array
  /** Drivers for other instruments, asked for by `<name>+<uri>`. */
  readonly plugins?: readonly Plugin[]
}

/** One of several devices: what came of opening it. */
export type Opened =
  | { readonly uri: string; readonly backend: Backend & Partial<Facets> }
  | { readonly uri: string; readonly error: InsituError }

/**
 * Opens `serial:/dev/ttyUSB0?baud=115200`, `tcp://bench:4000`, or a plugin's device `acme+serial:/dev/ttyACM0`.
 *
 * Rejects with `PORT_ABSENT`, `PORT_BUSY`, `PORT_DENIED`, `PORT_FAILED`, `TIMEOUT` or `WRONG_FIRMWARE`.
 */
export async function openDevice(uri: string, options: OpenOptions = {}): Promise<Backend & Partial<Facets>> {
  const target = parseUri(uri)
  const plugin = target.plugin === undefined ? undefined : findPlugin(target.plugin, options.plugins ?? [])
  const configure = options.chip === undefined ? options.configure : chipSetup(options.chip)
  const channel = await openChannel(target)
  if (plugin !== undefined) return openPlugin(plugin, channel, target.settings)
  return openWire(channel, { ...options, kind: options.kind ?? 'hardware', ...(configure && { configure }) })
}

/** Opens several devices at once; one that fails, or a plugin that throws, does not keep the others from opening. */
export function openAll(uris: readonly string[], options: OpenOptions = {}): Promise<Opened[]> {
  return Promise.all(
    uris.map((uri) =>
      openDevice(uri, options).then(
        (backend): Opened => ({ uri, backend }),
        (error: unknown): Opened => ({ uri, error: typed(uri, error) }),
      ),
    ),
  )
}

async function openPlugin(plugin: Plugin, channel: Channel, settings: Readonly<Record<string, string>>) {
  try {
    return await plugin.open(pluginPort(channel), settings)
  } catch (error) {
    await channel.close()
    throw typed(`${plugin.name} at ${channel.name}`, error)
  }
}

/** An author's error, with its own as the cause. */
function typed(who: string, error: unknown): InsituError {
  if (error instanceof InsituError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new InsituError('PORT_FAILED', `${who} could not be opened: ${reason}`, {
    cause: error,
    hint: 'the driver of this device failed; see the cause',
  })
}

function findPlugin(name: string, plugins: readonly Plugin[]): Plugin {
  const found = plugins.find((plugin) => plugin.name === name)
  if (found !== undefined) return found
  const known = plugins.map((plugin) => plugin.name).join(', ')
  throw new InsituError('UNKNOWN_DEVICE', `no driver "${name}"; given: ${known === '' ? 'none' : known}`, {
    hint: 'pass its plugin in the list',
  })
}

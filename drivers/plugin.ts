import type { Backend } from '../src/contract/backend.ts'
import type { Facets } from '../src/contract/facets.ts'
import type { Channel } from '../src/wire/channel.ts'
import { type FrameLink, frameLink } from './link/frame-link.ts'

export type { FrameLink } from './link/frame-link.ts'

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

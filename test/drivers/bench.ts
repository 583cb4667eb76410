import { memoryPair, openWire, type WireBackend, type WireOptions } from '../../drivers/index.ts'
import { type FaultOptions, type FaultyChannel, faulty } from '../../sim/bench/faults.ts'
import { type Served, type ServeOptions, serve } from '../../sim/bench/serve.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'
import type { Channel } from '../../src/wire/channel.ts'

/** Short patience: everything is in memory. Long enough for a busy two-core machine, as a repeat is always harmless. */
export const quick = { replyMs: 40, retries: 3, capMs: 2000, beatMs: 50, openMs: 400, closeMs: 400 }

export interface WiredOptions extends Partial<WireOptions> {
  readonly server?: ServeOptions
  readonly faults?: FaultOptions
}

export interface Wired {
  readonly wire: WireBackend
  readonly server: Served
  readonly line: FaultyChannel
  /** The server's end of the line. */
  readonly far: Channel
}

/** A machine, a server of it, a line in memory that may be bad, and the host's end. */
export async function wired(machine: Backend & Partial<Facets>, options: WiredOptions = {}): Promise<Wired> {
  const { server: served, faults, ...rest } = options
  const [near, far] = memoryPair('memory:test')
  const server = serve(machine, far, served)
  const line = faulty(near, faults)
  const wire = await openWire(line, { kind: 'simulator', timing: quick, ...rest })
  return { wire, server, line, far }
}

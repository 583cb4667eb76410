import { memoryPair, openWire, type WireBackend, type WireOptions } from '../../drivers/index.ts'
import { type FaultOptions, type FaultyChannel, faulty } from '../../sim/bench/faults.ts'
import { type Served, type ServeOptions, serve } from '../../sim/bench/serve.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import type { Channel } from '../../src/wire/channel.ts'
import type { Toy } from '../contract/toy.ts'

/** Short patience: everything is in memory. Long enough for a busy two-core machine, as a repeat is always harmless. */
export const quick = { replyMs: 40, retries: 3, capMs: 2000, beatMs: 50, openMs: 400, closeMs: 400 }

/** A machine that says it needs hardly any time, as it does; the host waits for an answer accordingly. */
export function hurried(toy: Toy): Backend & Partial<Facets> {
  const { codes, learn, state } = toy
  return {
    sheet: dataSheet({ ...toy.sheet, slotSeconds: 1e-6 }),
    store: (theta, opts) => toy.store(theta, opts),
    measure: (block, into, opts) => toy.measure(block, into, opts),
    [Symbol.asyncDispose]: () => toy[Symbol.asyncDispose](),
    codes,
    learn,
    state,
  }
}

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

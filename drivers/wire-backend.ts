import type { Backend, CallOptions, Receipt } from '../src/contract/backend.ts'
import type { LoadedBlock } from '../src/contract/block.ts'
import type { AdjointPort, CodePort, Facets, LearnPort, LocalPort, StatePort, TapPort } from '../src/contract/facets.ts'
import type { DataSheet, Kind, Port, Readings } from '../src/contract/sheet.ts'
import { InsituError } from '../src/errors.ts'
import type { Channel } from '../src/wire/channel.ts'
import { type InnerReadings, parseDescription } from '../src/wire/index.ts'
import { monotonic } from './link/clock.ts'
import { Link, type LinkOptions } from './link/link.ts'
import { abortable } from './wire/abortable.ts'
import { apply, applyFromHost } from './wire/apply.ts'
import { describe } from './wire/describe.ts'
import { echoPort } from './wire/echo.ts'
import { learn } from './wire/learn.ts'
import { measure } from './wire/measure.ts'
import { configure, Session } from './wire/session.ts'
import { show } from './wire/show.ts'
import type { SpikeCounters } from './wire/spikes.ts'
import { restore, snapshot } from './wire/state.ts'

export interface WireOptions extends LinkOptions {
  /** What stands behind the channel; a board cannot tell. */
  readonly kind: Kind
  /** Refuse any other machine, e.g. "mgd-chip". */
  readonly machine?: string
  /** How the machine is to be set up, in its own bytes; a function is asked once it is known which machine it is. */
  readonly configure?: Uint8Array | ((machine: string) => Uint8Array | undefined)
}

/** A machine behind the wire, with the facets its description lists; `link` and `spikes` are for watching. */
export interface WireBackend extends Backend, Partial<Facets> {
  readonly link: Link
  /** What became of spikes, where the machine takes its drive as such. */
  readonly spikes?: Readonly<SpikeCounters>
}

/** Greets the device on a channel, sets it up, and takes its description; it is armed by the first call that needs it. */
export async function openWire(channel: Channel, options: WireOptions): Promise<WireBackend> {
  const link = await Link.open(channel, options)
  try {
    await link.revive()
    const setup = await setupFor(link, options)
    if (setup !== undefined) await configure(link, setup)
    const description = parseDescription(await describe(link), options.kind)
    checkMachine(link, description.sheet, options.machine)
    const [shortest, longest] = description.watchdogMs
    link.watchdogMs = Math.max(shortest, Math.min(longest, link.watchdogMs))
    return backend(new Session(link, description, setup, options.clock ?? monotonic))
  } catch (error) {
    await link[Symbol.asyncDispose]()
    throw error
  }
}

async function setupFor(link: Link, { configure: wanted, kind }: WireOptions): Promise<Uint8Array | undefined> {
  if (typeof wanted !== 'function') return wanted
  return wanted(parseDescription(await describe(link), kind).sheet.machine)
}

function backend(session: Session): WireBackend {
  const { description, link } = session
  const base: WireBackend = {
    link,
    sheet: description.sheet,
    store: (theta, { signal } = {}) => {
      signal?.throwIfAborted()
      const values = theta.slice()
      return abortable(
        session.moving(() => session.write(values)).then(() => {}),
        signal,
      )
    },
    measure: (block, into, opts = {}) => exchange(session, block, into, undefined, opts),
    [Symbol.asyncDispose]: () => session.close(),
  }
  return Object.freeze({
    ...base,
    ...(description.adjoint && { adjoint: adjointPort(session, description.adjoint) }),
    ...(description.codes.length > 0 && { codes: codePort(session) }),
    ...(description.echo && { echo: echoPort(session, description.echo) }),
    ...(description.learn && { learn: learnPort(session) }),
    ...(description.local && { local: localPort(session, description.local) }),
    ...(session.spikes && { spikes: session.spikes.counters }),
    ...(description.state && { state: statePort(session) }),
    ...(description.taps && { taps: tapPort(session, description.taps) }),
  })
}

/** Measures a block once the device is ready for it. */
async function exchange(
  session: Session,
  block: LoadedBlock,
  into: Float64Array,
  inner: InnerReadings | undefined,
  opts: CallOptions,
): Promise<Receipt> {
  opts.signal?.throwIfAborted()
  await abortable(session.ready(), opts.signal)
  return session.telling(() => measure(session, block, into, inner, opts))
}

function adjointPort(session: Session, load: Port): AdjointPort {
  return { load, hold: (block, into, opts = {}) => exchange(session, block, into, undefined, opts) }
}

function localPort(session: Session, { reads, sense }: Pick<LocalPort, 'reads' | 'sense'>): LocalPort {
  return {
    reads,
    sense,
    read: (block, into, data, opts = {}) => exchange(session, block, into, { of: 'local', data }, opts),
  }
}

function tapPort(session: Session, layers: readonly Readings[]): TapPort {
  return {
    layers,
    read: (block, into, data, opts = {}) => exchange(session, block, into, { of: 'taps', data }, opts),
  }
}

function codePort(session: Session): CodePort {
  const run = session.description.apply ? apply : applyFromHost
  const { patterns } = session.description
  return {
    families: session.description.codes,
    apply: async (code, coefficients, theta, { signal } = {}) => {
      signal?.throwIfAborted()
      const values = coefficients.slice()
      const receipt = await abortable(
        session.moving(() => run(session, code, values)),
        signal,
      )
      theta.set(session.theta)
      return receipt
    },
    ...(patterns && {
      patterns: {
        ...patterns,
        measure: async (window, into, opts = {}) => {
          opts.signal?.throwIfAborted()
          await abortable(session.ready(), opts.signal)
          return session.telling(() => show(session, window, into, opts))
        },
      },
    }),
  }
}

function learnPort(session: Session): LearnPort {
  return {
    run: async (job, costs, theta, opts = {}) => {
      opts.signal?.throwIfAborted()
      const receipt = await session.moving(() => learn(session, job, costs, opts))
      theta.set(session.theta)
      return receipt
    },
  }
}

function statePort(session: Session): StatePort {
  return {
    snapshot: async ({ signal } = {}) => {
      signal?.throwIfAborted()
      return abortable(
        session.resting(() => snapshot(session)),
        signal,
      )
    },
    restore: async (bytes, theta, { signal } = {}) => {
      signal?.throwIfAborted()
      const copy = bytes.slice()
      await abortable(
        session.moving(() => restore(session, copy)),
        signal,
      )
      theta.set(session.theta)
    },
  }
}

function checkMachine(link: Link, sheet: DataSheet, wanted: string | undefined): void {
  if (wanted === undefined || wanted === sheet.machine) return
  throw new InsituError(
    'WRONG_FIRMWARE',
    `${link.name}: wanted ${wanted}, this is ${sheet.machine} (${sheet.identity})`,
    {
      port: link.name,
      device: sheet.machine,
      hint: 'check which board is on this port',
    },
  )
}

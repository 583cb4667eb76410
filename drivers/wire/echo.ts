import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Echo, EchoOptions, EchoPort, Flight } from '../../src/contract/echo.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  decodeEchoReply,
  decodeLaunchReply,
  dropRequest,
  type EchoFacet,
  encodeEcho,
  encodeLaunch,
  type LaunchReply,
  mostFrames,
  passageBytes,
  REQUEST,
  stateReply,
} from '../../src/wire/index.ts'
import { flightOver } from '../link/refusals.ts'
import { abortable } from './abortable.ts'
import type { Session } from './session.ts'

/** The echo of a machine behind the wire; throws `WRONG_FIRMWARE` if its frames hold not even the shortest passage. */
export function echoPort(session: Session, facet: EchoFacet): EchoPort {
  const { description, link } = session
  const { injection, learning } = facet
  const maxFrames = Math.min(facet.maxFrames, mostFrames(description.layout, link.identity.maxFrame))
  if (maxFrames === 0)
    throw new InsituError(
      'WRONG_FIRMWARE',
      `${nameOf(description.sheet)}: it announces an echo, of which nothing fits its frames of ${link.identity.maxFrame} bytes`,
      { port: link.name, hint: 'use firmware with larger frames' },
    )
  return {
    injection,
    maxFrames,
    ...(learning && { learning: { ...learning, read: (theta, opts) => readField(session, theta, opts) } }),
    launch: (drive, opts) => launch(session, drive, opts),
  }
}

/** Reads the parameters as they are now. */
async function readField(session: Session, theta: Float64Array, { signal }: CallOptions = {}): Promise<void> {
  signal?.throwIfAborted()
  await abortable(
    session.resting(() => session.refresh()),
    signal,
  )
  theta.set(session.theta)
}

/** Sends a wave through. An abort, also one that comes too late for that, lets it die away. */
async function launch(session: Session, drive: Float64Array, { signal }: CallOptions = {}): Promise<Flight> {
  signal?.throwIfAborted()
  const { link, description } = session
  const { layout } = description
  const frames = drive.length / layout.drive.width
  const sent = drive.slice()
  return session.resting(async () => {
    const { value, retries } = await link.call(
      REQUEST.launch,
      encodeLaunch({ armId: link.armId, frames, drive: sent }),
      (reply) => decodeLaunchReply(layout, reply, frames),
      { signal, ...effort(session, frames) },
    )
    return new WireFlight(session, frames, value, receiptOf(session, value.receipt, retries))
  })
}

/** What a passage takes, for the patience of the link. */
function effort({ description: { layout, sheet } }: Session, frames: number) {
  return { workMs: 1000 * frames * sheet.slotSeconds, replyBytes: passageBytes(layout, frames) }
}

function receiptOf({ stopwatch }: Session, stamps: LaunchReply['receipt'], retries: number): Receipt {
  const startedAt = stopwatch.seconds(stamps.startedAt)
  return { ...stamps, retries, startedAt, endedAt: stopwatch.seconds(stamps.endedAt) }
}

/** A wave in flight on the device; it is gone with the device's arming. */
class WireFlight implements Flight {
  readonly output: Float64Array
  readonly receipt: Receipt
  readonly local?: Float64Array
  readonly #session: Session
  readonly #frames: number
  readonly #id: number
  readonly #epoch: number
  #over = false

  constructor(session: Session, frames: number, { flight, output, local }: LaunchReply, receipt: Receipt) {
    this.output = output
    this.receipt = receipt
    if (local !== undefined) this.local = local
    this.#session = session
    this.#frames = frames
    this.#id = flight
    this.#epoch = session.link.epoch
  }

  async echo(injection: Float64Array, { decay, signal }: EchoOptions = {}): Promise<Echo> {
    const { link, description } = this.#session
    signal?.throwIfAborted()
    if (this.#over) throw flightOver(link.name, 'this flight was echoed or dropped already')
    const sent = injection.slice()
    this.#over = true
    try {
      return await this.#session.flying(this.#epoch, async () => {
        signal?.throwIfAborted()
        const { armId } = link
        const request = { armId, flight: this.#id, decay, frames: this.#frames, injection: sent }
        // Whether it did or not is not known before the reply, which may be lost.
        if (decay !== undefined && description.echo?.learning !== undefined) this.#session.moved()
        const { value, retries } = await link.call(
          REQUEST.echo,
          encodeEcho(request),
          (reply) => decodeEchoReply(description.layout, reply, this.#frames),
          { signal, ...effort(this.#session, this.#frames) },
        )
        return { ...value, receipt: receiptOf(this.#session, value.receipt, retries) }
      })
    } catch (error) {
      // It may have been refused, or aborted before it was sent. Where the wave has gone after all a drop does no harm.
      this.#over = isOver(error)
      throw error
    }
  }

  /** Lets the wave die away; where the device or the line is gone, or is armed anew, it has done so already. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#over) return
    this.#over = true
    const { link } = this.#session
    if (!link.armed || link.epoch !== this.#epoch) return
    await this.#session
      .flying(this.#epoch, async () => {
        const request = dropRequest.encode({ armId: link.armId, flight: this.#id })
        await link.call(REQUEST.drop, request, stateReply.decode)
      })
      .catch((error: unknown) => {
        if (!isOver(error)) throw error
      })
  }
}

/** Whether the device says that the wave is gone. */
function isOver(error: unknown): boolean {
  return error instanceof InsituError && error.code === 'FLIGHT_OVER'
}

import { InsituError } from '../../src/errors.ts'
import {
  FAULT_NAMES,
  type Pulse,
  REFUSED,
  type Refusal,
  requestName,
  STATE,
  STATE_NAMES,
} from '../../src/wire/index.ts'

/** What the host believes of a device. */
interface Known {
  readonly name: string
  readonly identity: { readonly boot: number }
  readonly armed: boolean
  readonly armId: number
}

/** The mishap since it was armed that a device's sign of life tells of. */
export function befallen(known: Known, { boot, state, fault, armId }: Pulse): InsituError | undefined {
  const { name, identity } = known
  if (boot !== identity.boot) return resetError(name, `boot ${boot} after ${identity.boot}`)
  if (!known.armed) return undefined
  if (state === STATE.fault) return faultError(name, fault)
  return armId === known.armId ? undefined : resetError(name, 'its arming is gone')
}

/** What a refusal means to a caller; `name` says which device, for the message. */
export function refusalError(name: string, { code, request, state, detail }: Refusal): InsituError {
  const asked = requestName(request)
  const where = STATE_NAMES[state] ?? `state ${state}`
  const error = (kind: ConstructorParameters<typeof InsituError>[0], text: string, hint: string) =>
    new InsituError(kind, `${name}: ${text}`, { port: name, hint })
  switch (code) {
    case REFUSED.notArmed:
      return resetError(name, `${asked} was refused, its arming is gone (boot ${detail})`)
    case REFUSED.fault:
      return faultError(name, detail)
    case REFUSED.state:
      return error(
        'DEVICE_REFUSED',
        `${asked} needs state ${STATE_NAMES[detail] ?? detail}, the device is in ${where}`,
        'open the device again',
      )
    case REFUSED.limit:
      return error('LIMIT', `${asked} was refused at index ${detail}: outside the limits`, 'keep within the data sheet')
    case REFUSED.tooBig:
      return error('LIMIT', `${asked} is too big for this board (at most ${detail})`, 'use a smaller network or block')
    case REFUSED.value:
      return error('DEVICE_REFUSED', `${asked} holds an impossible value at byte ${detail}`, 'check the arguments')
    case REFUSED.length:
      return error(
        'WRONG_FIRMWARE',
        `${asked} has the wrong length for the device (wanted ${detail})`,
        'check that firmware and host are of one version',
      )
    case REFUSED.noRest:
      return error(
        'NO_EQUILIBRIUM',
        `${asked} was refused: the machine finds no rest under these loads`,
        'use smaller loads',
      )
    case REFUSED.busy:
      return error('BUSY', `${asked} was refused: a wave is in flight, which owns the machine`, 'echo or drop it first')
    case REFUSED.flightOver:
      return flightOver(name, `${asked} came too late`)
    case REFUSED.spikesLost:
      return new InsituError('SPIKES_LOST', `${name}: ${asked} was refused: ${detail} of its spikes did not arrive`, {
        cause: new LostSpikes(detail),
        port: name,
        hint: 'send them again',
      })
    case REFUSED.unknown:
      return error('WRONG_FIRMWARE', `the device does not know ${asked}`, 'check which firmware is on the board')
    default:
      return error('DEVICE_REFUSED', `${asked} was refused with code ${code} in ${where}`, 'check the firmware')
  }
}

/** How many spikes a device did not get. */
class LostSpikes extends Error {
  readonly spikes: number
  constructor(spikes: number) {
    super(`${spikes} spikes were lost`)
    this.name = 'LostSpikes'
    this.spikes = spikes
  }
}

/** The number of spikes that an error says were lost; undefined if it is about something else. */
export function lostSpikes(error: unknown): number | undefined {
  const cause = error instanceof InsituError ? error.cause : undefined
  return cause instanceof LostSpikes ? cause.spikes : undefined
}

/** A wave that cannot be sent back any more. */
export function flightOver(name: string, why: string): InsituError {
  return new InsituError('FLIGHT_OVER', `${name}: ${why}: the wave has died away`, {
    port: name,
    hint: 'launch it again',
  })
}

export function resetError(name: string, reason: string): InsituError {
  return new InsituError('DEVICE_RESET', `${name}: the device was reset: ${reason}`, {
    port: name,
    hint: 'its parameters are written again with the next call; repeat the last step',
  })
}

export function faultError(name: string, fault: number): InsituError {
  const what = FAULT_NAMES[fault] ?? String(fault)
  return new InsituError('DEVICE_FAULT', `${name}: the device latched the fault "${what}" and went to safe values`, {
    port: name,
    hint:
      what === 'watchdog'
        ? 'the host was silent for longer than the armed time; the next call clears the fault and goes on'
        : 'reset the board',
  })
}

/** A reply that cannot be read, after its checksum was right: the other side means something else by it. */
export function replyError(name: string, type: number, cause: Error): InsituError {
  return new InsituError('WRONG_FIRMWARE', `${name}: reply to ${requestName(type)}: ${cause.message}`, {
    cause,
    port: name,
    hint: 'check that firmware and host are of one version',
  })
}

export function disposedError(name: string): InsituError {
  return new InsituError('DISPOSED', `${name}: the link was closed`, { port: name, hint: 'open the device again' })
}

import { InsituError } from '../errors.ts'
import { checkFinite, checkLength, checkReadBack, limitRows } from './check.ts'
import type { EchoPort, Flight, LearningField } from './echo.ts'
import { CheckedFlight } from './flight.ts'
import type { Guarded } from './guarded.ts'
import { checkPort, nameOf, paramCount } from './sheet.ts'

/** Puts a machine's echo behind the checks: one flight at a time, which owns the machine until it is over. */
export function guardEcho(port: EchoPort, device: Guarded): EchoPort {
  checkEchoPort(port, device)
  const injection = Object.freeze({ ...port.injection })
  const { maxFrames, learning } = port
  return {
    injection,
    maxFrames,
    ...(learning && { learning: guardLearning(learning, device) }),
    launch(drive, opts = {}) {
      let passage: Passage
      try {
        passage = checkPassage(drive, maxFrames, device)
      } catch (error) {
        return Promise.reject(error)
      }
      return device.gate.run(async () => {
        const flight = await port.launch(passage.drive, opts)
        return opened(flight, { ...passage, injection, learns: learning !== undefined }, device)
      }, opts.signal)
    },
  }
}

/** A drive that may be sent out. */
interface Passage {
  /** An array of the flight's own. */
  readonly drive: Float64Array
  readonly frames: number
  readonly clipped: number
}

function checkPassage(drive: Float64Array, maxFrames: number, { sheet, policy }: Guarded): Passage {
  const { width } = sheet.drive
  const frames = drive.length / width
  if (!Number.isInteger(frames) || frames < 1 || frames > maxFrames)
    throw new InsituError(
      'SHAPE',
      `${nameOf(sheet)}: drive has ${drive.length} numbers, wanted ${width} for each of 1 to ${maxFrames} frames`,
      { device: sheet.machine },
    )
  checkFinite(sheet, 'drive', drive)
  const { track, moved } = limitRows(sheet, 'drive', sheet.drive, { kind: 'track', data: drive, hold: 1 }, policy)
  return { drive: moved === 0 ? drive.slice() : track.data, frames, clipped: moved }
}

/** Hands the machine over to a flight; one that reads no valid numbers is dropped first. */
async function opened(
  flight: Flight,
  passage: ConstructorParameters<typeof CheckedFlight>[1],
  device: Guarded,
): Promise<Flight> {
  try {
    const checked = new CheckedFlight(flight, passage, device)
    device.gate.hold(checked.holder)
    return checked
  } catch (error) {
    try {
      await flight[Symbol.asyncDispose]()
    } catch {
      // What was wrong with its readings tells more than why it could not be dropped on top.
    }
    throw error
  }
}

/** Reading the learning field tells what the machine holds, after whatever moved it. */
function guardLearning(port: LearningField, { sheet, gate, mirror }: Guarded): LearningField {
  return Object.freeze({
    bracket: port.bracket,
    gain: port.gain,
    read: (theta, opts = {}) => {
      try {
        checkLength(sheet, 'theta', theta.length, paramCount(sheet), 'all banks')
      } catch (error) {
        return Promise.reject(error)
      }
      return gate.run(async () => {
        await port.read(theta, opts)
        checkReadBack(sheet, theta)
        mirror.set(theta)
      }, opts.signal)
    },
  } satisfies LearningField)
}

function checkEchoPort({ injection, maxFrames, learning }: EchoPort, { sheet }: Guarded): void {
  const { machine } = sheet
  const demand = (kept: boolean, field: string, wanted: string, given: unknown) => {
    if (kept) return
    throw new InsituError('CONFIG', `data sheet of ${machine}: echo.${field} must be ${wanted}, got ${String(given)}`, {
      device: machine,
    })
  }
  checkPort(machine, 'injection', injection)
  checkLength(sheet, 'injection', injection.width, sheet.sense.width, 'one per output')
  demand(Number.isSafeInteger(maxFrames) && maxFrames >= 1, 'maxFrames', 'a whole number from 1', maxFrames)
  if (learning === undefined) return
  const { bracket, gain } = learning
  demand(bracket > 0 && Number.isFinite(bracket), 'learning.bracket', 'positive', bracket)
  demand(Number.isFinite(gain), 'learning.gain', 'a number', gain)
}

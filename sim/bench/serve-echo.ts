import {
  decodeEcho,
  decodeLaunch,
  dropRequest,
  encodeEchoReply,
  encodeLaunchReply,
  REFUSED,
  stateReply,
} from '../../src/wire/index.ts'
import type { Board } from './serve-board.ts'
import { Refused } from './serve-refused.ts'
import type { Reply } from './serve-replies.ts'
import { counts, refuseOutside } from './serve-work.ts'

/** Sends a wave through; it owns the machine until it is echoed, dropped, or the host is gone. */
export async function serveLaunch(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { echo, sheet } = board.backend
  if (echo === undefined || board.echo === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, frames, drive } = decodeLaunch(board.layout, payload)
  board.checkFree(armId)
  if (frames > board.echo.maxFrames) throw new Refused(REFUSED.limit, board.echo.maxFrames)
  refuseOutside({ data: drive, hold: 1 }, sheet.drive)
  const wave = await board.working((signal) => echo.launch(drive, { signal }))
  const flight = board.runway.begin(wave, frames)
  const { output, local } = wave
  return [
    {
      payload: encodeLaunchReply({
        flight,
        receipt: counts(wave.receipt),
        output,
        ...(board.layout.local && local && { local }),
      }),
    },
  ]
}

/** Sends the wave back. What is refused leaves it in flight; once the echo has begun the flight is over, however it ends. */
export async function serveEcho(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { echo } = board.backend
  if (echo === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, flight: id, decay, frames, injection } = decodeEcho(board.layout, payload)
  board.checkArmed(armId)
  const { flight, frames: sent } = board.runway.find(id)
  if (decay !== undefined && echo.learning === undefined) throw new Refused(REFUSED.value, 8)
  if (frames !== sent) throw new Refused(REFUSED.value, 9)
  refuseOutside({ data: injection, hold: 1 }, echo.injection)
  if (decay !== undefined) board.moved()
  try {
    const back = await board.working((signal) => flight.echo(injection, { signal, ...(decay && { decay }) }))
    const { returned, conjugate, local } = back
    const receipt = counts(back.receipt)
    return [
      { payload: encodeEchoReply({ receipt, returned, conjugate, ...(board.layout.local && local && { local }) }) },
    ]
  } finally {
    await board.runway.clear()
  }
}

export async function serveDrop(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  if (board.backend.echo === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, flight } = dropRequest.decode(payload)
  board.checkArmed(armId)
  board.runway.find(flight)
  await board.runway.clear()
  return [{ payload: stateReply.encode({ state: board.state }) }]
}

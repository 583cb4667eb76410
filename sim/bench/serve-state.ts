import {
  ByteReader,
  decodeRestore,
  encodeSnapshotReply,
  FRAME_OVERHEAD,
  REFUSED,
  storedReply,
} from '../../src/wire/index.ts'
import type { Board } from './serve-board.ts'
import { Refused } from './serve-refused.ts'
import type { Reply } from './serve-replies.ts'

/** Largest snapshot taken in. */
const LIMIT = 16 * 1024 * 1024

export async function serveSnapshot(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { state } = board.backend
  if (state === undefined) throw new Refused(REFUSED.unknown, 0)
  const reader = new ByteReader(payload)
  const offset = reader.u32()
  reader.end()
  board.runway.checkFree()
  if (offset === 0) board.leaving = await state.snapshot()
  const bytes = board.leaving
  if (bytes === undefined || offset > bytes.length) throw new Refused(REFUSED.value, 0)
  const most = board.maxFrame - FRAME_OVERHEAD - 8
  const piece = { total: bytes.length, offset, bytes: bytes.subarray(offset, offset + most) }
  return [{ payload: encodeSnapshotReply(piece) }]
}

export async function serveRestore(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { state } = board.backend
  if (state === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, total, offset, bytes } = decodeRestore(payload)
  board.checkFree(armId)
  if (total > LIMIT) throw new Refused(REFUSED.tooBig, LIMIT)
  if (offset === 0) board.arriving = { bytes: new Uint8Array(total), filled: 0 }
  const { arriving } = board
  const fits = arriving?.filled === offset && arriving.bytes.length === total && offset + bytes.length <= total
  if (arriving === undefined || !fits) throw new Refused(REFUSED.value, 8)
  arriving.bytes.set(bytes, offset)
  arriving.filled += bytes.length
  if (arriving.filled === total) {
    board.arriving = undefined
    const theta = board.theta.slice()
    await state.restore(arriving.bytes, theta)
    board.noted(theta)
  }
  return [{ payload: storedReply.encode({ parameterCrc: board.parameterCrc }) }]
}

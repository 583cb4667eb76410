import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  ByteWriter,
  decodeSnapshotReply,
  encodeRestore,
  FRAME_OVERHEAD,
  REQUEST,
  storedReply,
} from '../../src/wire/index.ts'
import type { Session } from './session.ts'

/** Largest snapshot a device may announce. */
const SNAPSHOT_LIMIT = 16 * 1024 * 1024

/** Fetches a snapshot in pieces. */
export async function snapshot(session: Session): Promise<Uint8Array> {
  const { link, description } = session
  const piece = async (offset: number) => {
    const request = new ByteWriter()
    request.u32(offset)
    const ask = { replyBytes: link.identity.maxFrame }
    return (await link.call(REQUEST.snapshot, request.done(), decodeSnapshotReply, ask)).value
  }
  const first = await piece(0)
  if (first.total > SNAPSHOT_LIMIT) {
    throw new InsituError(
      'WRONG_FIRMWARE',
      `${nameOf(description.sheet)}: a snapshot of ${first.total} bytes was announced, at most ${SNAPSHOT_LIMIT} are taken`,
      { port: link.name, hint: 'check which firmware is on the board' },
    )
  }
  const bytes = new Uint8Array(first.total)
  for (let at = 0, next = first; ; next = await piece(at)) {
    const fits = next.total === first.total && next.offset === at && at + next.bytes.length <= first.total
    if (!fits || (next.bytes.length === 0 && at < first.total)) throw torn(session)
    bytes.set(next.bytes, at)
    at += next.bytes.length
    if (at === first.total) break
  }
  // A device that was reset on the way would have shown its safe values.
  await link.pulse()
  return bytes
}

/** Gives a snapshot back; `session.theta` is then what the device holds. */
export async function restore(session: Session, bytes: Uint8Array): Promise<void> {
  const { link } = session
  const room = link.identity.maxFrame - FRAME_OVERHEAD - 12
  // A chip takes whole numbers only.
  const most = room - (room % 8)
  let crc = 0
  let at = 0
  do {
    const piece = { total: bytes.length, offset: at, bytes: bytes.subarray(at, at + most) }
    const { value } = await link.call(REQUEST.restore, encodeRestore(link.armId, piece), storedReply.decode)
    crc = value.parameterCrc
    at += piece.bytes.length
  } while (at < bytes.length)
  await session.refresh(crc)
}

function torn(session: Session): InsituError {
  return new InsituError(
    'DEVICE_REFUSED',
    `${nameOf(session.description.sheet)}: its snapshot came in pieces that do not fit`,
    {
      port: session.link.name,
      hint: 'take the snapshot again',
    },
  )
}

import type { Receipt } from '../../src/contract/backend.ts'
import { rowsFor } from '../../src/contract/block.ts'
import {
  applyReply,
  DATA,
  decodeApply,
  decodeLearn,
  decodeMeasure,
  encodeData,
  encodeLearnReply,
  FRAME_OVERHEAD,
  measureReply,
  REFUSED,
} from '../../src/wire/index.ts'
import { type Board, Refused } from './serve-board.ts'
import type { Reply } from './serve-replies.ts'

const u16 = (value: number) => Math.min(65535, value)
/** Microseconds on the machine's clock, which start over like those of a board. */
const micros = (seconds: number) => (Math.floor(seconds * 1e6) % 2 ** 32) >>> 0

function stamps({ startedAt, endedAt }: Receipt) {
  return { startedAt: micros(startedAt), endedAt: micros(endedAt) }
}

export async function serveMeasure(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { armId, block } = decodeMeasure(board.layout, payload)
  const { sheet, codes } = board.backend
  board.checkArmed(armId)
  if (block.slots > sheet.maxSlots) throw new Refused(REFUSED.limit, sheet.maxSlots)
  if (block.delta?.kind === 'code' && !codes?.families.includes(block.delta.family)) throw new Refused(REFUSED.value, 9)
  const outside = block.drive.data.findIndex((value) => !(value >= sheet.drive.min && value <= sheet.drive.max))
  if (outside >= 0) throw new Refused(REFUSED.limit, Math.floor(outside / sheet.drive.width) * block.drive.hold)
  const readings = new Float64Array(block.slots * sheet.sense.width)
  const receipt = await board.working((signal) => board.backend.measure(block, readings, { signal }))
  const perFrame = Math.max(1, Math.floor((board.maxFrame - FRAME_OVERHEAD - 2) / (8 * sheet.sense.width)))
  const frames = Array.from({ length: rowsFor(block.slots, perFrame) }, (_, n) => {
    const first = n * perFrame
    const slots = Math.min(perFrame, block.slots - first)
    return { as: DATA, payload: encodeData(board.layout, readings, first, slots) }
  })
  const { slots } = block
  const counts = { slots, clipped: u16(receipt.clipped), saturated: u16(receipt.saturated) }
  return [...frames, { payload: measureReply.encode({ ...counts, ...stamps(receipt) }) }]
}

export async function serveApply(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { codes } = board.backend
  if (codes === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, code, values } = decodeApply(board.layout, payload)
  board.checkArmed(armId)
  const theta = board.theta.slice()
  const receipt = await codes.apply(code, Float64Array.from(values), theta)
  board.noted(theta)
  return [{ payload: applyReply.encode({ clipped: u16(receipt.clipped), parameterCrc: board.parameterCrc }) }]
}

export async function serveLearn(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { learn } = board.backend
  if (learn === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, gain, ...job } = decodeLearn(board.layout, payload)
  board.checkArmed(armId)
  if (!('rate' in gain)) throw new Refused(REFUSED.value, 0)
  if ((job.rows * job.hold) % job.updateEvery !== 0) throw new Refused(REFUSED.value, payload.length)
  const costs = new Float64Array(job.rows)
  const theta = board.theta.slice()
  const receipt = await board.working((signal) => learn.run({ ...job, rate: gain.rate }, costs, theta, { signal }))
  board.noted(theta)
  const reply = { clipped: u16(receipt.clipped), ...stamps(receipt), parameterCrc: board.parameterCrc, costs }
  return [{ payload: encodeLearnReply(board.layout, reply) }]
}

import type { Receipt } from '../../src/contract/backend.ts'
import { type LoadedBlock, rowsFor, type Track } from '../../src/contract/block.ts'
import type { Port } from '../../src/contract/sheet.ts'
import {
  applyReply,
  DATA,
  decodeApply,
  decodeLearn,
  decodeMeasure,
  encodeData,
  encodeLearnReply,
  FRAME_OVERHEAD,
  type InnerReadings,
  innerWidth,
  type MeasureRequest,
  measureReply,
  mostInnerSlots,
  REFUSED,
  slotBytes,
  spikeMeasureReply,
} from '../../src/wire/index.ts'
import type { Board } from './serve-board.ts'
import { Refused } from './serve-refused.ts'
import type { Reply } from './serve-replies.ts'

const u16 = (value: number) => Math.min(65535, value)
/** Microseconds on the machine's clock, which start over like those of a board. */
const micros = (seconds: number) => (Math.floor(seconds * 1e6) % 2 ** 32) >>> 0

function stamps({ startedAt, endedAt }: Receipt) {
  return { startedAt: micros(startedAt), endedAt: micros(endedAt) }
}

/** A receipt as it travels. */
export function counts(receipt: Receipt) {
  const { slots, clipped, saturated } = receipt
  return { slots: u16(slots), clipped: u16(clipped), saturated: u16(saturated), ...stamps(receipt) }
}

export async function serveMeasure(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { layout } = board
  const request = decodeMeasure(layout, payload)
  board.checkFree(request.armId)
  refuseUnfit(board, request)
  const { slots } = request.block
  const block = driven(board, request)
  const readings = new Float64Array(slots * layout.sense.width)
  const { inner: of } = request
  const inner = of && { of, data: new Float64Array(slots * innerWidth(layout, of)) }
  const receipt = await board.working((signal) => measured(board, block, readings, inner, signal))
  const frames = dataFrames(board, slots, readings, inner)
  const reply = { ...counts(receipt), slots }
  const news = board.spikes?.news()
  return [...frames, { payload: news ? spikeMeasureReply.encode({ ...reply, ...news }) : measureReply.encode(reply) }]
}

/** Readings as they travel: whole slots, as many as a frame takes. */
export function dataFrames(board: Board, slots: number, readings: Float64Array, inner?: InnerReadings): Reply[] {
  const room = board.maxFrame - FRAME_OVERHEAD - 2
  const perFrame = Math.max(1, Math.floor(room / slotBytes(board.layout, inner?.of)))
  return Array.from({ length: rowsFor(slots, perFrame) }, (_, n) => {
    const first = n * perFrame
    const count = Math.min(perFrame, slots - first)
    return { as: DATA, payload: encodeData(board.layout, readings, first, count, inner) }
  })
}

/** The block with the drive rows that came ahead, if they did; refuses it, before anything moves, if some are missing. */
function driven({ spikes }: Board, { block, burst }: MeasureRequest): LoadedBlock {
  if (spikes === undefined || burst === undefined) return block
  const data = spikes.collect(burst, rowsFor(block.slots, block.drive.hold))
  return { ...block, drive: { ...block.drive, data } }
}

/** Refuses what the machine does not take, before anything moves and before room is made for its readings. */
function refuseUnfit({ backend, layout }: Board, { block, inner }: MeasureRequest): void {
  const { sheet, codes, adjoint } = backend
  if (block.slots > sheet.maxSlots) throw new Refused(REFUSED.limit, sheet.maxSlots)
  const most = inner === undefined ? block.slots : mostInnerSlots(layout, inner)
  if (block.slots > most) throw new Refused(REFUSED.tooBig, most)
  if (block.delta?.kind === 'code' && !codes?.families.includes(block.delta.family)) throw new Refused(REFUSED.value, 9)
  refuseOutside(block.drive, sheet.drive)
  if (block.load !== undefined && adjoint !== undefined) refuseOutside(block.load, adjoint.load)
}

/** Refuses rows that leave their port's range, naming the first slot that would. */
export function refuseOutside({ data, hold }: Omit<Track, 'kind'>, { width, min, max }: Port): void {
  const outside = data.findIndex((value) => !(value >= min && value <= max))
  if (outside >= 0) throw new Refused(REFUSED.limit, Math.floor(outside / width) * hold)
}

/** Gives a block to the facet it needs; the layout has let through only what the machine has. */
function measured(
  { backend }: Board,
  block: LoadedBlock,
  readings: Float64Array,
  inner: InnerReadings | undefined,
  signal: AbortSignal,
): Promise<Receipt> {
  if (inner !== undefined) {
    const port = backend[inner.of]
    if (port !== undefined) return port.read(block, readings, inner.data, { signal })
  }
  if (block.load !== undefined && backend.adjoint !== undefined)
    return backend.adjoint.hold(block, readings, { signal })
  return backend.measure(block, readings, { signal })
}

export async function serveApply(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { codes } = board.backend
  if (codes === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, code, values } = decodeApply(board.layout, payload)
  board.checkFree(armId)
  const theta = board.theta.slice()
  const receipt = await codes.apply(code, Float64Array.from(values), theta)
  board.noted(theta)
  return [{ payload: applyReply.encode({ clipped: u16(receipt.clipped), parameterCrc: board.parameterCrc }) }]
}

export async function serveLearn(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const { learn } = board.backend
  if (learn === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, gain, ...job } = decodeLearn(board.layout, payload)
  board.checkFree(armId)
  if (!('rate' in gain)) throw new Refused(REFUSED.value, 0)
  if ((job.rows * job.hold) % job.updateEvery !== 0) throw new Refused(REFUSED.value, payload.length)
  const costs = new Float64Array(job.rows)
  const theta = board.theta.slice()
  const receipt = await board.working((signal) => learn.run({ ...job, rate: gain.rate }, costs, theta, { signal }))
  board.noted(theta)
  const reply = { clipped: u16(receipt.clipped), ...stamps(receipt), parameterCrc: board.parameterCrc, costs }
  return [{ payload: encodeLearnReply(board.layout, reply) }]
}

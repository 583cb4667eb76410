import { expandCode } from '../../src/codes/expand.ts'
import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import { type Delta, type LoadedBlock, rowsFor } from '../../src/contract/block.ts'
import { cut } from '../../src/contract/cut.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import {
  type Description,
  decodeData,
  encodeMeasure,
  FRAME_OVERHEAD,
  type Inner,
  type InnerReadings,
  innerWidth,
  measureBytes,
  measureReply,
  mostInnerSlots,
  REQUEST,
  slotBytes,
  spikeMeasureReply,
  toCount,
} from '../../src/wire/index.ts'
import type { Ask } from '../link/exchange.ts'
import type { Session } from './session.ts'
import type { SpikeSender } from './spikes.ts'

/**
 * Runs a block as pieces that fit the device's frames, as many on their way as the device takes; with `inner` it asks
 * for readings inside the machine too.
 */
export async function measure(
  session: Session,
  block: LoadedBlock,
  into: Float64Array,
  inner: InnerReadings | undefined,
  opts: CallOptions,
): Promise<Receipt> {
  const { description, link } = session
  const { width } = description.sheet.sense
  const beside = inner === undefined ? 0 : innerWidth(description.layout, inner.of)
  const bounds = { maxFrame: link.identity.maxFrame, most: mostSlots(description, inner?.of) }
  const whole = fitted(description, bounds, block)
  const most = slotsPerFrame(description, bounds, whole)
  const pieces: Promise<Receipt>[] = []
  let failed = false
  for (const { start, piece } of cut({ ...description.sheet, maxSlots: most }, whole)) {
    const previous = pieces[pieces.length - 1 - lead(session)]
    if (previous !== undefined) await previous.catch(() => {})
    if (failed) break
    const end = start + piece.slots
    const target = into.subarray(start * width, end * width)
    const within = inner && { of: inner.of, data: inner.data.subarray(start * beside, end * beside) }
    const sent = measurePiece(session, piece, target, within, opts)
    sent.catch(() => {
      failed = true
    })
    pieces.push(sent)
  }
  // All have ended before the call does: nothing writes into `into` afterwards.
  await Promise.allSettled(pieces)
  return joined(await Promise.all(pieces))
}

/**
 * How many pieces may wait beside one: a few ahead of the window are enough to keep it full. Where lost spikes make a piece
 * come again and a device keeps the order of requests, none may overtake it.
 */
function lead({ link, spikes }: Session): number {
  const { credits } = link.exchanger
  return spikes !== undefined && credits === 1 ? 0 : credits
}

async function measurePiece(
  session: Session,
  piece: LoadedBlock,
  into: Float64Array,
  inner: InnerReadings | undefined,
  opts: CallOptions,
): Promise<Receipt> {
  const { link, description } = session
  const { layout } = description
  const ask = readingsOf(session, piece.slots, into, inner, opts)
  const { value, retries } =
    session.spikes === undefined
      ? await link.call(REQUEST.measure, encodeMeasure(layout, link.armId, piece, inner?.of), measureReply.decode, ask)
      : await driven(session, session.spikes, piece, inner?.of, ask)
  return asReceipt(session, value, retries)
}

/** How the readings of a request are awaited: it is answered when all its slots have arrived, in whatever order. */
export function readingsOf(
  { description: { layout, sheet } }: Session,
  slots: number,
  into: Float64Array,
  inner: InnerReadings | undefined,
  opts: CallOptions,
): Ask {
  const arrived = new Uint8Array(slots)
  let missing = slots
  return {
    ...(opts.signal && { signal: opts.signal }),
    workMs: 1000 * slots * sheet.slotSeconds,
    replyBytes: slots * slotBytes(layout, inner?.of),
    data(payload) {
      const { first, count } = decodeData(layout, payload, into, inner)
      const before = missing
      for (let slot = first; slot < first + count; slot++) {
        if (arrived[slot] === 0) missing--
        arrived[slot] = 1
      }
      return missing < before
    },
    accept: () => missing === 0,
  }
}

/** The receipt in a reply to a request that measured. */
export function asReceipt(
  { stopwatch }: Session,
  { slots, clipped, saturated, startedAt, endedAt }: ReturnType<typeof measureReply.decode>,
  retries: number,
): Receipt {
  const start = stopwatch.seconds(startedAt)
  return { slots, clipped, saturated, retries, startedAt: start, endedAt: stopwatch.seconds(endedAt) }
}

/** The same for a machine whose drive goes ahead as spikes. */
async function driven(
  { link, description }: Session,
  spikes: SpikeSender,
  piece: LoadedBlock,
  inner: Inner | undefined,
  ask: Ask,
) {
  const { layout } = description
  const { drive, slots } = piece
  const sent = await spikes.ahead(drive.data, rowsFor(slots, drive.hold), (burst, aheadBytes) =>
    link.call(REQUEST.measure, encodeMeasure(layout, link.armId, piece, inner, burst), spikeMeasureReply.decode, {
      ...ask,
      aheadBytes,
    }),
  )
  const { value, retries } = sent.value
  spikes.note(value)
  return { value, retries: retries + sent.repeats }
}

function joined(receipts: readonly Receipt[]): Receipt {
  const sum = (field: 'slots' | 'clipped' | 'saturated' | 'retries') =>
    receipts.reduce((total, receipt) => total + receipt[field], 0)
  return {
    slots: sum('slots'),
    clipped: sum('clipped'),
    saturated: sum('saturated'),
    retries: sum('retries'),
    startedAt: receipts[0].startedAt,
    endedAt: receipts[receipts.length - 1].endedAt,
  }
}

/** What one request may hold. */
interface Bounds {
  readonly maxFrame: number
  readonly most: number
}

/** Most slots the device takes at once, and whose readings both sides keep. */
function mostSlots({ sheet, layout }: Description, inner: Inner | undefined): number {
  return inner === undefined ? sheet.maxSlots : Math.min(sheet.maxSlots, mostInnerSlots(layout, inner))
}

/** Most slots whose request fits a frame and the device. */
function slotsPerFrame({ layout, sheet }: Description, { maxFrame, most }: Bounds, block: LoadedBlock): number {
  const room = maxFrame - FRAME_OVERHEAD
  if (block.slots <= most && measureBytes(layout, block) <= room) return block.slots
  const parted = inPieces(block)
  let low = 0
  let high = Math.min(block.slots, most)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (measureBytes(layout, parted, middle) <= room) low = middle
    else high = middle - 1
  }
  if (low > 0) return low
  const needed = measureBytes(layout, parted, 1) + FRAME_OVERHEAD
  throw new InsituError(
    'LIMIT',
    `${nameOf(sheet)}: one slot of this block takes a frame of ${needed} bytes, the device takes ${maxFrame}`,
    { device: sheet.machine, hint: 'perturb by signs or codes rather than by a track' },
  )
}

/** The block with the shortest holds that cutting it between pairs of opposite codes may leave of its rows. */
function inPieces(block: LoadedBlock): LoadedBlock {
  const { delta, drive, load } = block
  if (delta?.kind !== 'code' || delta.pairing !== 'opposite') return block
  const shortest = (hold: number) => commonDivisor(hold, 2 * delta.hold)
  return {
    ...block,
    drive: { ...drive, hold: shortest(drive.hold) },
    ...(load && { load: { ...load, hold: shortest(load.hold) } }),
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

/** The block as the device can take it: amplitudes above one step, pairs of opposite codes within a frame. */
function fitted(description: Description, bounds: Bounds, block: LoadedBlock): LoadedBlock {
  const { delta } = block
  if (delta === undefined || delta.kind === 'track') return block
  checkAmplitudes(description, delta)
  if (delta.kind === 'signs' || delta.pairing === 'single') return block
  const pair = 2 * delta.hold
  if (slotsPerFrame(description, bounds, block) >= Math.min(pair, block.slots)) return block
  return { ...block, delta: expandCode(delta, block.slots, description.sheet) }
}

/** An amplitude that vanishes in the converter would leave a perturbation that is none. */
export function checkAmplitudes({ layout, sheet }: Description, delta: Exclude<Delta, { kind: 'track' }>): void {
  if (layout.format !== 'i16') return
  const b = layout.banks.findIndex(
    ({ step }, n) => delta.amplitudes[n] !== 0 && toCount(delta.amplitudes[n], step) === 0,
  )
  if (b < 0) return
  const { name, step, unit } = sheet.banks[b]
  throw new InsituError(
    'LIMIT',
    `${nameOf(sheet)}: amplitude ${delta.amplitudes[b]} ${unit} of bank ${name} is below one step of ${step} ${unit}`,
    { device: sheet.machine, hint: 'choose a larger perturbation' },
  )
}

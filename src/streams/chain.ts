import { expandDense } from '../codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../contract/backend.ts'
import type { Block, Delta, Track } from '../contract/block.ts'
import { rowsFor } from '../contract/block.ts'
import type { CheckedDevice, Device } from '../contract/device.ts'
import type { TapPort } from '../contract/facets.ts'
import type { Bank, DataSheet } from '../contract/sheet.ts'
import { dataSheet, paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'

/** Two machines as one, which is read at the joint as well. */
export interface Chain extends Backend {
  readonly taps: TapPort
}

/** How one half is read. */
type Read = (block: Block, into: Float64Array, opts?: CallOptions) => Promise<Receipt>

/**
 * One machine made of two: the readings of `a` drive `b`, and theta is that of `a` followed by that of `b`.
 *
 * Banks keep their names behind "a." and "b.". Its taps are those of `a`, the readings of `a`, and those of `b`; the first and
 * the last only of a device that offers them. The chain owns both devices. Throws `UNITS` or `SHAPE` when what `a` gives
 * is not what `b` takes.
 */
export function chain(a: CheckedDevice, b: CheckedDevice): Chain {
  checkJoint(a.sheet, b.sheet)
  const sheet = chainSheet(a.sheet, b.sheet)
  const first = paramCount(a.sheet)
  const total = paramCount(sheet)
  const pass = async (
    block: Block,
    between: Float64Array,
    into: Float64Array,
    readA: Read,
    readB: Read,
    opts?: CallOptions,
  ) => {
    const delta = block.delta === undefined ? undefined : expandDense(block.delta, block.slots, sheet)
    const ra = await readA(part(block.slots, block.drive, delta, 0, first, total), between, opts)
    const middle: Track = { kind: 'track', data: between, hold: 1 }
    const rb = await readB(part(block.slots, middle, delta, first, total, total), into, opts)
    return {
      slots: block.slots,
      clipped: ra.clipped + rb.clipped,
      retries: ra.retries + rb.retries,
      saturated: ra.saturated + rb.saturated,
      // The sum of two clocks that run forward runs forward, and takes the time of both.
      startedAt: ra.startedAt + rb.startedAt,
      endedAt: ra.endedAt + rb.endedAt,
    }
  }
  const room = (block: Block) => new Float64Array(block.slots * a.sheet.sense.width)
  const measureA: Read = (block, into, opts) => a.measure(block, into, opts)
  const measureB: Read = (block, into, opts) => b.measure(block, into, opts)
  const [tapsA, tapsB] = [tapsOf(a), tapsOf(b)]
  return {
    sheet,
    async store(theta: Float64Array, opts?: CallOptions) {
      await a.store(theta.subarray(0, first), opts)
      await b.store(theta.subarray(first), opts)
    },
    measure: (block, into, opts) => pass(block, room(block), into, measureA, measureB, opts),
    taps: {
      layers: [...(tapsA?.layers ?? []), a.sheet.sense, ...(tapsB?.layers ?? [])],
      async read(block, into, taps, opts) {
        const [between, ofA, ofB] = [room(block), tapRoom(tapsA, block), tapRoom(tapsB, block)]
        const receipt = await pass(
          block,
          between,
          into,
          tapped(tapsA, ofA, measureA),
          tapped(tapsB, ofB, measureB),
          opts,
        )
        interleave(block.slots, [ofA, between, ofB], taps)
        return receipt
      },
    },
    async [Symbol.asyncDispose]() {
      const results = await Promise.allSettled([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()])
      for (const result of results) if (result.status === 'rejected') throw result.reason
    },
  }
}

function tapsOf(device: CheckedDevice): TapPort | undefined {
  return (device as Partial<Device<'taps'>>).taps
}

function tapRoom(port: TapPort | undefined, { slots }: Block): Float64Array {
  return new Float64Array(slots * (port?.layers.reduce((sum, { width }) => sum + width, 0) ?? 0))
}

/** Reads a half with its taps where it has them. */
function tapped(port: TapPort | undefined, taps: Float64Array, measure: Read): Read {
  return port === undefined ? measure : (block, into, opts) => port.read(block, into, taps, opts)
}

/** Puts the rows of several arrays side by side, slot by slot. */
function interleave(slots: number, parts: readonly Float64Array[], into: Float64Array): void {
  let at = 0
  for (let t = 0; t < slots; t++) {
    for (const part of parts) {
      const width = part.length / slots
      into.set(part.subarray(t * width, (t + 1) * width), at)
      at += width
    }
  }
}

/** The columns [from, to) of the delta, with the drive of one half. */
function part(slots: number, drive: Track, delta: Track | undefined, from: number, to: number, total: number): Block {
  if (delta === undefined) return { slots, drive }
  const rows = rowsFor(slots, delta.hold)
  const width = to - from
  const data = new Float64Array(rows * width)
  for (let r = 0; r < rows; r++) data.set(delta.data.subarray(r * total + from, r * total + to), r * width)
  const half: Delta = { kind: 'track', data, hold: delta.hold }
  return { slots, drive, delta: half }
}

function checkJoint(a: DataSheet, b: DataSheet): void {
  if (a.sense.width !== b.drive.width) {
    throw new InsituError(
      'SHAPE',
      `chain: ${a.machine} gives ${a.sense.width} readings, ${b.machine} takes ${b.drive.width} inputs`,
    )
  }
  if (a.sense.unit !== b.drive.unit) {
    throw new InsituError('UNITS', `chain: ${a.machine} gives ${a.sense.unit}, ${b.machine} takes ${b.drive.unit}`, {
      hint: 'put a machine between them that converts one into the other',
    })
  }
}

function chainSheet(a: DataSheet, b: DataSheet): DataSheet {
  const rename = (prefix: string) => (bank: Bank) => ({ ...bank, name: `${prefix}.${bank.name}` })
  return dataSheet({
    machine: `${a.machine}>${b.machine}`,
    kind:
      a.kind === 'hardware' || b.kind === 'hardware' ? 'hardware' : a.kind === b.kind ? a.kind : 'emulated firmware',
    identity: `${a.identity} > ${b.identity}`,
    banks: [...a.banks.map(rename('a')), ...b.banks.map(rename('b'))],
    drive: a.drive,
    sense: b.sense,
    maxSlots: Math.min(a.maxSlots, b.maxSlots),
    slotSeconds: a.slotSeconds + b.slotSeconds,
    repeatable: a.repeatable && b.repeatable,
    settings: { a: a.settings, b: b.settings },
  })
}

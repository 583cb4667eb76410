import { expandDense } from '../codes/expand.ts'
import type { Backend, CallOptions, Receipt } from '../contract/backend.ts'
import type { Block, Delta, Track } from '../contract/block.ts'
import { rowsFor } from '../contract/block.ts'
import type { CheckedDevice } from '../contract/device.ts'
import type { Bank, DataSheet } from '../contract/sheet.ts'
import { dataSheet, paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'

/**
 * One machine made of two: the readings of `a` drive `b`, and theta is that of `a` followed by that of `b`.
 *
 * Banks keep their names behind "a." and "b.". The chain owns both devices. Throws `UNITS` or `SHAPE` when what `a` gives
 * is not what `b` takes.
 */
export function chain(a: CheckedDevice, b: CheckedDevice): Backend {
  checkJoint(a.sheet, b.sheet)
  const sheet = chainSheet(a.sheet, b.sheet)
  const first = paramCount(a.sheet)
  const total = paramCount(sheet)
  return {
    sheet,
    async store(theta: Float64Array, opts?: CallOptions) {
      await a.store(theta.subarray(0, first), opts)
      await b.store(theta.subarray(first), opts)
    },
    async measure(block: Block, into: Float64Array, opts?: CallOptions): Promise<Receipt> {
      const delta = block.delta === undefined ? undefined : expandDense(block.delta, block.slots, sheet)
      const between = new Float64Array(block.slots * a.sheet.sense.width)
      const ra = await a.measure(part(block.slots, block.drive, delta, 0, first, total), between, opts)
      const middle: Track = { kind: 'track', data: between, hold: 1 }
      const rb = await b.measure(part(block.slots, middle, delta, first, total, total), into, opts)
      return {
        slots: block.slots,
        clipped: ra.clipped + rb.clipped,
        retries: ra.retries + rb.retries,
        saturated: ra.saturated + rb.saturated,
        // The sum of two clocks that run forward runs forward, and takes the time of both.
        startedAt: ra.startedAt + rb.startedAt,
        endedAt: ra.endedAt + rb.endedAt,
      }
    },
    async [Symbol.asyncDispose]() {
      const results = await Promise.allSettled([a[Symbol.asyncDispose](), b[Symbol.asyncDispose]()])
      for (const result of results) if (result.status === 'rejected') throw result.reason
    },
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

import type { Delta, Track } from '../../contract/block.ts'
import { type DataSheet, paramCount } from '../../contract/sheet.ts'
import { type AnyBackend, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { same } from '../same.ts'
import { way } from './delta.ts'

export const halves: Law = {
  name: 'a block of 2n reads as two blocks of n',
  unless: (bench) => (bench.sheet.maxSlots < 2 ? 'the machine takes one slot at a time' : undefined),
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const n = Math.floor(bench.slots / 2)
    const drive = inputs.drive(2 * n)
    const delta = inputs.signs(2 * n)
    const half = (h: number) => ({
      slots: n,
      drive: { ...drive, data: part(drive.data, h) },
      delta: { ...delta, bits: part(delta.bits, h) },
    })
    const parted = {
      label: `two blocks of ${n}`,
      run: async (device: Parameters<ReturnType<typeof way>['run']>[0]) => {
        await device.store(theta)
        const [a, b] = [await readings(device, half(0)), await readings(device, half(1))]
        return Float64Array.of(...a, ...b)
      },
    }
    await same(bench, way(`one block of ${2 * n}`, theta, { slots: 2 * n, drive, delta }), parted)
  },
}

/** The first or the second half of rows. */
export function part<T extends Float64Array | Uint8Array>(data: T, half: number): T {
  const middle = data.length / 2
  return data.slice(half * middle, (half + 1) * middle) as T
}

/** Row `floor(t / hold)` for every slot t, written out. */
export function repeated(track: Track, width: number, slots: number): Track {
  const data = new Float64Array(slots * width)
  for (let t = 0; t < slots; t++) {
    const row = Math.floor(t / track.hold)
    data.set(track.data.subarray(row * width, (row + 1) * width), t * width)
  }
  return { kind: 'track', data, hold: 1 }
}

export const hold: Law = {
  name: 'hold reads as repeated rows',
  unless: (bench) => (bench.sheet.maxSlots < 2 ? 'the machine takes one slot at a time' : undefined),
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    for (const [driveHold, deltaHold] of [
      [3, 1],
      [1, 2],
      [slots + 1, 4],
    ]) {
      const drive = inputs.drive(Math.ceil(slots / driveHold), driveHold)
      const delta = inputs.delta(Math.ceil(slots / deltaHold), deltaHold)
      const long = {
        slots,
        drive: repeated(drive, bench.sheet.drive.width, slots),
        delta: repeated(delta, paramCount(bench.sheet), slots),
      }
      await same(
        bench,
        way('rows written out', theta, long),
        way(`drive held ${driveHold} and delta held ${deltaHold} slots`, theta, { slots, drive, delta }),
      )
    }
  },
}

/** The same machine, said to take fewer slots at once. */
function shortened(backend: AnyBackend, maxSlots: number): AnyBackend {
  const { codes } = backend
  return {
    sheet: { ...backend.sheet, maxSlots },
    store: (theta, opts) => backend.store(theta, opts),
    measure: (block, into, opts) => {
      demand(block.slots <= maxSlots, `exchanges of at most ${maxSlots} slots`, `${block.slots}`)
      return backend.measure(block, into, opts)
    },
    ...(codes && { codes }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

export const cutting: Law = {
  name: 'a block cut into exchanges reads as one block',
  unless: (bench) =>
    bench.slots < 8 ? `one exchange carries ${bench.slots} slots, the comparison needs 8` : undefined,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const family = bench.facets.codes?.families[0]
    const code = { kind: 'code', seed: inputs.seed(), first: 7, amplitudes: inputs.amplitudes(0.25) } as const
    const deltas: Delta[] = [inputs.signs(Math.ceil(slots / 3), 3)]
    if (family !== undefined) deltas.push({ ...code, family, hold: 2, pairing: 'opposite' })
    for (const delta of deltas) {
      const block = { slots, drive: inputs.drive(Math.ceil(slots / 4), 4), delta }
      const whole = way('one exchange', theta, block)
      const pieces = await bench.device(whole.run, {}, (backend) => shortened(backend, 5))
      if (bench.sheet.repeatable) {
        await same(bench, whole, { label: `${delta.kind} delta in exchanges of 5 slots`, run: async () => pieces })
      } else demand(pieces.every(Number.isFinite), 'numbers from every exchange', 'readings that were not written')
    }
  },
}

/** Longest run the law asks for, in seconds on the machine. */
const LONGEST_RUN = 2
/** Most readings the law asks for: over a line, and from arithmetic. */
const MOST_READINGS = 4096
const MOST_COMPUTED = 2 ** 20

function most({ kind }: DataSheet): number {
  return kind === 'simulator' ? MOST_COMPUTED : MOST_READINGS
}

export const longest: Law = {
  name: 'an exchange of maxSlots slots is taken',
  unless: ({ sheet }) =>
    sheet.maxSlots * sheet.slotSeconds > LONGEST_RUN || sheet.maxSlots * sheet.sense.width > most(sheet)
      ? `${sheet.maxSlots} slots take longer than ${LONGEST_RUN} s or give more than ${most(sheet)} readings`
      : undefined,
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      const slots = bench.sheet.maxSlots
      await device.store(inputs.theta())
      const into = new Float64Array(slots * bench.sheet.sense.width).fill(Number.NaN)
      const receipt = await device.measure({ slots, drive: inputs.drive(1, slots) }, into)
      demand(receipt.slots === slots, `a receipt for ${slots} slots`, `${receipt.slots}`)
      demand(into.every(Number.isFinite), `${into.length} readings`, `one missing at ${into.findIndex(Number.isNaN)}`)
    }),
}

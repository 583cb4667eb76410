import type { Delta, LoadedBlock, Track } from '../../contract/block.ts'
import { type DataSheet, type Port, paramCount, type Readings } from '../../contract/sheet.ts'
import { type AnyBackend, type Bench, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { same } from '../same.ts'
import { inTurn, type WayOf, way } from './delta.ts'

/** What else a block holds than its drive, and what is read of it, where laws are asked of several facets. */
export interface Also {
  readonly load?: Port | undefined
  readonly of?: Readings | undefined
}

export const halves: Law = {
  name: 'a block of 2n reads as two blocks of n',
  unless: oneSlot,
  check: (bench) => sameInHalves(bench, inTurn(readings)),
}

/** Demands that a block reads as its two halves, one after the other. */
export async function sameInHalves(bench: Bench, wayOf: WayOf, { load, of }: Also = {}): Promise<void> {
  const inputs = bench.inputs()
  const theta = inputs.theta()
  const n = Math.floor(bench.slots / 2)
  const drive = inputs.drive(2 * n)
  const delta = inputs.signs(2 * n)
  const held = load && inputs.load(load, 2 * n, bench.loadPart)
  const half = (h: number): LoadedBlock => ({
    slots: n,
    drive: { ...drive, data: part(drive.data, h) },
    delta: { ...delta, bits: part(delta.bits, h) },
    ...(held && { load: { ...held, data: part(held.data, h) } }),
  })
  const whole: LoadedBlock = { slots: 2 * n, drive, delta, ...(held && { load: held }) }
  await same(
    bench,
    wayOf(`one block of ${2 * n}`, theta, whole),
    wayOf(`two blocks of ${n}`, theta, half(0), half(1)),
    of,
  )
}

/** Why nothing can be said about blocks of several slots, if so. */
export function oneSlot({ sheet }: Bench): string | undefined {
  return sheet.maxSlots < 2 ? 'the machine takes one slot at a time' : undefined
}

/** The first or the second half of rows. */
function part<T extends Float64Array | Uint8Array>(data: T, half: number): T {
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
  unless: oneSlot,
  check: (bench) => sameHeld(bench),
}

/** Demands that held rows read as the same rows written out. */
export async function sameHeld(bench: Bench, wayOf: WayOf = way, of?: Readings): Promise<void> {
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
      wayOf('rows written out', theta, long),
      wayOf(`drive held ${driveHold} and delta held ${deltaHold} slots`, theta, { slots, drive, delta }),
      of,
    )
  }
}

/** Slots of the exchanges that blocks are cut into; rows of the blocks below straddle the cuts. */
const EXCHANGE = 5

/** The same machine, said to take fewer slots at once. */
function shortened(backend: AnyBackend): AnyBackend {
  const { adjoint, codes, local, taps } = backend
  const short = <B extends LoadedBlock>(block: B): B => {
    demand(block.slots <= EXCHANGE, `exchanges of at most ${EXCHANGE} slots`, `${block.slots}`)
    return block
  }
  return {
    sheet: { ...backend.sheet, maxSlots: EXCHANGE },
    store: (theta, opts) => backend.store(theta, opts),
    measure: (block, into, opts) => backend.measure(short(block), into, opts),
    ...(codes && { codes }),
    ...(adjoint && {
      adjoint: { load: adjoint.load, hold: (block, into, opts) => adjoint.hold(short(block), into, opts) },
    }),
    ...(local && {
      local: {
        reads: local.reads,
        sense: local.sense,
        read: (block, into, all, opts) => local.read(short(block), into, all, opts),
      },
    }),
    ...(taps && {
      taps: { layers: taps.layers, read: (block, into, all, opts) => taps.read(short(block), into, all, opts) },
    }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  }
}

export const cutting: Law = {
  name: 'a block cut into exchanges reads as one block',
  unless: tooShort,
  check: (bench) => sameCut(bench, inTurn(readings)),
}

/** Why blocks of several exchanges cannot be compared with one, if so. */
export function tooShort({ slots }: Bench): string | undefined {
  return slots < 8 ? `one exchange carries ${slots} slots, the comparison needs 8` : undefined
}

/** Demands that a block reads the same in one exchange and in several. */
export async function sameCut(bench: Bench, wayOf: WayOf, { load, of }: Also = {}): Promise<void> {
  const inputs = bench.inputs()
  const theta = inputs.theta()
  const slots = bench.slots
  const rows = (hold: number) => Math.ceil(slots / hold)
  const cases: { delta: Delta; driven: number; loaded: number }[] = [
    { delta: inputs.signs(rows(3), 3), driven: 2, loaded: 4 },
  ]
  const family = bench.facets.codes?.families[0]
  if (family !== undefined) {
    const code = { kind: 'code', family, seed: inputs.seed(), first: 7, amplitudes: inputs.amplitudes(0.25) } as const
    // Exchanges end with a pair, so that held rows are what is cut.
    cases.push({ delta: { ...code, hold: 2, pairing: 'opposite' }, driven: 3, loaded: 6 })
  }
  for (const { delta, driven, loaded } of cases) {
    const drive = inputs.drive(rows(driven), driven)
    const held = load && inputs.load(load, rows(loaded), bench.loadPart, loaded)
    const block: LoadedBlock = { slots, drive, delta, ...(held && { load: held }) }
    const pieces = wayOf(`${delta.kind} delta in exchanges of ${EXCHANGE} slots`, theta, block)
    await same(bench, wayOf('one exchange', theta, block), { ...pieces, through: shortened }, of)
  }
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

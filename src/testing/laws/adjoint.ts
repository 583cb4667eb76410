import type { CallOptions } from '../../contract/backend.ts'
import type { LoadedBlock, Track } from '../../contract/block.ts'
import type { AdjointPort } from '../../contract/facets.ts'
import type { AnyDevice, Bench } from '../bench.ts'
import { gridOf } from '../inputs.ts'
import { demand, type Law, LawBroken } from '../law.ts'
import { same, type Way } from '../same.ts'
import { oneSlot, repeated, sameCut, sameInHalves, tooShort } from './blocks.ts'
import { inTurn, way } from './delta.ts'
import { refused, untouched } from './refusals.ts'

export const noAdjoint = ({ facets }: Bench) =>
  facets.adjoint === undefined ? 'the machine has no adjoint facet' : undefined

/** The facet of a machine that had it when the law was asked. */
export function adjointOf({ adjoint }: { readonly adjoint?: AdjointPort }): AdjointPort {
  if (adjoint === undefined) throw new LawBroken('expected every instance of the machine to have the facet adjoint')
  return adjoint
}

/** Holds a block's load and returns its readings in a new array. */
export async function held(device: AnyDevice, block: LoadedBlock, opts?: CallOptions): Promise<Float64Array> {
  const into = new Float64Array(block.slots * device.sheet.sense.width)
  await adjointOf(device).hold(block, into, opts)
  return into
}

/** Stores theta, then holds the blocks one after the other and returns the readings of all. */
export const heldWay = inTurn((device, block) => held(device, block))

const noLoad: Law = {
  name: 'no load reads as a zero load, and as the block measured',
  unless: noAdjoint,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const block = { slots, drive: inputs.drive(slots), delta: inputs.signs(slots) }
    const zero: Track = { kind: 'track', data: new Float64Array(bench.sheet.sense.width), hold: slots }
    const measured = way('a block measured', theta, block)
    await same(bench, measured, heldWay('the block held without a load', theta, block))
    await same(bench, measured, heldWay('the block held with a zero load', theta, { ...block, load: zero }))
  },
}

const afterglow: Law = {
  name: 'a load does not outlive its block',
  unless: noAdjoint,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const plain = { slots, drive: inputs.drive(slots) }
    const load = inputs.load(bench.load, slots, bench.loadPart)
    const after = (label: string, ...before: readonly LoadedBlock[]): Way => ({
      label,
      run: async (device) => {
        await device.store(theta)
        for (const block of before) await held(device, block)
        const into = new Float64Array(slots * bench.sheet.sense.width)
        await device.measure(plain, into)
        return into
      },
    })
    await same(bench, after('a block after a plain block', plain), after('a block after a load', { ...plain, load }))
  },
}

const hold: Law = {
  name: 'a held load reads as repeated rows',
  unless: (bench) => noAdjoint(bench) ?? oneSlot(bench),
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const drive = inputs.drive(Math.ceil(slots / 2), 2)
    for (const span of [3, slots + 1]) {
      const load = inputs.load(bench.load, Math.ceil(slots / span), bench.loadPart, span)
      const long = { slots, drive, load: repeated(load, bench.load.width, slots) }
      const written = heldWay('rows written out', theta, long)
      await same(bench, written, heldWay(`a load held ${span} slots`, theta, { slots, drive, load }))
    }
  },
}

const halves: Law = {
  name: 'a block of 2n with a load reads as two blocks of n',
  unless: (bench) => noAdjoint(bench) ?? oneSlot(bench),
  check: async (bench) => sameInHalves(bench, heldWay, { load: bench.load }),
}

const cutting: Law = {
  name: 'a block with a load, cut into exchanges, reads as one block',
  unless: (bench) => noAdjoint(bench) ?? tooShort(bench),
  check: async (bench) => sameCut(bench, heldWay, { load: bench.load }),
}

const lengths: Law = {
  name: 'a load of the wrong length is refused, naming both lengths',
  unless: noAdjoint,
  check: (bench) =>
    untouched(bench, async (device) => {
      const { slots, sheet } = bench
      const drive = bench.inputs().drive(slots)
      const into = new Float64Array(slots * sheet.sense.width)
      const wanted = slots * sheet.sense.width
      for (const count of [wanted - 1, wanted + 1]) {
        const load = { kind: 'track', data: new Float64Array(count), hold: 1 } as const
        const call = () => adjointOf(device).hold({ slots, drive, load }, into)
        await refused(`a load of ${count} numbers`, 'SHAPE', call, [count, wanted])
      }
    }),
}

const limits: Law = {
  name: 'a load outside its limits is refused, or clipped and counted; one at them is taken',
  unless: noAdjoint,
  check: async (bench) => {
    const slots = bench.slots
    const drive = bench.inputs().drive(slots)
    const into = new Float64Array(slots * bench.sheet.sense.width)
    const { width, min, max } = bench.load
    const beyond = max + Math.max((max - min) / 8, gridOf(bench.load))
    const loaded = (first: number) => {
      const data = new Float64Array(width)
      data[0] = first
      return { slots, drive, load: { kind: 'track', data, hold: slots } as const }
    }
    await untouched(bench, async (device) => {
      const call = (value: number) => () => adjointOf(device).hold(loaded(value), into)
      await refused(`a load of ${beyond}`, 'LIMIT', call(beyond), [beyond])
      await refused('a load that is no number', 'NOT_FINITE', call(Number.NaN), ['load[0]'])
    })
    const theta = bench.inputs().theta()
    const clipped = await bench.device(
      async (device) => {
        await device.store(theta)
        const receipt = await adjointOf(device).hold(loaded(beyond), into)
        demand(receipt.clipped >= 1, 'a receipt with the clipped load', `${receipt.clipped}`)
        return into
      },
      { limits: 'clip' },
    )
    const atLimit = heldWay('a load at its limit', theta, loaded(max))
    const seen = { label: 'a load clipped to its limit', run: async () => clipped }
    if (bench.sheet.repeatable) await same(bench, atLimit, seen)
    else await bench.device(atLimit.run)
  },
}

/** What the facet `adjoint` promises about loads; what they make of the machine is in `reciprocity.ts`. */
export const adjoint: readonly Law[] = [noLoad, afterglow, hold, halves, cutting, lengths, limits]

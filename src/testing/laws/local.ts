import type { CallOptions } from '../../contract/backend.ts'
import type { LoadedBlock } from '../../contract/block.ts'
import type { LocalPort } from '../../contract/facets.ts'
import { paramCount } from '../../contract/sheet.ts'
import type { AnyDevice, Bench } from '../bench.ts'
import { demand, type Law, LawBroken } from '../law.ts'
import { differs, same } from '../same.ts'
import { heldWay } from './adjoint.ts'
import { oneSlot, sameCut, sameInHalves, tooShort } from './blocks.ts'
import { inTurn, way } from './delta.ts'
import { checkReceipt, fenced } from './reading.ts'
import { refused, untouched } from './refusals.ts'
import { onPort, scattered } from './sheet.ts'

const unless = ({ facets }: Bench) => (facets.local === undefined ? 'the machine has no local facet' : undefined)

/** The facet of a machine that had it when the law was asked. */
export function localOf({ local }: { readonly local?: LocalPort }): LocalPort {
  if (local === undefined) throw new LawBroken('expected every instance of the machine to have the facet local')
  return local
}

/** Outputs and local readings of a block, each in a new array. */
export async function readLocal(device: AnyDevice, block: LoadedBlock, opts?: CallOptions) {
  const into = new Float64Array(block.slots * device.sheet.sense.width)
  const local = new Float64Array(block.slots * paramCount(device.sheet))
  await localOf(device).read(block, into, local, opts)
  return { into, local }
}

/** Stores theta, then returns the local readings of the blocks, one after the other. */
const localWay = inTurn(async (device, block) => (await readLocal(device, block)).local)

/** The same, and returns the outputs beside them. */
const besideWay = inTurn(async (device, block) => (await readLocal(device, block)).into)

const fill: Law = {
  name: 'a block fills exactly slots x parameters local readings, and its outputs',
  unless,
  check: (bench) =>
    bench.raw(async (backend) => {
      const inputs = bench.inputs()
      await backend.store(inputs.theta())
      for (const slots of new Set([1, bench.slots])) {
        const outputs = fenced(slots * bench.sheet.sense.width)
        const locals = fenced(slots * paramCount(bench.sheet))
        const block = { slots, drive: inputs.drive(slots) }
        checkReceipt(await localOf(backend).read(block, outputs.inside, locals.inside), block)
        outputs.check(`readings beside the local ones of a block of ${slots} slots`)
        locals.check(`local readings from a block of ${slots} slots`)
      }
    }),
}

const outputs: Law = {
  name: 'a block read with its local readings reads as the same block without',
  unless,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const block = { slots, drive: inputs.drive(slots), delta: inputs.signs(slots) }
    await same(
      bench,
      way('a block measured', theta, block),
      besideWay('the block with its local readings', theta, block),
    )
    const { adjoint } = bench.facets
    if (adjoint === undefined) return
    const loaded = { ...block, load: inputs.load(adjoint.load, slots, bench.loadPart) }
    const held = heldWay('a block with a load held', theta, loaded)
    await same(bench, held, besideWay('the block with its load and its local readings', theta, loaded))
  },
}

const answers: Law = {
  name: 'local readings answer to the parameters, the drive and the perturbation',
  unless,
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      const { sense } = localOf(device)
      const slots = bench.slots
      const drive = inputs.drive(slots)
      const read = async (block: LoadedBlock) => (await readLocal(device, block)).local
      await device.store(inputs.theta())
      const before = await read({ slots, drive })
      for (const [what, block] of [
        ['another drive', { slots, drive: inputs.drive(slots) }],
        ['a perturbation', { slots, drive, delta: inputs.delta(slots) }],
      ] as const) {
        const moved = differs(bench, before, await read(block), sense)
        demand(moved, `${what} to change a local reading`, 'the same readings')
      }
      await device.store(inputs.theta())
      const stored = await read({ slots, drive })
      demand(differs(bench, before, stored, sense), 'other parameters to change a local reading', 'the same readings')
    }),
}

const step: Law = {
  name: 'local readings lie within the stated range, on the stated step',
  unless,
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      const slots = bench.slots
      await device.store(inputs.theta())
      const { local } = await readLocal(device, { slots, drive: inputs.drive(slots), delta: inputs.delta(slots) })
      const taken = local.filter((value) => !Number.isNaN(value))
      demand(taken.length > 0, 'local readings', 'none of them taken')
      onPort(localOf(device).sense, taken)
    }),
}

/** Readings over which noise is taken: with as many, it is known to about 3 %. */
const NOISY = 1024

const noise: Law = {
  name: 'local readings carry the stated noise',
  unless,
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      await device.store(inputs.theta())
      const { sense } = localOf(device)
      const slots = sense.noise > 0 ? Math.max(16, Math.ceil(NOISY / sense.width)) : 16
      scattered(bench, sense, (await readLocal(device, { slots, drive: inputs.drive(1, slots) })).local)
    }),
}

const halves: Law = {
  name: 'the local readings of a block of 2n are those of two blocks of n',
  unless: (bench) => unless(bench) ?? oneSlot(bench),
  check: (bench) => sameInHalves(bench, localWay, { of: bench.facets.local?.sense }),
}

const cutting: Law = {
  name: 'the local readings of a block cut into exchanges are those of one block, with and without a load',
  unless: (bench) => unless(bench) ?? tooShort(bench),
  check: async (bench) => {
    const { adjoint, local } = bench.facets
    await sameCut(bench, localWay, { of: local?.sense })
    if (adjoint !== undefined) await sameCut(bench, localWay, { of: local?.sense, load: adjoint.load })
  },
}

const lengths: Law = {
  name: 'an array of the wrong length for local readings is refused, naming both lengths',
  unless,
  check: (bench) =>
    untouched(bench, async (device) => {
      const { slots, sheet } = bench
      const block = { slots, drive: bench.inputs().drive(slots) }
      const into = new Float64Array(slots * sheet.sense.width)
      const local = new Float64Array(slots * paramCount(sheet))
      const { read } = localOf(device)
      await refused('an array for local readings too short', 'SHAPE', () => read(block, into, local.subarray(1)), [
        local.length - 1,
        local.length,
      ])
      await refused('an array for readings too short', 'SHAPE', () => read(block, into.subarray(1), local), [
        into.length - 1,
        into.length,
      ])
    }),
}

/** What the facet `local` promises by itself; how it goes with the parameters is a law of both facets. */
export const local: readonly Law[] = [fill, outputs, answers, step, noise, halves, cutting, lengths]

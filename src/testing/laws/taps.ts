import type { CallOptions } from '../../contract/backend.ts'
import type { Block, Track } from '../../contract/block.ts'
import type { TapPort } from '../../contract/facets.ts'
import { paramCount, type Readings } from '../../contract/sheet.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import { demand, type Law, LawBroken } from '../law.ts'
import { differs, firstDifference, same } from '../same.ts'
import { oneSlot, sameCut, sameHeld, sameInHalves, tooShort } from './blocks.ts'
import { inTurn, sameSigns, sameStored, type WayOf } from './delta.ts'
import { checkReceipt, fenced } from './reading.ts'
import { refused, untouched } from './refusals.ts'
import { onPort, scattered } from './sheet.ts'

const unless = ({ facets }: Bench) => (facets.taps === undefined ? 'the machine has no taps facet' : undefined)

/** The facet of a machine that had it when the law was asked. */
export function tapsOf({ taps }: { readonly taps?: TapPort }): TapPort {
  if (taps === undefined) throw new LawBroken('expected every instance of the machine to have the facet taps')
  return taps
}

/** Readings of all layers together in one slot. */
function tapWidth({ layers }: TapPort): number {
  return layers.reduce((sum, { width }) => sum + width, 0)
}

/** Outputs and taps of a block, each in a new array. */
async function readTaps(device: AnyDevice, block: Block, opts?: CallOptions) {
  const port = tapsOf(device)
  const into = new Float64Array(block.slots * device.sheet.sense.width)
  const taps = new Float64Array(block.slots * tapWidth(port))
  await port.read(block, into, taps, opts)
  return { into, taps }
}

/** Outputs of a block, and what each layer gives in it, slot by slot. */
export async function readLayers(device: AnyDevice, block: Block, opts?: CallOptions) {
  const { into, taps } = await readTaps(device, block, opts)
  const port = tapsOf(device)
  const row = tapWidth(port)
  let first = 0
  const layers = port.layers.map(({ width }) => {
    const values = new Float64Array(block.slots * width)
    for (let t = 0; t < block.slots; t++) values.set(taps.subarray(t * row + first, t * row + first + width), t * width)
    first += width
    return values
  })
  return { into, layers }
}

/** Asks of every layer by itself, in its own unit: its ways store theta, then return its readings of the blocks. */
async function eachLayer(bench: Bench, ask: (wayOf: WayOf, layer: Readings) => Promise<void>): Promise<void> {
  for (const [n, layer] of tapsOf(bench.facets).layers.entries()) {
    const wayOf = inTurn(async (device, block) => (await readLayers(device, block)).layers[n])
    await ask((label, ...rest) => wayOf(`${label}, layer ${n}`, ...rest), layer)
  }
}

const fill: Law = {
  name: 'a block fills exactly slots x all readings between layers, and its outputs',
  unless,
  check: (bench) =>
    bench.raw(async (backend) => {
      const inputs = bench.inputs()
      await backend.store(inputs.theta())
      for (const slots of new Set([1, bench.slots])) {
        const outputs = fenced(slots * bench.sheet.sense.width)
        const inner = fenced(slots * tapWidth(tapsOf(backend)))
        const block = { slots, drive: inputs.drive(slots) }
        checkReceipt(await tapsOf(backend).read(block, outputs.inside, inner.inside), block)
        outputs.check(`readings beside those between layers of a block of ${slots} slots`)
        inner.check(`readings between layers from a block of ${slots} slots`)
      }
    }),
}

const outputs: Law = {
  name: 'a block read between its layers reads as the same block without, and so does the next',
  unless,
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const slots = bench.slots
    const block = { slots, drive: inputs.drive(slots), delta: inputs.signs(slots) }
    const next = { slots, drive: inputs.drive(slots) }
    const followed = (label: string, read: (device: AnyDevice) => Promise<Float64Array>) => ({
      label,
      run: async (device: AnyDevice) => {
        await device.store(theta)
        return Float64Array.of(...(await read(device)), ...(await readings(device, next)))
      },
    })
    await same(
      bench,
      followed('a block measured, then another', (device) => readings(device, block)),
      followed('the first of them read between layers', async (device) => (await readTaps(device, block)).into),
    )
  },
}

const answers: Law = {
  name: 'every layer answers to the drive, and one of them to the parameters and to the perturbation',
  unless,
  check: async (bench) => {
    const inputs = bench.inputs()
    const [first, second] = [inputs.theta(), inputs.theta()]
    const slots = bench.slots
    const [drive, other] = [inputs.drive(slots), inputs.drive(slots)]
    // What is stored first would be all that a machine reads which takes no second.
    const read = (theta: Float64Array, block: Block) =>
      bench.device(async (device) => {
        await device.store(first)
        await device.store(theta)
        return (await readLayers(device, block)).layers
      })
    const before = await read(first, { slots, drive })
    const { layers } = tapsOf(bench.facets)
    const moved = async (theta: Float64Array, block: Block) => {
      const after = await read(theta, block)
      return layers.map((layer, n) =>
        bench.sheet.repeatable ? firstDifference(before[n], after[n]) >= 0 : differs(bench, before[n], after[n], layer),
      )
    }
    const deaf = (await moved(first, { slots, drive: other })).indexOf(false)
    demand(deaf < 0, 'another drive to change what every layer reads', `the same readings of layer ${deaf}`)
    for (const [what, theta, block] of [
      ['a perturbation', first, { slots, drive, delta: inputs.delta(slots) }],
      ['other parameters', second, { slots, drive }],
    ] as const)
      demand((await moved(theta, block)).includes(true), `${what} to change a reading of a layer`, 'the same readings')
  },
}

const step: Law = {
  name: 'readings between layers lie within the range of their layer, on its step',
  unless,
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      const slots = bench.slots
      await device.store(inputs.theta())
      const block = { slots, drive: inputs.drive(slots), delta: inputs.delta(slots) }
      for (const [n, values] of (await readLayers(device, block)).layers.entries()) {
        const taken = values.filter((value) => !Number.isNaN(value))
        demand(taken.length > 0, `readings of layer ${n}`, 'none of them taken')
        onPort(tapsOf(device).layers[n], taken)
      }
    }),
}

/** Readings over which the noise of a layer is taken: with as many, it is known to about 3 %. */
const NOISY = 1024
const QUIET = 16

const noise: Law = {
  name: 'readings between layers carry the noise stated of their layer',
  unless,
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      await device.store(inputs.theta())
      const { layers } = tapsOf(device)
      const least = Math.min(...layers.map(({ width }) => width))
      const slots = layers.some(({ noise }) => noise > 0) ? Math.max(QUIET, Math.ceil(NOISY / least)) : QUIET
      const read = await readLayers(device, { slots, drive: inputs.drive(1, slots) })
      for (const [n, layer] of layers.entries()) scattered(bench, layer, read.layers[n])
    }),
}

const stored: Law = {
  name: 'readings between layers of store(theta + delta) are those of store(theta) with delta',
  unless,
  check: (bench) => eachLayer(bench, (wayOf, layer) => sameStored(bench, bench.options.spread ?? 0.1, wayOf, layer)),
}

const signs: Law = {
  name: 'readings between layers under signs are those under their dense expansion',
  unless,
  check: (bench) => eachLayer(bench, (wayOf, layer) => sameSigns(bench, wayOf, layer)),
}

const hold: Law = {
  name: 'readings between layers of held rows are those of repeated rows',
  unless: (bench) => unless(bench) ?? oneSlot(bench),
  check: (bench) => eachLayer(bench, (wayOf, layer) => sameHeld(bench, wayOf, layer)),
}

const halves: Law = {
  name: 'readings between layers of a block of 2n are those of two blocks of n',
  unless: (bench) => unless(bench) ?? oneSlot(bench),
  check: (bench) => eachLayer(bench, (wayOf, of) => sameInHalves(bench, wayOf, { of })),
}

const cutting: Law = {
  name: 'readings between layers of a block cut into exchanges are those of one block',
  unless: (bench) => unless(bench) ?? tooShort(bench),
  check: (bench) => eachLayer(bench, (wayOf, of) => sameCut(bench, wayOf, { of })),
}

const guards: Law = {
  name: 'an array of the wrong length for readings between layers is refused, naming both lengths; a load and a NaN are refused',
  unless,
  check: (bench) =>
    untouched(bench, async (device) => {
      const { slots, sheet } = bench
      const port = tapsOf(device)
      const block = { slots, drive: bench.inputs().drive(slots) }
      const into = new Float64Array(slots * sheet.sense.width)
      const taps = new Float64Array(slots * tapWidth(port))
      await refused(
        'an array for readings between layers too short',
        'SHAPE',
        () => port.read(block, into, taps.subarray(1)),
        [taps.length - 1, taps.length],
      )
      await refused('an array for readings too short', 'SHAPE', () => port.read(block, into.subarray(1), taps), [
        into.length - 1,
        into.length,
      ])
      const long: Track = { kind: 'track', data: new Float64Array(slots * paramCount(sheet) + 1), hold: 1 }
      await refused('a delta too long', 'SHAPE', () => port.read({ ...block, delta: long }, into, taps), [
        long.data.length,
        long.data.length - 1,
      ])
      const load: Track = { kind: 'track', data: new Float64Array(sheet.sense.width), hold: slots }
      const loaded = { ...block, load }
      await refused('a block with a load', 'CAPABILITY', () => port.read(loaded, into, taps))
      const drive = bench.inputs().drive(slots)
      drive.data[0] = Number.NaN
      await refused('a NaN in the drive', 'NOT_FINITE', () => port.read({ slots, drive }, into, taps), ['drive[0]'])
    }),
}

/** What the facet `taps` promises. */
export const taps: readonly Law[] = [fill, outputs, answers, step, noise, stored, signs, hold, halves, cutting, guards]

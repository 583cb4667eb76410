import { expandDense } from '../../codes/expand.ts'
import type { Block, LoadedBlock } from '../../contract/block.ts'
import { paramCount, type Readings } from '../../contract/sheet.ts'
import { type AnyDevice, type Bench, readings } from '../bench.ts'
import type { Law } from '../law.ts'
import { same, type Way } from '../same.ts'

/** Stores theta, then measures the blocks one after the other and returns the readings of the last. */
export function way(label: string, theta: Float64Array, ...blocks: readonly Block[]): Way {
  return {
    label,
    run: async (device: AnyDevice) => {
      await device.store(theta)
      let last: Float64Array = new Float64Array(0)
      for (const block of blocks) last = await readings(device, block)
      return last
    },
  }
}

/** Makes a way of a label, the parameters and some blocks. */
export type WayOf = (label: string, theta: Float64Array, ...blocks: readonly LoadedBlock[]) => Way

/** Ways that store theta, then return what `read` makes of the blocks, one after the other. */
export function inTurn(read: (device: AnyDevice, block: LoadedBlock) => Promise<Float64Array>): WayOf {
  return (label, theta, ...blocks) => ({
    label,
    run: async (device) => {
      await device.store(theta)
      const all: number[] = []
      for (const block of blocks) all.push(...(await read(device, block)))
      return Float64Array.from(all)
    },
  })
}

export const noDelta: Law = {
  name: 'no delta reads as a zero delta',
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const block = { slots: bench.slots, drive: inputs.drive(bench.slots) }
    const data = new Float64Array(paramCount(bench.sheet))
    const zero = { ...block, delta: { kind: 'track', data, hold: bench.slots } } as const
    await same(bench, way('a block without delta', theta, block), way('a block with a zero delta', theta, zero))
  },
}

export const noAfterglow: Law = {
  name: 'a delta does not outlive its block',
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const plain = { slots: bench.slots, drive: inputs.drive(bench.slots) }
    for (const delta of [inputs.delta(bench.slots), inputs.signs(bench.slots)]) {
      await same(
        bench,
        way('a block after a plain block', theta, plain, plain),
        way(`a block after a block with ${delta.kind} delta`, theta, { ...plain, delta }, plain),
      )
    }
  },
}

export const storedDelta: Law = {
  name: 'store(theta + delta) reads as store(theta) with delta',
  check: async (bench) => {
    // Once near the safe values, once up to nine tenths of the way to the limits.
    for (const spread of [bench.options.spread ?? 0.1, 0.6]) await sameStored(bench, spread)
  },
}

/** Demands that parameters stored with a perturbation read as the perturbation. */
export async function sameStored(
  bench: Bench,
  spread: number | readonly number[],
  wayOf: WayOf = way,
  of?: Readings,
): Promise<void> {
  const inputs = bench.inputs(spread)
  const theta = inputs.theta()
  const slots = bench.slots
  const drive = inputs.drive(slots)
  const delta = inputs.delta(1, slots)
  const moved = theta.map((value, i) => value + delta.data[i])
  await same(
    bench,
    wayOf('store(theta + delta)', moved, { slots, drive }),
    wayOf('store(theta) with delta', theta, { slots, drive, delta }),
    of,
  )
}

export const signs: Law = {
  name: 'signs read as their dense expansion',
  check: (bench) => sameSigns(bench),
}

/** Demands that a perturbation by signs reads as the rows that it stands for. */
export async function sameSigns(bench: Bench, wayOf: WayOf = way, of?: Readings): Promise<void> {
  const inputs = bench.inputs()
  const theta = inputs.theta()
  const slots = bench.slots
  const drive = inputs.drive(slots)
  for (const hold of [1, 3]) {
    const delta = inputs.signs(Math.ceil(slots / hold), hold)
    const dense = expandDense(delta, slots, bench.sheet)
    await same(
      bench,
      wayOf('a dense delta', theta, { slots, drive, delta: dense }),
      wayOf(`the same signs with hold ${hold}`, theta, { slots, drive, delta }),
      of,
    )
  }
}

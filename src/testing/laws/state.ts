import type { Block } from '../../contract/block.ts'
import { type AnyDevice, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { firstDifference } from '../same.ts'
import { readLayers } from './taps.ts'

export const restored: Law = {
  name: 'a restored snapshot is where the machine was',
  unless: (bench) => (bench.facets.state === undefined ? 'the machine has no state facet' : undefined),
  check: (bench) =>
    bench.device(async (device) => {
      const { state } = device
      if (state === undefined) return
      const inputs = bench.inputs()
      const [theta, later] = [inputs.theta(), inputs.theta()]
      const slots = bench.slots
      const block = { slots, drive: inputs.drive(slots), delta: inputs.signs(slots) }
      const replay = async () => {
        const a = await readings(device, block)
        await device.store(later)
        return Float64Array.of(...a, ...(await readings(device, block)), ...(await tapped(device, block)))
      }
      await device.store(theta)
      await readings(device, block)
      await tapped(device, block)
      const snapshot = await state.snapshot()
      const first = await replay()
      const held = new Float64Array(theta.length)
      await state.restore(snapshot, held)
      const moved = firstDifference(held, theta)
      demand(
        moved < 0,
        'the parameters of the snapshot back',
        `theta[${moved}] = ${held[moved]} instead of ${theta[moved]}`,
      )
      const second = await replay()
      if (!bench.sheet.repeatable) return
      const at = firstDifference(first, second)
      demand(at < 0, 'the same readings after a restore, bit for bit', `${second[at]} instead of ${first[at]} at ${at}`)
    }),
}

/** What is read between the layers, of a machine that can be read there. */
async function tapped(device: AnyDevice, block: Block): Promise<readonly number[]> {
  if (device.taps === undefined) return []
  return (await readLayers(device, block)).layers.flatMap((values) => [...values])
}

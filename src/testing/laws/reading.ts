import type { Receipt } from '../../contract/backend.ts'
import type { Block } from '../../contract/block.ts'
import { type AnyDevice, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { differs, firstDifference } from '../same.ts'

/** Written around and into the array before a measurement; no machine reads this. */
const UNTOUCHED = -1.0009765625e300

/** An array for `count` readings that can tell whether exactly these were written. */
export function fenced(count: number): { readonly inside: Float64Array; readonly check: (of: string) => void } {
  const around = new Float64Array(count + 16).fill(UNTOUCHED)
  const inside = around.subarray(8, 8 + count)
  return {
    inside,
    check: (of) => {
      const missed = inside.indexOf(UNTOUCHED)
      demand(missed < 0, `${count} ${of}`, `number ${missed} was not written`)
      const spilled = around.findIndex((v, i) => (i < 8 || i >= 8 + count) && v !== UNTOUCHED)
      demand(spilled < 0, `nothing written beyond ${count} ${of}`, `number ${spilled - 8} was written`)
    },
  }
}

/** `measure` writes slots x sense width numbers and not one more. */
export const exactFill: Law = {
  name: 'a block fills exactly slots x sense width readings',
  check: (bench) =>
    bench.raw(async (backend) => {
      const inputs = bench.inputs()
      await backend.store(inputs.theta())
      for (const slots of new Set([1, bench.slots])) {
        const { inside, check } = fenced(slots * bench.sheet.sense.width)
        const block = { slots, drive: inputs.drive(slots) }
        checkReceipt(await backend.measure(block, inside), block)
        check(`readings from a block of ${slots} slots`)
      }
    }),
}

export function checkReceipt(receipt: Receipt, block: Block): void {
  demand(receipt.slots === block.slots, `a receipt for ${block.slots} slots`, `${receipt.slots}`)
  for (const field of ['clipped', 'retries', 'saturated'] as const) {
    const count = receipt[field]
    demand(Number.isSafeInteger(count) && count >= 0, `receipt.${field} to be a count`, `${count}`)
  }
  demand(
    receipt.endedAt >= receipt.startedAt,
    'receipt.endedAt at or after receipt.startedAt',
    `${receipt.startedAt} .. ${receipt.endedAt} s`,
  )
}

/** A machine that never answers differently would keep most other laws. */
export const answers: Law = {
  name: 'readings answer to the parameters, the drive and the perturbation',
  check: async (bench) => {
    const inputs = bench.inputs()
    const [first, second] = [inputs.theta(), inputs.theta()]
    const slots = bench.slots
    const [drive, other] = [inputs.drive(slots), inputs.drive(slots)]
    const changes: readonly (readonly [what: string, theta: Float64Array, block: Block])[] = [
      ['another drive', first, { slots, drive: other }],
      ['a perturbation', first, { slots, drive, delta: inputs.delta(slots) }],
      ['other parameters', second, { slots, drive }],
    ]
    const read = async (device: AnyDevice, theta: Float64Array, block: Block) => {
      await device.store(theta)
      return readings(device, block)
    }
    const wanted = (what: string, differing: boolean) =>
      demand(differing, `${what} to change a reading`, 'the same readings')
    if (!bench.sheet.repeatable) {
      await bench.device(async (device) => {
        const before = await read(device, first, { slots, drive })
        for (const [what, theta, block] of changes)
          wanted(what, differs(bench, before, await read(device, theta, block)))
      })
      return
    }
    // A repeatable machine in its first state has the same noise every time: whatever differs is an answer. What is stored
    // first would be all that a machine reads which takes no second.
    const apart = (theta: Float64Array, block: Block) =>
      bench.device(async (device) => {
        await device.store(first)
        return read(device, theta, block)
      })
    const before = await apart(first, { slots, drive })
    for (const [what, theta, block] of changes) wanted(what, firstDifference(before, await apart(theta, block)) >= 0)
  },
}

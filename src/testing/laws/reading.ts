import type { Receipt } from '../../contract/backend.ts'
import type { Block } from '../../contract/block.ts'
import { readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { differs } from '../same.ts'

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
  check: (bench) =>
    bench.device(async (device) => {
      const inputs = bench.inputs()
      const [first, second] = [inputs.theta(), inputs.theta()]
      const slots = bench.slots
      const [drive, other] = [inputs.drive(slots), inputs.drive(slots)]
      await device.store(first)
      const before = await readings(device, { slots, drive })
      const driven = await readings(device, { slots, drive: other })
      demand(differs(bench, before, driven), 'another drive to change a reading', 'the same readings')
      const perturbed = await readings(device, { slots, drive, delta: inputs.delta(slots) })
      demand(differs(bench, before, perturbed), 'a perturbation to change a reading', 'the same readings')
      await device.store(second)
      const stored = await readings(device, { slots, drive })
      demand(differs(bench, before, stored), 'other parameters to change a reading', 'the same readings')
    }),
}

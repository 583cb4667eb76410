import type { CheckedDevice } from '../../../contract/device.ts'
import type { Cost } from '../../../cost/cost.ts'
import { finiteDifference } from '../../../rules/mgd/finite-difference.ts'
import type { RuleBench } from './bench.ts'

/** The gradient of a machine without noise by central differences; `step` in the unit of its banks, one for all or one per bank. */
export function differenceTruth(
  open: () => CheckedDevice,
  cost: Cost,
  step: number | readonly number[],
): NonNullable<RuleBench['truth']> {
  return async (theta, lesson) => {
    await using device = open()
    await device.store(theta)
    const { gradient } = await finiteDifference(device, lesson, { step, cost })
    return gradient
  }
}

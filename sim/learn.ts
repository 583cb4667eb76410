import { createCode, meanNormSquared } from '../src/codes/code.ts'
import { perParameter } from '../src/codes/expand.ts'
import type { Receipt } from '../src/contract/backend.ts'
import type { Delta } from '../src/contract/block.ts'
import type { LearnJob } from '../src/contract/facets.ts'
import { Mirror } from '../src/contract/mirror.ts'
import { meanSquaredError } from '../src/cost/mean-squared-error.ts'
import type { Body } from './body.ts'

/**
 * Discrete multiplexed gradient descent on board of a simulated machine: one step after the other, as firmware does it.
 * Writes the mean baseline cost of each sample to `costs`; the parameters are in the body afterwards.
 */
export function learn(body: Body, job: LearnJob, costs: Float64Array): Receipt {
  const { drive, sense, banks } = body.sheet
  const count = body.theta.length
  const amplitude = perParameter(body.sheet, job.code.amplitudes)
  const scale = job.rate / meanNormSquared(job.code.family, amplitude)
  const low = perParameter(
    body.sheet,
    banks.map((bank) => bank.min),
  )
  const high = perParameter(
    body.sheet,
    banks.map((bank) => bank.max),
  )
  const source = createCode(job.code.family, job.code.seed, count)
  const signs = new Float64Array(count)
  const sum = new Float64Array(count)
  const theta = new Float64Array(count)
  const reading = new Float64Array(sense.width)
  const cost = new Float64Array(1)
  // The perturbation stops at the limits, as converters do.
  const mirror = new Mirror(body.sheet)
  mirror.set(body.theta)
  let [clipped, saturated, slots, startedAt, endedAt] = [0, 0, 0, -1, 0]
  costs.fill(0)
  let baseline = 0
  for (let step = 0; step < job.rows * job.hold; step++) {
    const row = Math.floor(step / job.hold)
    const shown = {
      kind: 'track',
      data: job.drive.subarray(row * drive.width, (row + 1) * drive.width),
      hold: 1,
    } as const
    const targets = { data: job.target.subarray(row * sense.width, (row + 1) * sense.width), rows: 1, hold: 1 }
    const measure = (delta?: Delta) => {
      const receipt = body.run(
        delta === undefined ? { slots: 1, drive: shown } : { slots: 1, drive: shown, delta },
        reading,
      )
      if (startedAt < 0) startedAt = receipt.startedAt
      endedAt = receipt.endedAt
      saturated += receipt.saturated
      slots++
      meanSquaredError.values(reading, 1, sense.width, targets, cost)
      return cost[0]
    }
    if (step % job.hold === 0 || step % job.updateEvery === 0) baseline = measure()
    costs[row] += baseline / job.hold
    const first = job.code.first + step
    const perturbed = mirror.limit({ ...job.code, first }, 1, 'clip')
    clipped += perturbed.clipped
    const change = measure(perturbed.delta) - baseline
    source.fill(first, signs)
    for (let i = 0; i < count; i++) sum[i] += change * amplitude[i] * signs[i]
    if ((step + 1) % job.updateEvery !== 0) continue
    for (let i = 0; i < count; i++) {
      const moved = body.theta[i] - scale * sum[i]
      theta[i] = Math.min(Math.max(moved, low[i]), high[i])
      if (theta[i] !== moved) clipped++
    }
    body.store(theta)
    mirror.set(theta)
    sum.fill(0)
  }
  return { slots, clipped, retries: 0, saturated, startedAt, endedAt }
}

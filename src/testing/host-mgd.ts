import { createCode } from '../codes/code.ts'
import { perParameter } from '../codes/expand.ts'
import type { Family } from '../contract/block.ts'
import type { LearnJob } from '../contract/facets.ts'
import type { AnyDevice } from './bench.ts'
import { demand } from './law.ts'

/** What the host's own loop made of a job. */
export interface HostRun {
  readonly theta: Float64Array
  readonly costs: Float64Array
  /** Variance of every parameter that reading noise of standard deviation `noise` explains, to first order. */
  readonly variance: Float64Array
}

/** Mean over time of the squared 2-norm of a code, from the amplitude of every parameter. */
function normSquared(family: Family, amplitude: Float64Array): number {
  const sum = amplitude.reduce((total, a) => total + a * a, 0)
  if (family === 'sinusoid') return sum / 2
  return family === 'sequential' ? sum / amplitude.length : sum
}

/**
 * Discrete multiplexed gradient descent, one step at a time through `store` and `measure` alone.
 *
 * Deliberately a plain loop that shares nothing with the rules: it is what an on-board implementation is compared with.
 */
export async function hostMgd(device: AnyDevice, start: Float64Array, job: LearnJob): Promise<HostRun> {
  const { sheet } = device
  const theta = start.slice()
  const variance = new Float64Array(theta.length)
  const sum = new Float64Array(theta.length)
  const spread = new Float64Array(theta.length)
  const costs = new Float64Array(job.rows)
  const source = createCode(job.code.family, job.code.seed, theta.length)
  const amplitude = perParameter(sheet, job.code.amplitudes)
  const scale = job.rate / normSquared(job.code.family, amplitude)
  let baseline = { cost: 0, variance: 0 }
  await device.store(theta)
  for (let step = 0; step < job.rows * job.hold; step++) {
    const row = Math.floor(step / job.hold)
    if (step % job.hold === 0 || step % job.updateEvery === 0) baseline = await cost(device, job, row)
    const delta = new Float64Array(theta.length)
    source.fill(job.code.first + step, delta)
    for (let i = 0; i < delta.length; i++) delta[i] *= amplitude[i]
    const perturbed = await cost(device, job, row, delta)
    costs[row] += baseline.cost / job.hold
    for (let i = 0; i < theta.length; i++) {
      const gain = scale * delta[i]
      sum[i] += gain * (perturbed.cost - baseline.cost)
      // The baseline's error is shared by the steps of a window; adding magnitudes bounds that.
      spread[i] += Math.abs(gain) * Math.sqrt(perturbed.variance + baseline.variance)
    }
    if ((step + 1) % job.updateEvery === 0) {
      for (let i = 0; i < theta.length; i++) {
        theta[i] -= sum[i]
        variance[i] += spread[i] ** 2
      }
      sum.fill(0)
      spread.fill(0)
      await device.store(theta)
    }
  }
  return { theta, costs, variance }
}

/** Mean squared error of one sample, and the variance that reading noise gives it. */
async function cost(device: AnyDevice, job: LearnJob, row: number, delta?: Float64Array) {
  const { sheet } = device
  const outputs = sheet.sense.width
  const drive = job.drive.subarray(row * sheet.drive.width, (row + 1) * sheet.drive.width)
  const block = { slots: 1, drive: { kind: 'track', data: drive, hold: 1 } } as const
  const into = new Float64Array(outputs)
  await device.measure(delta === undefined ? block : { ...block, delta: { kind: 'track', data: delta, hold: 1 } }, into)
  let total = 0
  let variance = 0
  for (let o = 0; o < outputs; o++) {
    const error = into[o] - job.target[row * outputs + o]
    total += error * error
    variance += ((2 * error) / outputs) ** 2 * sheet.sense.noise ** 2
  }
  return { cost: total / outputs, variance }
}

/** A rate that moves the most moved parameter by `wanted` of its bank's unit in the job's first window. */
export async function rateFor(device: AnyDevice, start: Float64Array, job: LearnJob, wanted: number): Promise<number> {
  const rows = Math.ceil(job.updateEvery / job.hold)
  const first = {
    ...job,
    rows,
    drive: job.drive.subarray(0, rows * device.sheet.drive.width),
    target: job.target.subarray(0, rows * device.sheet.sense.width),
    rate: 1,
  }
  const { theta } = await hostMgd(device, start, first)
  let most = 0
  for (let i = 0; i < theta.length; i++) most = Math.max(most, Math.abs(theta[i] - start[i]))
  demand(most > 0, 'a cost that changes with the parameters', 'none in the first window; try another spread or seed')
  return wanted / most
}

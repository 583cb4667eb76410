import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import type { Chart } from '../../src/report/chart.ts'
import type { Picture } from '../../src/report/experiment.ts'

interface Metrics {
  readonly ideal: number
  readonly inSilicoThenDeployed: number
  readonly inTheLoop: number
  readonly perSeed: Readonly<Record<string, readonly number[]>>
  readonly twinResidualBefore: number
  readonly twinResidualAfter: number
  readonly reads: number
  readonly calibrationReads?: readonly number[]
  readonly firmwareInProcess?: readonly number[]
  readonly simulatedInProcess?: readonly number[]
}

async function run(words: readonly string[], seed = 1) {
  const { run } = await findExperiment('chip-in-the-loop').prepare(words, 'full')
  const figures: (Chart | Picture)[] = []
  const metrics = (await run({ seed, progress() {}, figure: (one) => figures.push(one) })) as unknown as Metrics
  return { metrics, figures }
}

describe('chip-in-the-loop', () => {
  it('is as good on a chip 20 % off its design as on the ideal one, where deploying is not', async () => {
    // The fourth chip of the published run loses 20 points by deploying; four epochs show it already.
    const { metrics, figures } = await run(['seeds=1', 'epochs=4'], 4)
    expect(metrics.ideal).toBeGreaterThan(0.9)
    // 539 test rows: a difference scatters by 1.2 points where both are right 19 times in 20.
    expect(metrics.inTheLoop).toBeGreaterThan(metrics.ideal - 0.04)
    expect(metrics.inSilicoThenDeployed).toBeLessThan(metrics.inTheLoop - 0.08)
    expect(figures).toMatchObject([{ title: 'Test accuracy', x: 'epoch', level: { name: 'in silico, then deployed' } }])
  })

  it('makes up for the scatter of a lattice, and has a smaller residual once calibrated', async () => {
    const words = ['device=lattice', 'seeds=2', 'epochs=40']
    const { metrics } = await run(words)
    expect(metrics.perSeed.inTheLoop).toHaveLength(2)
    expect(metrics.inTheLoop).toBeGreaterThan(metrics.inSilicoThenDeployed + 0.01)
    expect(Math.abs(metrics.ideal - metrics.inTheLoop)).toBeLessThan(0.015)
    const { metrics: calibrated } = await run([...words, 'twin=calibrated', 'probes=12', 'probeRows=16'])
    expect(calibrated.calibrationReads).toEqual([192, 192])
    expect(calibrated.twinResidualAfter).toBeLessThan(metrics.twinResidualAfter / 2)
  })

  it('runs on the firmware’s chip beside the simulated one', async () => {
    const { metrics } = await run(['wire=firmware', 'seeds=1', 'epochs=20'])
    expect(metrics.firmwareInProcess).toEqual(metrics.perSeed.inTheLoop)
    // 45 test rows; steps of 2^-11 V hardly move an answer.
    expect(Math.abs(metrics.inTheLoop - (metrics.simulatedInProcess?.[0] ?? 0))).toBeLessThan(0.07)
  })

  it.each([
    ['mgd-chip', 'regression', 'digits, iris'],
    ['lattice', 'digits', 'iris, regression'],
  ])('refuses %s the task %s', async (device, task, others) => {
    await expect(run([`device=${device}`, `task=${task}`])).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining(`has no task ${task}; it has ${others}`),
    })
  })
})

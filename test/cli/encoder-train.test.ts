import { describe, expect, it } from 'vitest'
import { thzEncoder } from '../../sim/index.ts'
import { digitsEncoder } from '../../src/cli/tasks/digits-encoder.ts'
import { encoderPlan } from '../../src/cli/train/encoder-plan.ts'
import { type TrainArguments, trainCommand } from '../../src/cli/train/train.ts'
import { attach } from '../../src/contract/device.ts'
import { quiet } from './quiet.ts'
import { scratch } from './tools.ts'

const args: TrainArguments = {
  task: 'digits',
  device: 'sim:thz-encoder',
  rule: undefined,
  calibrate: 'none',
  set: {},
  seed: 42,
  reads: 2880,
  seconds: Number.POSITIVE_INFINITY,
  runs: scratch(),
}

describe('digits before a THz encoder', () => {
  it('are learnt by perturbing the patterns', async () => {
    await using device = attach(thzEncoder(digitsEncoder.machine))
    const plan = encoderPlan(digitsEncoder, digitsEncoder.load(42), device, { seed: 42, reads: 11_520 })
    const costs: number[] = []
    for await (const { cost } of plan.run(new AbortController().signal)) costs.push(cost)
    // All readings are zero at the start: the cost of a guess among ten. Twenty updates of 64 rows lower it.
    expect(costs).toHaveLength(20)
    expect(costs[0]).toBeCloseTo(Math.log(10), 1)
    expect(costs.at(-1)).toBeLessThan(costs[0] - 0.1)
  })

  it('say what the machine is, and are answered over its presets', async () => {
    const console = quiet()
    const result = await trainCommand(
      { ...args, device: 'sim:thz-encoder:bench', reads: 576, set: { noise: '5 mV' } },
      console,
    )
    expect(console.said[0]).toBe('simulator: thz-encoder, 10 of 8x8 at 320 um, bench, machine 42')
    // One update of 64 rows with 8 perturbations and a baseline, and every row at the end.
    expect(result.reads).toBe(576 + 1797)
  })

  it('are learnt by slopes of a twin from far fewer reads', async () => {
    const result = await trainCommand({ ...args, rule: 'chip-in-the-loop', reads: 1280 }, quiet())
    expect(result.testAccuracy).toBeGreaterThan(0.6)
  })

  it('are the only task with a form for it', async () => {
    await expect(trainCommand({ ...args, task: 'xor' }, quiet())).rejects.toMatchObject({
      code: 'CONFIG',
      hint: 'for example: insitu train --task digits --device sim:thz-encoder',
    })
  })
})

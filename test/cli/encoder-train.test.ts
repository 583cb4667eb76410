import { describe, expect, it } from 'vitest'
import { type TrainArguments, trainCommand } from '../../src/cli/train/train.ts'
import { eventsOf, readRun, type StepsEvent } from '../../src/run/index.ts'
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
    const console = quiet()
    const result = await trainCommand(args, console)
    expect(console.said[0]).toBe('simulator: thz-encoder, 10 of 8x8 at 320 um, ideal, machine 42')
    const steps = eventsOf<StepsEvent>(readRun(result.run), 'steps')
    // All readings are zero at the start: the cost of a guess among ten. Five updates of 64 rows lower it.
    expect(steps[0].cost).toBeCloseTo(Math.log(10), 1)
    expect(steps.at(-1)?.cost).toBeLessThan(steps[0].cost - 0.05)
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

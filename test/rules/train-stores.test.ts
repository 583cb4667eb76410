import { describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { sgd } from '../../src/optim/sgd.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { type TrainOptions, train } from '../../src/rules/train.ts'

/** A rule that reads nothing from the machine, as one that trains a model does. */
const modelled: Rule<never, null> = {
  name: 'modelled',
  needs: [],
  begin: () => null,
  step: async (_device, _state, theta) => ({
    ...{ cost: 1, slots: 0, clipped: 0, saturated: 0, retries: 0 },
    gradient: new Float64Array(theta.length).fill(-1),
  }),
}

/** First parameter of every store of a run of seven steps, each adding 0.1. */
async function stores(options: TrainOptions): Promise<number[]> {
  const chip = mgdChip({ layers: [2, 2, 1], activation: 'sigmoid', seed: 1 })
  const seen: number[] = []
  const store: typeof chip.store = (theta) => {
    seen.push(Math.round(10 * theta[0]))
    return chip.store(theta)
  }
  await using device = attach({ ...chip, store })
  const lessons = { next: () => ({ rows: 0, drive: new Float64Array(0), target: new Float64Array(0) }) }
  for await (const _ of train(modelled, device, new Float64Array(9), lessons, { steps: 7, ...options }));
  return seen
}

describe('the training loop stores', () => {
  it('the start, and the parameters after every step', async () => {
    expect((await stores({ optimizer: sgd(0.1) })).slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('less often where it is told to, and after the last step always', async () => {
    expect((await stores({ optimizer: sgd(0.1), storeEvery: 3 })).slice(0, 4)).toEqual([0, 3, 6, 7])
    expect((await stores({ optimizer: sgd(0.1), storeEvery: Number.POSITIVE_INFINITY })).slice(0, 2)).toEqual([0, 7])
  })

  it('never with a number of steps that is none', async () => {
    for (const storeEvery of [0, -1, Number.NaN])
      await expect(stores({ optimizer: sgd(0.1), storeEvery })).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import type { Figure } from '../../src/report/experiment.ts'

interface Metrics {
  readonly weightError: number | null
  readonly edgeAuc: readonly number[]
  readonly localError: readonly number[]
  readonly missed: readonly number[]
  readonly spurious: readonly number[]
  readonly failures: readonly string[]
}

async function run(words: readonly string[], figures: Figure[] = []): Promise<Metrics> {
  const { run } = await findExperiment('network-identify').prepare(words, 'short')
  const context = { seed: 1, progress() {}, figure: (figure: Figure) => figures.push(figure) }
  return (await run(context)) as unknown as Metrics
}

describe('network-identify', () => {
  it('finds a small network of Lorenz units and draws its weights', async () => {
    const figures: Figure[] = []
    const { weightError, edgeAuc, localError, missed, spurious, failures } = await run(['seeds=1'], figures)
    expect(edgeAuc).toEqual([1])
    // The bar for 12 units and 4000 samples is 3 %; 6 units and 1500 samples stay below it.
    expect(weightError).toBeLessThan(0.03)
    expect(localError[0]).toBeLessThan(0.001)
    expect([missed, spurious, failures]).toEqual([[0], [0], []])
    expect(figures.map(({ title }) => title)).toEqual(['Weights of the first network'])
  })

  it('counts networks that have fallen into step as failures, with the names of the nodes', async () => {
    const words = [
      'dynamics=fitzhugh-nagumo',
      'stretches=1',
      'settle=3000',
      'nodes=3',
      'links=1',
      'seeds=1',
      'samples=600',
    ]
    const { weightError, failures } = await run(words)
    expect(weightError).toBeNull()
    expect(failures).toEqual([expect.stringContaining('do not determine the weights into node 0 from nodes 1, 2')])
  })

  it('refuses a network without links', async () => {
    await expect(run(['links=0'])).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(run(['noise=-1'])).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(run(['nodes=1'])).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

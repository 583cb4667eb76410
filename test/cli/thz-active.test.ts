import { describe, expect, it } from 'vitest'
import { thzActive } from '../../src/cli/experiments/thz/active.ts'

async function run(...words: readonly string[]) {
  const prepared = await thzActive.prepare(words, 'short')
  const figures: string[] = []
  const metrics = await prepared.run({ seed: 1, progress() {}, figure: ({ title }) => figures.push(title) })
  return { metrics: metrics as Record<string, never>, figures }
}

describe('thz-active', () => {
  it('leaves at most 0.7 of the variance that chance leaves, and less than the fixed order', async () => {
    const { metrics, figures } = await run('objects=F', 'draws=2', 'method=all')
    expect(metrics).toMatchObject({
      residualVariance: { fixed: expect.closeTo(0.29, 2), greedy: expect.closeTo(0.25, 2) },
      patternsShown: { random: 8, fixed: 8, greedy: 8, gradient: 8 },
    })
    const { greedy, gradient } = metrics.overRandom as Record<string, number>
    expect(greedy).toBeLessThan(0.7)
    expect(gradient).toBeLessThan(greedy)
    expect((metrics.overFixed as Record<string, number>).greedy).toBeLessThan(0.9)
    expect(figures).toContain('Masks, gradient')
  })

  it('ends where a reading is not worth it', async () => {
    const { metrics } = await run('objects=none', 'draws=2', 'method=greedy', 'patterns=30', 'leastLeft=0.3')
    // The eighth is the first that leaves less: .25, after .31.
    expect(metrics).toMatchObject({ patternsShown: { greedy: 8 }, ended: { greedy: { variance: 2 } } })
  })

  it('is the same again, also through a wave', async () => {
    const words = ['objects=F', 'draws=0', 'side=4', 'patterns=4', 'method=greedy', 'wave=model', 'distanceUm=500']
    const [one, other] = [await run(...words), await run(...words)]
    expect(one.metrics).toEqual(other.metrics)
    expect((one.metrics.residualVariance as Record<string, number>).greedy).toBeLessThan(0.5)
  })

  it('takes a wafer as thick as the patterns are far', async () => {
    const words = ['objects=F', 'draws=0', 'side=4', 'patterns=2', 'method=fixed', 'distanceUm=1500']
    await expect(run(...words)).resolves.toMatchObject({ metrics: { patternsShown: { fixed: 2 } } })
  })

  it.each(['objects=F,nothing', 'lengths=1,0', 'order=hadamard', 'prior=none'])('refuses %s', async (word) => {
    await expect(run(word)).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import type { Figure } from '../../src/report/experiment.ts'

async function run<T>(name: string, words: readonly string[]) {
  const { run } = await findExperiment(name).prepare(words, 'short')
  const figures: Figure[] = []
  const metrics = (await run({ seed: 1, progress() {}, figure: (figure) => figures.push(figure) })) as T
  return { metrics, figures }
}

interface Pair<T> {
  readonly without: readonly T[]
  readonly with: readonly T[]
}

interface Alignment {
  readonly error: Pair<number>
  readonly alignment: Pair<number>
  readonly blewUpAt: Pair<number | null>
}

const SMALL = ['samples=10', 'inputs=40', 'hidden=100', 'steps=300']

describe('feedback-alignment', () => {
  it('converges without regularisation and unaligned, and aligns with it, which costs an error', async () => {
    const { metrics, figures } = await run<Alignment>('feedback-alignment', SMALL)
    expect(metrics.error.without[0]).toBeLessThan(1e-4)
    expect(Math.abs(metrics.alignment.without[0])).toBeLessThan(0.35)
    expect(metrics.alignment.with[0]).toBeGreaterThan(0.7)
    expect(metrics.error.with[0]).toBeGreaterThan(1e-2)
    expect(figures.map(({ title }) => title)).toEqual(['Alignment', 'Error'])
  })

  it('keeps some of the alignment and loses the error when the weight decay ends', async () => {
    const { metrics } = await run<Alignment>('feedback-alignment', [...SMALL, 'ridgeSteps=100'])
    expect(metrics.error.with[0]).toBeLessThan(1e-3)
    expect(metrics.alignment.with[0]).toBeGreaterThan(0.5)
  })

  it('says when a linear net with lasting weight decay blows up', async () => {
    const linear = ['samples=5', 'inputs=20', 'hidden=20', 'activation=linear', 'lambda=1', 'steps=4000']
    const { metrics } = await run<Alignment>('feedback-alignment', linear)
    expect(metrics.blewUpAt.without[0]).toBeNull()
    expect(metrics.blewUpAt.with[0]).toBeGreaterThan(100)
  })
})

interface Linbp {
  readonly steps: readonly number[]
  readonly weightError: { readonly backprop: readonly number[]; readonly linbp: readonly number[] }
  readonly ratio: readonly number[]
  readonly digitsAccuracy: { readonly backprop: readonly number[]; readonly linbp: readonly number[] }
}

describe('linbp', () => {
  it('takes its student half the way to the teacher on the mean, and exact slopes less far', async () => {
    const words = ['samples=200', 'eta=0.01', 'steps=400', 'repeats=2', 'updates=10', 'layers=64-5-10', 'seeds=1']
    const { metrics } = await run<Linbp>('linbp', words)
    const { linbp } = metrics.weightError
    // E x relu(w.x) = w / 2 for x from N(0, 1): every step leaves 1 - eta / 2. Noise of 200 samples a step is some 1 % here.
    const left = (1 - 0.005) ** (metrics.steps[9] - metrics.steps[0])
    expect(linbp[9] / linbp[0] / left).toBeGreaterThan(0.95)
    expect(linbp[9] / linbp[0] / left).toBeLessThan(1.05)
    expect(metrics.ratio[9]).toBeGreaterThan(1.1)
    expect(metrics.digitsAccuracy.backprop).not.toEqual(metrics.digitsAccuracy.linbp)
  })
})

import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import { experimentHtml, type Figure } from '../../src/report/experiment.ts'

/** What an experiment measures, and what it drew. */
async function run<T>(name: string, words: readonly string[] = [], seed = 1) {
  const { summary, source, prepare } = findExperiment(name)
  const prepared = await prepare(words, 'full')
  const figures: Figure[] = []
  const lines: string[] = []
  const metrics = await prepared.run({
    seed,
    progress: (line) => lines.push(line),
    figure: (figure) => figures.push(figure),
  })
  const settings = prepared.settings
  const html = experimentHtml({ name, summary, source, seed, settings, metrics, seconds: 1, figures })
  return { metrics: metrics as T, lines, html }
}

interface Gradient {
  readonly relativeError: number
  readonly cosine: number
  readonly returnError: number
  readonly energyError: number
  readonly horizon: number | null
  readonly predictedBias: number
  readonly slope: number
  readonly bestEps: number
  readonly warning?: string
}

describe('echo-gradient', () => {
  it('is exact to second order in eps with two sides', async () => {
    const { metrics, html } = await run<Gradient>('echo-gradient')
    // Gates of the reference: 2.0 +- 0.1 over 1e-1..1e-3, 1e-8 at 1e-4, 1e-12 of the start.
    expect(Math.abs(metrics.slope - 2)).toBeLessThan(0.1)
    expect(metrics.relativeError).toBeLessThan(1e-8)
    expect(metrics.cosine).toBeGreaterThan(1 - 1e-12)
    expect(metrics.returnError).toBeLessThan(1e-12)
    // Second order at dt = 0.05, measured 2e-3 on the reference chain.
    expect(metrics.energyError).toBeLessThan(5e-3)
    expect(metrics.predictedBias / metrics.relativeError).toBeGreaterThan(0.5)
    expect(metrics.predictedBias / metrics.relativeError).toBeLessThan(2)
    expect(html).toContain('mirror at 20')
  })

  it('is off by the order of eps with one side, and needs a larger eps in single precision', async () => {
    const one = await run<Gradient>('echo-gradient', ['sided=one'])
    expect(Math.abs(one.metrics.slope - 1)).toBeLessThan(0.1)
    const single = await run<Gradient>('echo-gradient', ['precision=f32'])
    // The best of the strengths tried, near 1e-2: the next ones are 3e-3 and 1e-1.
    expect([1e-2, 3e-2]).toContain(single.metrics.bestEps)
  })

  it('warns of a time beyond the reversal horizon, and names it', async () => {
    const words = ['amplitude=3', 'time=200', 'dt=0.05', 'sites=8']
    const { metrics, lines } = await run<Gradient>('echo-gradient', words)
    expect(metrics.horizon).toBeGreaterThan(0)
    expect(metrics.horizon).toBeLessThan(200)
    const named = String(Number((metrics.horizon as number).toPrecision(3)))
    expect(metrics.warning).toContain(named)
    expect(lines.some((line) => line.includes('warning') && line.includes(named))).toBe(true)
  })
})

describe('XOR by echoes', () => {
  it('cavities learn it to 5 % at a working intensity', async () => {
    const { metrics } = await run<{ successful: number; worst: readonly number[] }>('echo-cavity-xor', [
      ...['seeds=1', 'points=0', 'iterations=600', 'eta=6e-4', 'lastEta=3e-4'],
    ])
    expect(metrics.successful).toBe(1)
    expect(metrics.worst[0]).toBeLessThan(0.05)
  })

  it('cavities do not learn it at a strong one, and the window shows both', async () => {
    interface Window {
      readonly window: { readonly successful: readonly number[]; readonly finalCost: readonly { median: number }[] }
    }
    const words = ['seeds=1', 'points=1', 'lowest=1.35', 'highest=1.35', 'intensity=1.35', 'iterations=300']
    const { metrics, html } = await run<Window>('echo-cavity-xor', words)
    expect(metrics.window.successful).toEqual([0])
    // All outputs at zero cost a quarter of the squared amplitude.
    expect(metrics.window.finalCost[0].median).toBeGreaterThan(0.05)
    expect(html).toContain('The window of intensities')
  })

  it('a lattice of oscillators learns it', async () => {
    const { metrics } = await run<{ successful: number; worst: readonly number[] }>('echo-wave-xor', [
      'seeds=1',
      'iterations=3000',
    ])
    expect(metrics.successful).toBe(1)
    expect(metrics.worst[0]).toBeLessThan(0.05)
  })
})

describe('echo-digits', () => {
  it('learns to tell images apart, far better than the field did before', async () => {
    interface Digits {
      readonly accuracy: number
      readonly untrainedAccuracy: number
      readonly linearReference: number
    }
    // A small field and one epoch: not the published settings, but well away from chance.
    const { metrics } = await run<Digits>('echo-digits', ['side=8', 'time=12', 'epochs=1'])
    expect(metrics.untrainedAccuracy).toBeLessThan(0.3)
    expect(metrics.accuracy).toBeGreaterThan(0.5)
    expect(metrics.linearReference).toBeGreaterThan(0.9)
  })
})

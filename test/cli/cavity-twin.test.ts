import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import type { Figure } from '../../src/report/experiment.ts'
import { scratch } from './tools.ts'

const REAL = new URL('../../../shared/data/external/', import.meta.url).pathname
const present = existsSync(join(REAL, 'cavity_x.csv'))
if (!present) console.warn('SKIPPED: the real cavity runs from ../shared/data/external, which is not there')

interface Metrics {
  readonly data: string
  readonly rows: { readonly train: number; readonly heldOut: number; readonly window: number }
  readonly heldOutR2: number
  readonly coverage68: number
  readonly parameters: number
  readonly undetermined: number
  readonly setAside: number
  readonly earlier?: readonly { readonly train: number }[]
}

async function run(...words: readonly string[]) {
  const figures: Figure[] = []
  const { run } = await findExperiment('cavity-twin').prepare(words, 'full')
  const metrics = await run({ seed: 1, progress() {}, figure: (one) => figures.push(one) })
  return { metrics: metrics as unknown as Metrics, figures }
}

const SMALL = ['data=simulated', 'inputs=4', 'outputs=3', 'rows=1500', 'train=1000', 'validate=200', 'window=800']

describe('cavity-twin', () => {
  it('forecasts a simulated cavity, with intervals that cover what they should, and leaves glitches out', async () => {
    const { metrics, figures } = await run(...SMALL, 'drift=0', 'origins=1')
    expect(metrics).toMatchObject({
      data: 'simulated',
      rows: { heldOut: 500, window: 800 },
      parameters: 27,
      undetermined: 0,
    })
    // Noise of 0.005 on readings that spread by about 0.1, and 1.5 % of rows that read nonsense, which nothing can forecast.
    expect(metrics.heldOutR2).toBeGreaterThan(0.8)
    // 1,500 held-out readings, and a width from 600: one standard deviation of the share is 0.023. Four of them.
    expect(metrics.coverage68).toBeGreaterThan(0.59)
    expect(metrics.coverage68).toBeLessThan(0.77)
    expect(metrics.setAside).toBeGreaterThan(10)
    expect(metrics.earlier?.map(({ train }) => train)).toEqual([500])
    expect(figures.map(({ title }) => title)).toEqual([
      'Held-out readings, physics twin',
      'Errors of the physics twin on held-out readings',
    ])
  })

  it('knows the amplitude of a field from a polynomial', async () => {
    const clean = [...SMALL, 'glitches=0', 'drift=0', 'noise=0.001']
    const r2 = async (model: string) => (await run(...clean, `model=${model}`)).metrics.heldOutR2
    const [linear, quadratic, physics] = [await r2('linear'), await r2('quadratic'), await r2('physics')]
    expect(quadratic).toBeGreaterThan(linear)
    expect(physics).toBeGreaterThan(quadratic)
    expect(physics).toBeGreaterThan(0.999)
  })

  it('chooses the window by itself: short where the cavity drifts, long where it does not', async () => {
    const window = async (drift: number) => {
      const { metrics } = await run(...SMALL, 'glitches=0', 'window=auto', `drift=${drift}`)
      return metrics.rows.window
    }
    expect(await window(0)).toBe(1000)
    expect(await window(1)).toBeLessThan(500)
  })

  it.each([
    [['data=/nowhere'], /cavity_x.csv" cannot be read: there is no such file/],
    [[...SMALL, 'train=1500'], /1500 measured rows leave none to hold out after 1500/],
    [[...SMALL, 'validate=1000'], /validate must be less than train \(1000\), got 1000/],
    [[...SMALL, 'window=soon'], /window must be a whole number from 1, or auto, got "soon"/],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toMatchObject({ code: 'CONFIG', message: expect.stringMatching(message) })
  })

  it('refuses files that do not belong together', async () => {
    const folder = scratch()
    writeFileSync(join(folder, 'cavity_x.csv'), '1,2\n3,4\n')
    writeFileSync(join(folder, 'cavity_y.csv'), '1\n')
    await expect(run(`data=${folder}`)).rejects.toMatchObject({
      code: 'CONFIG',
      message: 'cavity-twin: cavity_x.csv has 2 rows, cavity_y.csv has 1',
    })
  })

  it.skipIf(!present)('predicts the real cavity, glitches of its measurement and all', async () => {
    const { metrics } = await run(`data=${REAL}`, 'window=500', 'validate=200')
    expect(metrics).toMatchObject({ data: 'measured', rows: { train: 9000, heldOut: 300 }, parameters: 820 })
    expect(metrics.heldOutR2).toBeGreaterThan(0.985)
    expect(metrics.coverage68).toBeGreaterThan(0.6)
    expect(metrics.coverage68).toBeLessThan(0.76)
  })
})

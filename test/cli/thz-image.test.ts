import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thzImage } from '../../src/cli/experiments/thz/image.ts'
import { thzResolution } from '../../src/cli/experiments/thz/resolution.ts'
import { patternsOf } from '../../src/patterns/family.ts'

async function run(experiment: typeof thzImage, ...words: readonly string[]) {
  const prepared = await experiment.prepare(words, 'short')
  const figures: string[] = []
  const metrics = await prepared.run({ seed: 1, progress() {}, figure: ({ title }) => figures.push(title) })
  return { metrics: metrics as Record<string, never>, figures }
}

describe('thz-image', () => {
  const few = ['iterations=100', 'method=pinv,tv-wave']

  it('undoes the wave, and is worse than nothing with the index of vacuum', async () => {
    const right = await run(thzImage, ...few)
    const wrong = await run(thzImage, ...few, 'reconstructionIndex=1')
    const quality = ({ metrics }: typeof right) => metrics.psnrDb as Record<string, number>
    // Measured: 14.3, 17.6 and 9.4 dB.
    expect(quality(right)['tv-wave']).toBeGreaterThan(quality(right).pinv + 2)
    expect(quality(wrong)['tv-wave']).toBeLessThan(quality(right).pinv - 2)
    expect(right.figures).toEqual(['Images from 64 patterns, noise 0.01', 'Quality against cost'])
    expect(right.metrics).toMatchObject({ patterns: 64, everyMethodFailsAt: [] })
  })

  it('lets the reconstruction have a narrower grid than the machine', async () => {
    const small = ['grid=16', 'pitchUm=160', 'samplingRatio=0.25', 'iterations=30', 'method=tv-wave', 'padding=4']
    const quality = async (...words: readonly string[]) => (await run(thzImage, ...small, ...words)).metrics.psnrDb
    const same = await quality('modelPadding=0')
    expect(await quality('modelPadding=4')).toBe(same)
    expect(await quality('modelPadding=1')).not.toBe(same)
  })

  it('sweeps over sampling and signal to noise; from too little of a star nothing comes', async () => {
    const { metrics, figures } = await run(
      thzImage,
      ...[
        'object=star',
        'grid=16',
        'failDb=20',
        'samplingRatio=0.04,0.08',
        'snrDb=30,60',
        'method=pinv,dgi',
        'pairing=single',
      ],
    )
    expect(metrics.cases).toEqual([
      '10 patterns, 30 dB',
      '10 patterns, 60 dB',
      '20 patterns, 30 dB',
      '20 patterns, 60 dB',
    ])
    expect((metrics.psnrDb as Record<string, number[]>).pinv).toHaveLength(4)
    expect(metrics.everyMethodFailsAt).toEqual(metrics.cases)
    expect(figures).toContain('Quality against sampling')
    expect(figures).toContain('Quality against signal to noise')
  })

  it('takes patterns and values of one own from files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'thz-'))
    const [order, values, pairs] = ['order.csv', 'values.csv', 'pairs.csv'].map((name) => join(folder, name))
    const patterns = patternsOf('hadamard walsh', 4, 4)
    const image = Float64Array.from({ length: 16 }, (_, p) => (p % 5 === 0 ? 1 : 0))
    const seen = new Float64Array(16)
    patterns.project(image, seen)
    const rows = Array.from({ length: 16 }, (_, k) => {
      const row = new Float64Array(16)
      patterns.fill(k, row)
      return row.join(',')
    })
    writeFileSync(order, rows.join('\n'))
    writeFileSync(values, seen.join('\n'))
    writeFileSync(pairs, [...seen].map((value) => `${0.3 + value / 2},${0.3 - value / 2}`).join('\n'))
    for (const file of [values, pairs]) {
      const { metrics, figures } = await run(
        thzImage,
        'grid=4',
        `order=${order}`,
        `values=${file}`,
        'method=pinv',
        'noise=0',
      )
      expect(figures).toEqual(['Images from 16 patterns'])
      expect(metrics).toMatchObject({ patterns: 16, iterations: expect.any(Number) })
      expect(metrics).not.toHaveProperty('psnrDb')
    }
    await expect(run(thzImage, 'grid=4', 'order=raster', `values=${order}`)).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(run(thzImage, 'grid=8', `order=${order}`)).rejects.toMatchObject({ code: 'CONFIG' })
  })

  it.each(['method=guess', 'order=hadamard', 'samplingRatio=0', 'object=nothing', 'hold=1 settle=1'])(
    'refuses %s',
    async (words) => {
      await expect(run(thzImage, ...words.split(' '))).rejects.toMatchObject({ code: 'CONFIG' })
    },
  )
})

describe('thz-resolution', () => {
  it('tells bars that waves carry from those that they do not', async () => {
    const { metrics, figures } = await run(thzResolution, 'iterations=150')
    const { visibility } = metrics as unknown as { visibility: Record<string, number> }
    // Half-pitches down to 122 um reach the patterns; measured: .00 and .88.
    expect(Math.abs(visibility['80'])).toBeLessThan(0.05)
    expect(visibility['160']).toBeGreaterThan(0.7)
    expect(metrics).toMatchObject({ resolvedUm: 160, cutoffUm: expect.closeTo(121.8, 1) })
    expect(figures).toEqual(['Visibility of three bars', 'Bars, what reaches the wafer, and the images'])
  })
})

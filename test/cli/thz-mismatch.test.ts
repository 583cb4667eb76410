import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../../src/cli/experiments/settings.ts'
import { thzMismatch } from '../../src/cli/experiments/thz/mismatch.ts'
import { MISMATCH_SETTINGS } from '../../src/cli/experiments/thz/mismatch-settings.ts'
import { sweepCases } from '../../src/cli/experiments/thz/mismatch-sweep.ts'

const TINY = ['grid=8', 'pitchUm=320', 'patterns=32', 'calibrationPatterns=24', 'iterations=40', 'object=P']

async function run(...words: readonly string[]) {
  const prepared = await thzMismatch.prepare([...TINY, ...words], 'short')
  const figures: string[] = []
  const metrics = await prepared.run({ seed: 1, progress() {}, figure: ({ title }) => figures.push(title) })
  return { metrics: metrics as Record<string, never>, figures }
}

describe('thz-mismatch', () => {
  it('moves the machine to where it should be', async () => {
    const { metrics, figures } = await run(
      ...['shiftUm=120,-80', 'rotationMrad=0', 'magnification=0', 'distanceError=0', 'calibrate=machine'],
    )
    const shift = (of: unknown) => (of as { parameters: { shiftXUm: { found: number } } }).parameters.shiftXUm.found
    // A tenth of a pixel: the twin lives on a coarser grid than the machine.
    expect(Math.abs(shift(metrics.machine) + 120)).toBeLessThan(32)
    expect(Object.keys(metrics.psnrDb)).toEqual(['before', 'machine', 'ideal'])
    const { before, machine, ideal } = metrics.psnrDb as Record<string, number>
    expect(machine).toBeGreaterThan(before)
    expect(ideal - machine).toBeLessThan(ideal - before)
    expect(figures).toHaveLength(1)
  })

  it('compares mismatches one at a time: each case differs from none in what its name says', () => {
    const [none, ...others] = sweepCases(defaultsOf(MISMATCH_SETTINGS))
    expect(none.settings).toMatchObject({ shiftUm: [0, 0], rotationMrad: 0, distanceError: 0, indexError: 0, depth: 1 })
    for (const { settings } of others) {
      const changed = Object.entries(settings).filter(([key, value]) => {
        const before = none.settings[key as keyof typeof settings]
        return JSON.stringify(value) !== JSON.stringify(before)
      })
      expect([1, 2]).toContain(changed.length)
    }
    const vacuum = others.find(({ name }) => name === 'index of vacuum')
    expect((vacuum?.settings.index ?? 0) * (1 + (vacuum?.settings.indexError ?? 0))).toBeCloseTo(1, 12)
  })

  it.each(['calibrate=maybe', 'calibrationObject=nothing', 'shiftUm=3', 'grid=3'])('refuses %s', async (word) => {
    await expect(run(word)).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

import { describe, expect, it } from 'vitest'
import { chainDigits } from '../../src/cli/experiments/chain/chain-digits.ts'
import { look } from '../../src/cli/experiments/chain/look.ts'
import {
  chainDesign,
  designTwins,
  hadamard,
  heldBanks,
  joined,
  randomPatterns,
  simulatedHalves,
  startOf,
} from '../../src/cli/experiments/chain/machines.ts'
import { digitScenes } from '../../src/cli/experiments/chain/scenes.ts'
import { CHAIN_SETTINGS, TRAINED } from '../../src/cli/experiments/chain/settings.ts'
import { chainTraining } from '../../src/cli/experiments/chain/training.ts'
import { trusted } from '../../src/cli/experiments/chain/trusted.ts'
import { defaultsOf } from '../../src/cli/experiments/settings.ts'
import { chainTwin } from '../../src/twins/chain.ts'

const SETTINGS = { ...defaultsOf(CHAIN_SETTINGS), patterns: 4, epochs: 1, batch: 32, reads: 2048 }
const data = digitScenes(1)
const design = await chainDesign(SETTINGS, data.train)
const twins = designTwins(design)
const few = {
  ...data.train,
  rows: 320,
  drive: data.train.drive.slice(0, 320 * 64),
  target: data.train.target.slice(0, 3200),
}

describe('chain-digits', () => {
  it.each(TRAINED.flatMap((trained) => (['chip-in-the-loop', 'mgd'] as const).map((rule) => [trained, rule] as const)))(
    'training %s by %s moves that and nothing else',
    async (trained, rule) => {
      await using device = joined(simulatedHalves(design, SETTINGS, 1))
      const start = startOf(design, randomPatterns(4, 1), 1)
      const held = heldBanks(device, trained)
      const twin = chainTwin(twins.encoder, twins.chip)
      const training = chainTraining(device, twin, { ...SETTINGS, rule }, { start, held, rows: few, seed: 1 })
      for await (const { slots } of training.run()) expect(slots).toBeGreaterThan(0)
      const moved = (from: number, to: number) =>
        training
          .whole()
          .subarray(from, to)
          .some((value, i) => value !== start[from + i])
      expect([moved(0, 256), moved(256, start.length)]).toEqual([trained !== 'chip', trained !== 'patterns'])
    },
  )

  it('counts what is measured of a digit: one number a pattern', async () => {
    await using device = joined(simulatedHalves(design, SETTINGS, 1))
    await device.store(startOf(design, hadamard(4), 1))
    const seen = await look(device, data.test)
    expect(seen.readingsPerDigit).toBe(4)
    // The first Hadamard pattern lets everything pass: its mean is that of the open wafer, less the noise and another split.
    const first = data.test.labels.reduce((sum, _, r) => sum + seen.codes[4 * r], 0) / data.test.rows
    expect(Math.abs(first / design.open - 1)).toBeLessThan(0.03)
    expect(design.sigma).toBeCloseTo(0.02 * design.open, 12)
  })

  it('trusts twins of both machines, and refuses one of another design', async () => {
    const theta = startOf(design, randomPatterns(4, 1), 1)
    const open = () => simulatedHalves(design, SETTINGS, 1)
    await expect(trusted(open(), twins, theta, data.train)).resolves.toBeUndefined()
    const thick = designTwins({ ...design, encoder: { ...design.encoder, gain: -4 } })
    await expect(trusted(open(), thick, theta, data.train)).rejects.toMatchObject({ code: 'TWIN' })
  })

  it('refuses layers that are none', async () => {
    await expect(chainDigits.prepare(['layers=16-x'], 'short')).rejects.toMatchObject({ code: 'CONFIG' })
    await expect(chainDigits.prepare(['layers=20-16'], 'short')).resolves.toMatchObject({
      settings: { layers: '20-16' },
    })
  })
})

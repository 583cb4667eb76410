import { describe, expect, it } from 'vitest'
import { findExperiment } from '../../src/cli/experiments/index.ts'

async function run(words: readonly string[], seed = 1) {
  const { run } = await findExperiment('chip-in-the-loop').prepare(words, 'full')
  return (await run({ seed, progress() {}, figure() {} })) as Readonly<Record<string, number & readonly number[]>>
}

describe('chip-in-the-loop on cores and waves', () => {
  it('has the gradient of a field that loses energy, where an echo has not, and both where nothing is lost', async () => {
    const found = await run([
      'device=wave-field',
      'seeds=1',
      'epochs=4',
      'loss=0.1',
      'noise=0',
      'probes=3',
      'probeRows=8',
    ])
    expect(found.echoToExactLossOn[0]).toBeLessThan(0.995)
    expect(found.echoToExactLossOff[0]).toBeGreaterThan(0.9999)
    // Calibrated without noise: what is left is where the descent stops.
    expect(found.twinToExactLossOn[0]).toBeGreaterThan(0.9999)
    expect(found.twinToExactLossOff[0]).toBeGreaterThan(0.9999)
    // A twin that knows neither loss nor disorder.
    expect(found.designedTwinToExactLossOff[0]).toBeLessThan(0.995)
    expect(found.twinToEchoLossOn[0]).toBeLessThan(found.twinToEchoLossOff[0])
  })

  it('trains the bits that a core drew', async () => {
    const found = await run(['device=core', 'seeds=1', 'epochs=1', 'pretraining=2', 'ticks=2', 'check=off'])
    // One epoch of 26 updates after two of training in silico: 539 test rows, of which chance moves some ten.
    expect(found.ideal).toBeGreaterThan(found.plainSampling[0] + 0.02)
    expect(found.inTheLoop).toBeGreaterThan(found.inSilicoThenDeployed + 0.02)
    expect(found.pointsOverPlainSampling[0]).toBeCloseTo(100 * (found.ideal - found.plainSampling[0]), 9)
    expect(found.reads).toBe(1258)
  })
})

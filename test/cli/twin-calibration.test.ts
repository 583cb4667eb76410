import { describe, expect, it } from 'vitest'
import { calibrateChip } from '../../src/cli/experiments/calibration/chip.ts'
import { coverage, within } from '../../src/cli/experiments/calibration/coverage.ts'
import { arrivals } from '../../src/cli/experiments/calibration/scaled.ts'
import { CALIBRATION_SETTINGS } from '../../src/cli/experiments/calibration/settings.ts'
import { findExperiment } from '../../src/cli/experiments/index.ts'
import { defaultsOf } from '../../src/cli/experiments/settings.ts'

const quiet = { seed: 1, progress() {}, figure() {} }

async function run<T>(words: readonly string[]) {
  const { run } = await findExperiment('twin-calibration').prepare(words, 'short')
  return (await run(quiet)) as T
}

describe('twin-calibration', () => {
  it('finds the parameters of small chips, with error bars that hold', async () => {
    const words = ['method=gauss-newton', 'layers=3-2', 'machines=12', 'settings=4', 'rows=12']
    const found = await run<{
      reads: number
      parameterErrorBefore: number
      heldResidualBefore: number
      'gauss-newton': Record<string, number>
    }>(words)
    const after = found['gauss-newton']
    expect(found.reads).toBe(48)
    expect(after.parameterError).toBeLessThan(0.9 * found.parameterErrorBefore)
    expect(after.heldResidual).toBeLessThan(found.heldResidualBefore / 4)
    expect(after.failures).toBe(0)
    // 12 chips of 24 parameters and 48 readings: 68.3 % to within four binomial deviations, were half of them independent.
    expect(Math.abs(after.parameterCoverage - 0.683)).toBeLessThan(4 * Math.sqrt((0.683 * 0.317) / (12 * 12)))
    expect(Math.abs(after.heldCoverage - 0.683)).toBeLessThan(4 * Math.sqrt((0.683 * 0.317) / (12 * 24)))
  })

  it('sees error bars that are too narrow', async () => {
    const { settings, ...others } = { ...defaultsOf(CALIBRATION_SETTINGS), layers: [3, 2], rows: 12, heldSettings: 1 }
    const plan = { ...others, method: 'gauss-newton', settings: 4 } as const
    const chips = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => calibrateChip({ ...plan, believed: 0.1 }, seed)))
    const scores = chips.map(({ methods }) => methods['gauss-newton']?.parameters ?? [])
    expect(coverage(scores).mean).toBeLessThan(0.4)
    expect(settings).toBe(12)
  })

  it('is near the best bound in a few iterations of second order, where Adam is not in as many', async () => {
    const found = await run<{ iterations: number[]; adamSteps: Record<string, (number | null)[]>; failures: number }>([
      ...['twin=scaled', 'machines=1', 'rows=20', 'adamSteps=100', 'adamRates=0.01,0.03,0.1,0.3'],
    ])
    expect(found.failures).toBe(0)
    expect(found.iterations[0]).toBeLessThanOrEqual(8)
    for (const [steps] of Object.values(found.adamSteps)) expect(steps ?? Number.POSITIVE_INFINITY).toBeGreaterThan(50)
  })

  it('counts as there only what stays there', () => {
    const seen = (...bounds: number[]) => bounds.map((bound, n) => ({ step: n + 1, bound }))
    const first = [
      { rate: 0.1, seen: seen(-50, 9.5, 2, 9.8) },
      { rate: 1, seen: seen(-50, Number.NaN, 9) },
      { rate: 2, seen: seen(0, 1) },
    ]
    const found = arrivals({ second: seen(0, 9.9, 10), first, coverage: 1, converged: true }, 1)
    expect(found).toMatchObject({ best: 10, second: 2, first: { 0.1: 4, 1: 3, 2: null }, shortfall: { 2: 9 } })
    expect(within([0.1, -0.5, 3], 1)).toBeCloseTo(2 / 3)
  })
})

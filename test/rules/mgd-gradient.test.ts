import { describe, expect, test } from 'vitest'
import { uniformTheta } from '../../devices/index.ts'
import { mgdChip } from '../../sim/index.ts'
import type { Family } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { meanSquaredError } from '../../src/cost/mean-squared-error.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { angleDeg, finiteDifference } from '../../src/rules/mgd/finite-difference.ts'
import { type MgdOptions, mgd } from '../../src/rules/mgd.ts'
import type { Lesson } from '../../src/rules/rule.ts'
import { chip, cycle, distance, joined, START, XOR } from './tools.ts'

const LETTERS = { layers: [49, 4, 4], activation: 'sigmoid' } as const
const P = 220
const lesson: Lesson = {
  rows: 1,
  drive: fillUniform(draws(1, STREAM.testInputs), 0, 1, new Float64Array(49)),
  target: Float64Array.of(1, 0, 0, 0),
}

/** G after one window of `steps` on one fixed sample of a 49-4-4 chip, and the gradient by central differences. */
async function gradients(options: Partial<MgdOptions>, steps: number, seed = 1) {
  const device = attach(mgdChip(LETTERS))
  const theta = uniformTheta(LETTERS, -0.5, 0.5, seed)
  await device.store(theta)
  const rule = mgd({ seed, norm: 0.01, tauTheta: steps, tauX: steps, ...options })
  const state = await rule.begin(device, theta)
  const estimate = await rule.step(device, state, theta, cycle([lesson]), {})
  const { gradient } = await finiteDifference(device, lesson, { step: 1e-3, cost: meanSquaredError })
  return { estimate: estimate.gradient as Float64Array, gradient }
}

async function meanAngle(family: Family, steps: number, seeds: number): Promise<number> {
  let sum = 0
  for (let seed = 1; seed <= seeds; seed++) {
    const { estimate, gradient } = await gradients({ family }, steps, seed)
    sum += angleDeg(estimate, gradient) / seeds
  }
  return sum
}

describe('angle of G to the true gradient, 49-4-4, one fixed sample', () => {
  test('walsh and sequential codes are exact after one code length', async () => {
    expect(await meanAngle('walsh', 256, 5)).toBeLessThan(0.5)
    expect(await meanAngle('sequential', P, 5)).toBeLessThan(0.5)
  })

  test.each([220, 2200])('random codes obey tan(angle) = sqrt((P - 1) / T), T = %i', async (steps) => {
    const wanted = (Math.atan(Math.sqrt((P - 1) / steps)) * 180) / Math.PI
    const angle = await meanAngle('random', steps, 5)
    // 219 independent components: the tangent scatters by 1 / sqrt(2 * 219) = 5 % a seed, 2 % over five; bar 15 %.
    expect(Math.abs(angle / wanted - 1)).toBeLessThan(0.15)
  })

  test('sinusoids come close after many slots', async () => {
    expect(await meanAngle('sinusoid', 2200, 5)).toBeLessThan(5)
  })
})

test('the two normalisations differ by exactly P for codes of equal amplitudes', async () => {
  for (const [family, factor] of [
    ['random', P],
    ['walsh', P],
    ['sequential', 1],
    ['sinusoid', P / 2],
  ] as const) {
    const norm = await gradients({ family, normalisation: 'norm-squared' }, 256)
    const amplitude = await gradients({ family, normalisation: 'amplitude-squared' }, 256)
    const ratio = amplitude.estimate.map((g, i) => g / norm.estimate[i]).filter((r) => Number.isFinite(r))
    for (const r of ratio) expect(r).toBeCloseTo(factor, 9)
  }
})

test('G is a sum: K steps give K grad C / P', async () => {
  for (const family of ['walsh', 'sequential'] as const) {
    const steps = family === 'walsh' ? 512 : 2 * P
    const { estimate, gradient } = await gradients({ family, norm: 1e-4 }, steps)
    const wanted = gradient.map((g) => (g * steps) / P)
    const size = Math.max(...wanted.map(Math.abs))
    // Forward differences: relative error of the order norm * curvature / slope.
    expect(distance(estimate, wanted) / size).toBeLessThan(1e-3)
  }
})

test('amplitudes per bank: the gradient keeps its scale, a bank at 0 is left alone', async () => {
  const device = chip()
  await device.store(START)
  const all = joined(XOR)
  const rule = mgd({
    family: 'walsh',
    seed: 2,
    amplitudes: [1e-4, 2e-4, 0, 4e-4],
    tauTheta: 16,
    normalisation: 'amplitude-squared',
  })
  const state = await rule.begin(device, START)
  const { gradient } = await rule.step(device, state, START, cycle([all]), {})
  const truth = await finiteDifference(device, all, { step: [1e-4, 1e-4, 0, 1e-4], cost: meanSquaredError })
  const wanted = truth.gradient.map((g) => 16 * g)
  // theta is w1 (4), w2 (2), b1 (2), b2 (1): parameters 6 and 7 are the bank left alone.
  for (const i of [6, 7]) expect(Math.abs((gradient as Float64Array)[i]) + Math.abs(wanted[i])).toBe(0)
  expect(distance(gradient as Float64Array, wanted)).toBeLessThan(1e-3 * Math.max(...wanted.map(Math.abs)))
})

test('a lesson of several rows gives the mean of their gradients under one perturbation', async () => {
  const g = async (lessons: readonly Lesson[]) => {
    const device = chip()
    await device.store(START)
    const rule = mgd({ seed: 3, norm: 0.05, tauTheta: 8, tauX: 8, tauP: 2 })
    const state = await rule.begin(device, START)
    return rule.step(device, state, START, cycle(lessons), {})
  }
  const batch = await g([joined(XOR)])
  const single = await Promise.all(XOR.map((one) => g([one])))
  const mean = START.map((_, i) => single.reduce((sum, e) => sum + (e.gradient as Float64Array)[i] / 4, 0))
  expect(distance(batch.gradient as Float64Array, mean)).toBeLessThan(1e-13)
  expect(batch.cost).toBeCloseTo(
    single.reduce((sum, e) => sum + e.cost / 4, 0),
    14,
  )
  expect(batch.slots).toBe(4 * 8 + 4)
})

test('a mini-batch by tau_theta = B tau_x is the sum over its samples', async () => {
  const device = chip()
  await device.store(START)
  const options = { family: 'walsh', seed: 3, norm: 1e-4, tauX: 16, tauTheta: 64 } as const
  const rule = mgd(options)
  const { gradient } = await rule.step(device, await rule.begin(device, START), START, cycle(XOR), {})
  const truth = await finiteDifference(device, joined(XOR), { step: 1e-4, cost: meanSquaredError })
  // Every sample sees one whole code length, so the estimate is exact up to curvature.
  expect(angleDeg(gradient as Float64Array, truth.gradient)).toBeLessThan(0.1)
})

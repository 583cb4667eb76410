import { describe, expect, it } from 'vitest'
import { type LatticeSpec, PAPER_STIFFNESS, parseDof } from '../../devices/index.ts'
import { attach } from '../../src/contract/device.ts'
import { squaredError } from '../../src/cost/squared-error.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { averaged } from '../../src/rules/averaged.ts'
import { inSitu } from '../../src/rules/in-situ.ts'
import { mgd } from '../../src/rules/mgd.ts'
import { mgdOnChip } from '../../src/rules/mgd-on-chip.ts'
import { mgdReplay } from '../../src/rules/mgd-replay.ts'
import { nudged } from '../../src/rules/nudged.ts'
import type { Estimate, Lesson, Rule } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'
import { cosine, device, machine, mean, norm, paper, relative, stiffnesses, thrown, WEIGHT } from '../sim/lattices.ts'
import { always, estimated, exactGradient, lessonOf, order, work } from './local-tools.ts'

const theta = stiffnesses(28).map((k) => Math.min(Math.max(k, 106), 169))
const spec: LatticeSpec = {
  geometry: paper,
  inputs: [parseDof('11.y')],
  outputs: ['13.y', '14.y'].map(parseDof),
  stiffness: PAPER_STIFFNESS,
}
const lesson = lessonOf([[-WEIGHT]], [[-0.5e-3, -0.8e-3]])
/** Slopes that noise does not reach: all that errs is the local readings. */
const cost = work([1, 1])
const exact = exactGradient(spec, theta, [-WEIGHT], [-1, -1])
const once = inSitu({ cost, adjoint: 'alone', load: 2 ** -5 })
const noisy = (seed: number) => device({ preset: 'camera', seed })
const rms = (values: readonly number[]) => Math.sqrt(mean(values.map((v) => v * v)))

/** A rule that gives these gradients one after another, and what it was shown. */
function scripted(gradients: readonly (readonly number[])[], shown: Lesson[] = [], health?: Estimate['health']) {
  let n = 0
  const rule: Rule<never, null> = {
    name: 'scripted',
    needs: [],
    begin: () => null,
    async step(_device, _state, _theta, lessons) {
      shown.push(lessons.next(), lessons.next())
      const gradient = Float64Array.from(gradients[n % gradients.length])
      return { cost: ++n, gradient, slots: 2, clipped: 1, saturated: 3, retries: 4, health }
    },
  }
  return rule
}

describe('averaged', () => {
  it('gives the mean, its standard error by closed form, and the sums of all that was counted', async () => {
    const gradients = [
      [1, 1e6 + 1, 0],
      [2, 1e6 - 1, 0],
      [6, 1e6 + 3, 0],
    ]
    const wide = attach(machine({ stiffness: [{ name: 'k', width: 28, min: 100, max: 200, step: 0 }] }))
    const padded = gradients.map((row) => [...row, ...new Array<number>(25).fill(0)])
    const found = await estimated(averaged(scripted(padded), 3), wide, theta, lesson)
    expect([...found.gradient.subarray(0, 3)]).toEqual([3, 1e6 + 1, 0])
    // Deviations 1, 2, 6: squares about the mean 4 + 1 + 9 = 14, over 3 x 2; 0, -2, 2: 8.
    expect(found.standardError?.[0]).toBeCloseTo(Math.sqrt(14 / 6), 14)
    expect(found.standardError?.[1]).toBeCloseTo(Math.sqrt(8 / 6), 9)
    expect(found.standardError?.[2]).toBe(0)
    expect(found).toMatchObject({ cost: 2, slots: 6, clipped: 3, saturated: 9, retries: 12 })
    expect(found.health?.gradientError).toBeCloseTo(Math.sqrt(22 / 6) / Math.hypot(3, 1e6 + 1), 14)
  })

  it('shows the same lessons every time and new ones at the next step', async () => {
    const shown: Lesson[] = []
    const rule = averaged(scripted([new Array<number>(28).fill(0)], shown), 3)
    const lattice = device()
    const state = await rule.begin(lattice, theta)
    let drawn = 0
    const source = { next: () => ({ ...lesson, rows: ++drawn }) }
    await rule.step(lattice, state, theta, source, {})
    await rule.step(lattice, state, theta, source, {})
    expect(shown.map(({ rows }) => rows)).toEqual([1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4])
  })

  it('adds up what was discarded and averages how well it stood out', async () => {
    const health = { signalToNoise: 3, discarded: 2 }
    const rule = averaged(scripted([new Array<number>(28).fill(0)], [], health), 4)
    const found = await estimated(rule, device(), theta, lesson)
    // A gradient of zeros has no relative error.
    expect(found.health).toEqual({ signalToNoise: 3, discarded: 8 })
  })

  it('errs by the root of the number of readings less', async () => {
    const repeats = [2, 8, 32]
    const errors = await Promise.all(
      repeats.map(async (n) =>
        rms(
          await Promise.all(
            [1, 2, 3, 4, 5, 6].map(async (seed) =>
              relative((await estimated(averaged(once, n), noisy(seed), theta, lesson)).gradient, exact),
            ),
          ),
        ),
      ),
    )
    // Six machines times 28 bonds: each within 6 %, the slope over four octaves within 0.1.
    expect(Math.abs(order(repeats, errors) + 0.5)).toBeLessThan(0.1)
  })

  it('says how large its error is, and is right about it', async () => {
    const runs = await Promise.all(
      Array.from({ length: 12 }, (_, seed) => estimated(averaged(once, 8), noisy(seed + 1), theta, lesson)),
    )
    const claimed = rms(runs.map(({ health }) => health?.gradientError as number))
    const true_ = rms(runs.map(({ gradient }) => norm(gradient.map((g, b) => g - exact[b])) / norm(gradient)))
    // A standard error from 8 readings is uncertain by 1 / sqrt(14); over 12 machines of 28 bonds by 2 %, the true one by 4 %.
    expect(claimed / true_).toBeGreaterThan(0.85)
    expect(claimed / true_).toBeLessThan(1.15)
    // Bond by bond, too: errors over claimed errors follow Student's t with 7 degrees of freedom, variance 7 / 5.
    const scaled = runs.flatMap(({ gradient, standardError }) =>
      [...gradient].map((g, b) => (g - exact[b]) / (standardError as Float64Array)[b]),
    )
    expect(rms(scaled) ** 2).toBeGreaterThan(1.0)
    expect(rms(scaled) ** 2).toBeLessThan(2.0)
  })

  it('has no spread where there is no noise', async () => {
    for (const rule of [inSitu(), nudged()]) {
      const single = await estimated(rule, device(), theta, lesson)
      const found = await estimated(averaged(rule, 3), device(), theta, lesson)
      expect([...found.gradient]).toEqual([...single.gradient])
      expect([...(found.standardError as Float64Array)]).toEqual(new Array(28).fill(0))
      expect(found.health?.gradientError).toBe(0)
      expect(found.slots).toBe(3 * single.slots)
      expect(found.cost).toBeCloseTo(single.cost, 22)
    }
  })

  it('works on mgd, in-situ and nudged alike: all three find the way, noise or not', async () => {
    const squared = exactGradient(spec, theta, [-WEIGHT], await errors())
    const rules = {
      mgd: mgd({ cost: squaredError, seed: 3, amplitudes: 2, family: 'walsh', tauX: 64, tauTheta: 64 }),
      'in-situ': inSitu({ load: 0.2 }),
      nudged: nudged({ load: 0.05 }),
    }
    for (const [name, rule] of Object.entries(rules) as [string, Rule<'adjoint' | 'local', unknown>][]) {
      const found = await estimated(averaged(rule, 4), device(), theta, lesson)
      // Walsh codes are orthogonal; their error is the curvature of the cost over +-2 N/m.
      expect(cosine(found.gradient, squared)).toBeGreaterThan(name === 'mgd' ? 0.999 : 1 - 1e-12)
      const shaky = await estimated(averaged(rule, 4), noisy(2), theta, lesson)
      expect(cosine(shaky.gradient, squared)).toBeGreaterThan(name === 'mgd' ? 0 : 0.5)
      expect(shaky.health?.gradientError).toBeGreaterThan(0.01)
      expect(shaky.standardError).toHaveLength(28)
    }
  })

  it('keeps what the rule needs and the room it asks for', () => {
    const rule = averaged(mgd({ cost: squaredError, seed: 1, amplitudes: 2 }), 2)
    expect(rule.needs).toEqual([])
    expect(rule.headroom?.(device().sheet)).toEqual([2])
    expect(rule.name).toBe('mgd, 2 repeats')
    const other = averaged(inSitu(), 5)
    expect([other.needs, other.name, 'headroom' in other]).toEqual([['adjoint', 'local'], 'in-situ, 5 repeats', false])
  })

  it('reports its error bars from the training loop', async () => {
    const k = theta.slice()
    const reports: (number | undefined)[] = []
    for await (const { standardError, health } of train(averaged(once, 2), noisy(1), k, always(lesson), {
      optimizer: sgd(1e-3),
      steps: 3,
    })) {
      expect(standardError).toHaveLength(28)
      reports.push(health?.gradientError)
    }
    expect(reports.every((value) => value !== undefined && value > 0)).toBe(true)
  })
})

/** What the model shows beyond what is wanted. */
async function errors(): Promise<number[]> {
  const ideal = device()
  await ideal.store(theta)
  const into = new Float64Array(2)
  await ideal.measure({ slots: 1, drive: { kind: 'track', data: lesson.drive, hold: 1 } }, into)
  return [into[0] + 0.5e-3, into[1] + 0.8e-3]
}

describe('averaged refuses', () => {
  it.each([1, 0, 2.5, Number.NaN])('%f repeats', (repeats) => {
    expect(thrown(() => averaged(inSitu(), repeats))).toMatchObject({
      code: 'CONFIG',
      message: `averaged: repeats must be a whole number from 2, got ${repeats}`,
      hint: expect.stringContaining('no error bar'),
    })
  })

  it('a rule that moves the machine itself, before anything moves', () => {
    for (const rule of [mgdOnChip({ seed: 1, norm: 0.05, rate: 1 }), mgdReplay({ seed: 1, norm: 0.05, rate: 1 })])
      expect(thrown(() => averaged<'codes' | 'learn', unknown>(rule, 2))).toMatchObject({
        code: 'CONFIG',
        message: `averaged: ${rule.name} estimates no gradient, so there is none to average`,
      })
  })
})

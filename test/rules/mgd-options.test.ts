import { expect, test } from 'vitest'
import { createCode, meanNormSquared } from '../../src/codes/code.ts'
import { perParameter } from '../../src/codes/expand.ts'
import type { Family } from '../../src/contract/block.ts'
import type { Device } from '../../src/contract/device.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type MgdOptions, mgd } from '../../src/rules/mgd.ts'
import { mgdAnalog } from '../../src/rules/mgd-analog.ts'
import type { Lesson } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'
import { chip, cycle, distance, joined, START, XOR } from './tools.ts'

const FAMILIES: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']
const BATCHES = [joined(XOR.slice(0, 3)), joined(XOR.slice(1)), joined([XOR[3], XOR[0], XOR[2]])]

/** Mean squared error of a lesson at given parameters, which are stored for the purpose: no perturbation is involved. */
async function costAt(device: Device, theta: Float64Array, lesson: Lesson): Promise<number> {
  const into = new Float64Array(lesson.rows)
  await device.store(theta)
  await device.measure({ slots: lesson.rows, drive: { kind: 'track', data: lesson.drive, hold: 1 } }, into)
  return into.reduce((sum, y, r) => sum + (y - lesson.target[r]) ** 2 / lesson.rows, 0)
}

type Settings = MgdOptions & { readonly amplitudes: readonly number[]; readonly eta: number }

/** The loop of the method sheet with every option, one step after the other. */
async function plainLoop(lessons: readonly Lesson[], options: Settings, steps: number) {
  const {
    family = 'random',
    seed,
    amplitudes,
    first = 0,
    eta,
    costNoise = 0,
    clip = Number.POSITIVE_INFINITY,
  } = options
  const { tauP = 1, tauX = 1, tauTheta = 1, difference, noisyBaseline, normalisation } = options
  const device = chip()
  const theta = START.slice()
  const code = createCode(family, seed, theta.length)
  const amplitude = perParameter(device.sheet, amplitudes)
  const normSquared = meanNormSquared(family, amplitude)
  const noise = draws(seed, STREAM.costNoise)
  const baselineNoise = draws(seed, STREAM.baselineNoise)
  const [s, sum] = [new Float64Array(theta.length), new Float64Array(theta.length)]
  let slots = 0
  const at = (lesson: Lesson, sign: number) => {
    slots += lesson.rows
    return costAt(
      device,
      theta.map((v, i) => v + sign * amplitude[i] * s[i]),
      lesson,
    )
  }
  let [baseline, baselines, shown] = [0, 0, -1]
  for (let t = 0; t < steps; t++) {
    if (t % tauX === 0) shown++
    const lesson = lessons[shown % lessons.length]
    code.fill(first + Math.floor(t / tauP), s)
    let change: number
    if (difference === 'opposite') {
      const up = (await at(lesson, 1)) + costNoise * noise.normal(2 * t)
      change = (up - (await at(lesson, -1)) - costNoise * noise.normal(2 * t + 1)) / 2
    } else {
      if (t % tauX === 0 || t % tauTheta === 0)
        baseline = (await at(lesson, 0)) + (noisyBaseline ? costNoise * baselineNoise.normal(baselines++) : 0)
      change = (await at(lesson, 1)) + costNoise * noise.normal(t) - baseline
    }
    change = Math.max(-clip, Math.min(clip, change))
    for (let i = 0; i < theta.length; i++) {
      const divisor = normalisation === 'amplitude-squared' ? amplitude[i] ** 2 : normSquared
      if (amplitude[i] > 0) sum[i] += (change * amplitude[i] * s[i]) / divisor
    }
    if ((t + 1) % tauTheta !== 0) continue
    for (let i = 0; i < theta.length; i++) theta[i] -= eta * sum[i]
    sum.fill(0)
  }
  return { theta, slots }
}

const options: readonly [string, Partial<Settings>][] = [
  ['opposite pairs', { difference: 'opposite' }],
  ['opposite pairs of held codes', { difference: 'opposite', tauP: 3, tauX: 2 }],
  ['opposite pairs with cost noise', { difference: 'opposite', costNoise: 0.05, tauP: 2 }],
  ['samples held over windows', { tauP: 2, tauX: 7 }],
  ['cost noise', { costNoise: 0.05, tauX: 2 }],
  ['cost noise on the baseline too', { costNoise: 0.05, noisyBaseline: true, tauX: 3 }],
  ['a first code index', { first: 2 ** 32 - 100, tauP: 2 }],
  ['a clip', { clip: 2e-3 }],
  ['amplitudes per bank', { amplitudes: [0.02, 0.01, 0, 0.03] }],
  ['the other normalisation', { normalisation: 'amplitude-squared', amplitudes: [0.02, 0.01, 0, 0.03], eta: 0.1 }],
]

test.each(options.flatMap(([name, given]) => FAMILIES.map((family) => [name, family, given] as const)))(
  '%s, %s code, step by step',
  async (_, family, given) => {
    const settings = { family, seed: 6, amplitudes: [0.02, 0.02, 0.02, 0.02], tauTheta: 5, eta: 0.5, ...given }
    const { eta, ...rule } = settings
    for (const lessons of [XOR, BATCHES]) {
      const { theta: wanted, slots } = await plainLoop(lessons, settings, 60)
      for (const burst of [4096, 11]) {
        const theta = START.slice()
        const run = train(mgd({ ...rule, burst }), chip(), theta, cycle(lessons), { optimizer: sgd(eta), steps: 12 })
        let total = 0
        for await (const { totalSlots } of run) total = totalSlots
        // Only the order of sums differs: some 100 additions of 1e-16 relative to costs near 1, over amplitudes of 1e-2.
        expect(distance(theta, wanted)).toBeLessThan(1e-11)
        // No baseline is measured twice, however a window is cut.
        expect(total).toBe(slots)
      }
      expect(distance(wanted, START)).toBeGreaterThan(1e-3)
    }
  },
)

test.each([1, 3])('the analog loop with cost noise, codes held %i steps, step by step', async (tauP) => {
  const options = {
    family: 'walsh',
    seed: 3,
    norm: 0.05,
    tauP,
    tauX: 7,
    tauTheta: 20,
    tauHp: 5,
    costNoise: 0.01,
  } as const
  const theta = START.slice()
  for await (const _ of train(mgdAnalog(options), chip(), theta, cycle(XOR), { optimizer: sgd(0.5), steps: 60 }));

  const device = chip()
  const code = createCode('walsh', 3, 9)
  const noise = draws(3, STREAM.costNoise)
  const [plain, g, s] = [START.slice(), new Float64Array(9), new Float64Array(9)]
  const amplitude = 0.05 / 3
  let [high, last] = [0, 0]
  for (let n = 0; n < 60; n++) {
    code.fill(Math.floor(n / tauP), s)
    const cost =
      (await costAt(
        device,
        plain.map((v, i) => v + amplitude * s[i]),
        XOR[Math.floor(n / 7) % 4],
      )) +
      0.01 * noise.normal(n)
    if (n % 7 === 0) last = cost
    high = (5 / 6) * (high + cost - last)
    last = cost
    for (let i = 0; i < 9; i++) {
      g[i] = (high * amplitude * s[i]) / 0.05 ** 2 / 21 + (g[i] * 20) / 21
      plain[i] -= 0.5 * g[i]
    }
  }
  expect(distance(theta, plain)).toBeLessThan(1e-12)
  expect(distance(theta, START)).toBeGreaterThan(1e-3)
})

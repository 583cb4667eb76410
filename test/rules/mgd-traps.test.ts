import { describe, expect, test } from 'vitest'
import type { MgdChipOptions } from '../../sim/index.ts'
import type { Cost } from '../../src/cost/cost.ts'
import { meanSquaredError } from '../../src/cost/mean-squared-error.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { angleDeg, finiteDifference } from '../../src/rules/mgd/finite-difference.ts'
import { type MgdOptions, mgd } from '../../src/rules/mgd.ts'
import type { Estimate } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'
import { chip, cycle, joined, START, XOR } from './tools.ts'

async function windows(options: Partial<MgdOptions>, count: number, machine: Partial<MgdChipOptions> = {}) {
  const device = chip(machine)
  await device.store(START)
  const rule = mgd({ seed: 1, norm: 0.05, ...options })
  const state = await rule.begin(device, START)
  const lessons = cycle(XOR.slice(0, 1))
  const found: (Estimate & { readonly gradient: Float64Array })[] = []
  for (let n = 0; n < count; n++) {
    const estimate = await rule.step(device, state, START, lessons, {})
    found.push({ ...estimate, gradient: (estimate.gradient as Float64Array).slice() })
  }
  return found
}

test('perturbing leaves theta as it is, on the host and on the machine', async () => {
  const device = chip()
  const theta = START.slice()
  await device.store(theta)
  const rule = mgd({ seed: 1, norm: 0.05, tauTheta: 20_000 })
  await rule.step(device, await rule.begin(device, theta), theta, cycle(XOR), {})
  expect([...theta]).toEqual([...START])
  const held = new Float64Array(9)
  await device.state.restore(await device.state.snapshot(), held)
  expect([...held]).toEqual([...START])
})

test('one step against G lowers the cost it was measured on', async () => {
  const device = chip()
  const theta = START.slice()
  const costs: number[] = []
  const rule = mgd({ family: 'walsh', seed: 1, norm: 1e-3, tauTheta: 16 })
  for await (const { cost } of train(rule, device, theta, cycle([joined(XOR)]), { optimizer: sgd(0.2), steps: 10 }))
    costs.push(cost)
  for (let n = 1; n < costs.length; n++) expect(costs[n]).toBeLessThan(costs[n - 1])
})

test('without noise settings nothing is noisy', async () => {
  const [a, b] = await windows({ family: 'walsh', tauTheta: 32, tauX: 32 }, 2)
  expect([...a.gradient]).toEqual([...b.gradient])
})

test('cost noise enters C, and the baseline only when asked', async () => {
  // With no signal to speak of G_i is noise alone: C~ s a / norm^2 = C~ / (norm sqrt(P)).
  const spread = async (noisyBaseline: boolean) => {
    const found = await windows({ norm: 3e-9, costNoise: 0.1, noisyBaseline }, 4000)
    const change = found.map(({ gradient }) => gradient[0] * 9 * 1e-9)
    return change.reduce((sum, c) => sum + c * c, 0) / change.length
  }
  // Relative error of a variance from 4000 draws: sqrt(2 / 4000) = 2.2 %; bar at five of those.
  expect(Math.abs((await spread(false)) / 0.01 - 1)).toBeLessThan(0.11)
  expect(Math.abs((await spread(true)) / 0.02 - 1)).toBeLessThan(0.11)
})

test('a clip bounds every change; what is no number counts as none and is reported', async () => {
  const [free] = await windows({}, 1)
  const limit = Math.abs(free.gradient[0] * 0.05 * 3) / 4
  const [held] = await windows({ clip: limit }, 1)
  expect(Math.abs(held.gradient[0])).toBeCloseTo(Math.abs(free.gradient[0]) / 4, 12)
  let calls = 0
  const broken: Cost = {
    ...meanSquaredError,
    name: 'sometimes no number',
    values(sense, slots, width, targets, into) {
      meanSquaredError.values(sense, slots, width, targets, into)
      if (++calls % 4 === 0) into[0] = Number.NaN
    },
  }
  const found = await windows({ cost: broken }, 4)
  expect(found.map((e) => e.health?.discarded)).toEqual([undefined, 1, undefined, 1])
  expect([...found[1].gradient]).toEqual(new Array(9).fill(0))
})

describe('health', () => {
  const step = 2 ** -14

  test('the signal is stated in converter steps', async () => {
    const machine = { imperfections: { converters: { ...converters, sense: { min: -2, max: 2, step } } } }
    for (const norm of [0.01, 0.002, 1e-5]) {
      const [coarse] = await windows({ norm, tauTheta: 256 }, 1, machine)
      const [fine] = await windows({ norm, tauTheta: 256 }, 1)
      // The change of the reading is at most a step off: two roundings of half a step.
      expect(fine.health?.signalSteps).toBeUndefined()
      const wanted = await signal(norm)
      expect(Math.abs((coarse.health?.signalSteps as number) - wanted / step)).toBeLessThan(1)
      if (norm === 1e-5) expect(coarse.health?.signalSteps).toBeLessThan(1)
    }
  })

  test('signal to noise is the cost change over its noise', async () => {
    const [clean] = await windows({ tauTheta: 4096, tauX: 4096 }, 1)
    const [noisy] = await windows({ tauTheta: 4096, tauX: 4096 }, 1, { imperfections: { readNoise: 1e-4 } })
    expect(clean.health?.signalToNoise).toBeUndefined()
    const [added] = await windows({ tauTheta: 4096, tauX: 4096, costNoise: 1e-2 }, 1)
    expect(noisy.health?.signalToNoise).toBeGreaterThan(10)
    // Noise alone: the change is the noise, whatever it is made of. 4096 draws: 1.1 %; bar at five of those.
    expect(added.health?.signalToNoise).toBeDefined()
    for (const options of [{}, { noisyBaseline: true }, { difference: 'opposite' }] as const) {
      const many = await windows({ norm: 1e-6, tauTheta: 4096, tauX: 1, costNoise: 1e-2, ...options }, 1)
      expect(Math.abs((many[0].health?.signalToNoise as number) - 1)).toBeLessThan(0.055)
    }
    for (const difference of ['baseline', 'opposite'] as const) {
      const machine = { imperfections: { readNoise: 1e-5 } }
      const many = await windows({ norm: 1e-9, tauTheta: 8, difference }, 500, machine)
      const square = many.reduce((sum, e) => sum + (e.health?.signalToNoise as number) ** 2 / 500, 0)
      expect(Math.abs(Math.sqrt(square) - 1)).toBeLessThan(0.055)
    }
  })

  test('opposite pairs state the signal of one of the pair', async () => {
    const sense = { min: -2, max: 2, step: 1e-9 }
    const machine = { imperfections: { converters: { ...converters, sense } } }
    const [single] = await windows({ norm: 1e-3, tauTheta: 256 }, 1, machine)
    const [pair] = await windows({ norm: 1e-3, tauTheta: 256, difference: 'opposite' }, 1, machine)
    // They differ by curvature, of relative order 1e-3, and by steps.
    expect((pair.health?.signalSteps as number) / (single.health?.signalSteps as number)).toBeCloseTo(1, 2)
  })

  test('the angle to a finite-difference gradient is measured when asked', async () => {
    const found = await windows({ family: 'walsh', tauTheta: 16, tauX: 16, angleEvery: 2 }, 4)
    expect(found.map((e) => e.health?.angleDeg !== undefined)).toEqual([false, true, false, true])
    expect(found[1].health?.angleDeg).toBeLessThan(5)
    expect(found[1].slots - found[0].slots).toBe(18)
  })
})

const converters = { parameter: { min: -16, max: 16, step: 0 }, drive: { min: -2, max: 2, step: 0 } }

/** Root mean square change of the reading under random signs, to first order: amplitude times the slope's norm. */
async function signal(norm: number): Promise<number> {
  const device = chip()
  await device.store(START)
  const output: Cost = {
    name: 'the reading',
    values: (sense, slots, _width, _targets, into) => into.set(sense.subarray(0, slots)),
    gradient: (_sense, slots, width, _targets, into) => into.fill(1, 0, slots * width),
  }
  const { gradient } = await finiteDifference(device, XOR[0], { step: 1e-4, cost: output })
  return (norm / 3) * Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))
}

test('angles', () => {
  expect(angleDeg(Float64Array.of(1, 0), Float64Array.of(0, 3))).toBe(90)
  expect(angleDeg(Float64Array.of(-1, 0), Float64Array.of(2, 0))).toBe(180)
  expect(angleDeg(Float64Array.of(1, 1e-9), Float64Array.of(5, 0))).toBeCloseTo(1e-9 * (180 / Math.PI), 16)
})

import { describe, expect, it } from 'vitest'
import { closedForm, newton } from '../../sim/spiking-layer/crossing.ts'
import {
  type SpikingImperfections,
  type SpikingLayerOptions,
  spikingLayerSimulator,
} from '../../sim/spiking-layer/index.ts'
import { attach } from '../../src/contract/device.ts'
import { InsituError } from '../../src/errors.ts'
import { type Membrane, peakTime, potential, response } from '../../src/kernels/membrane.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

async function fire(options: SpikingLayerOptions, theta: readonly number[], drive: readonly number[], slots = 1) {
  await using device = attach(spikingLayerSimulator(options))
  const into = new Float64Array(slots * device.sheet.sense.width)
  await device.store(Float64Array.from(theta))
  const track = { kind: 'track', data: Float64Array.from(drive), hold: slots } as const
  const receipt = await device.measure({ slots, drive: track }, into)
  return { times: [...into], receipt }
}

/** Smallest multiple of `step` at which a potential is above the threshold. */
function searched(membrane: Membrane, v: number, i: number, horizon: number, step: number): number {
  for (let t = 0; t <= horizon; t += step) if (potential(membrane, v, i, t) >= 1) return t
  return Number.POSITIVE_INFINITY
}

describe('crossings', () => {
  const source = draws(1, STREAM.testInputs)

  it.each([
    [20, 5],
    [10, 5],
    [5, 5],
    [4, 9],
  ])('by Newton are where a search finds them, tauM %f, tauS %f', (tauM, tauS) => {
    const membrane = { tauM, tauS }
    const find = newton(membrane)
    const single = 1 / response(membrane, peakTime(membrane, 0, 1))
    let found = 0
    for (let n = 0; n < 60; n++) {
      const [v, i] = [1.9 * source.uniform(3 * n) - 1, 3 * single * source.uniform(3 * n + 1)]
      const horizon = 30 * source.uniform(3 * n + 2)
      const t = find(v, i, 1, horizon)
      const slow = searched(membrane, v, i, horizon, 0.02)
      // A search in steps may miss what is above the threshold for less than one.
      if (slow === Number.POSITIVE_INFINITY) {
        if (t < horizon - 0.02) expect(potential(membrane, v, i, t + 0.02)).toBeLessThan(1)
        continue
      }
      found++
      expect(t).toBeGreaterThan(slow - 0.02 - 1e-12)
      expect(t).toBeLessThanOrEqual(slow + 1e-12)
      expect(Math.abs(potential(membrane, v, i, t) - 1)).toBeLessThan(1e-13)
    }
    expect(found).toBeGreaterThan(10)
  })

  it('by Newton are those of the closed form where there is one', () => {
    const membrane = { tauM: 10, tauS: 5 }
    const [a, b] = [newton(membrane), closedForm(membrane)]
    let found = 0
    for (let n = 0; n < 300; n++) {
      const [v, i] = [1.9 * source.uniform(900 + 2 * n) - 1, 0.8 * source.uniform(901 + 2 * n)]
      const [x, y] = [a(v, i, 1, 40), b(v, i, 1, 40)]
      if (y === Number.POSITIVE_INFINITY) expect(x).toBe(y)
      else {
        found++
        expect(Math.abs(x - y)).toBeLessThan(1e-11)
      }
    }
    expect(found).toBeGreaterThan(50)
  })

  it('do not miss a potential that is back below its threshold before the next input', () => {
    const membrane = { tauM: 20, tauS: 5 }
    const top = peakTime(membrane, 0, 1)
    for (const over of [1e-3, 1e-6, 1e-9]) {
      const i = (1 + over) / response(membrane, top)
      const t = newton(membrane)(0, i, 1, 50)
      expect(potential(membrane, 0, i, 50)).toBeLessThan(1)
      expect(t).toBeLessThan(top)
      expect(Math.abs(potential(membrane, 0, i, t) - 1)).toBeLessThan(1e-13)
      expect(newton(membrane)(0, (1 - over) / response(membrane, top), 1, 50)).toBe(Number.POSITIVE_INFINITY)
    }
  })
})

describe('a spiking layer', () => {
  const one = { inputs: 1, neurons: 1, tauM: 10, tauS: 5, window: 40 }

  it('fires where the closed form says', async () => {
    // tauM = 2 tauS: 10 w (y - y^2) = 1 with y = e^(-t / 10).
    const w = 0.6
    const y = (1 + Math.sqrt(1 - 4 / (10 * w))) / 2
    const { times } = await fire(one, [w], [3])
    expect(times[0]).toBeCloseTo(3 - 10 * Math.log(y), 12)
  })

  it('fires on from its reset under the current that is left', async () => {
    const { times } = await fire({ ...one, spikesPerNeuron: 2, reset: -0.25 }, [1.5], [2])
    const first = -10 * Math.log((1 + Math.sqrt(1 - 4 / 15)) / 2)
    expect(times[0]).toBeCloseTo(2 + first, 12)
    const i = 1.5 * Math.exp(-first / 5)
    const [a, b] = [10 * i, 10 * i - 0.25]
    const second = -10 * Math.log((b + Math.sqrt(b * b - 4 * a)) / (2 * a))
    expect(times[1]).toBeCloseTo(2 + first + second, 12)
  })

  it('reads the end of the window where no spike came, and counts it as saturated', async () => {
    const silent = await fire({ ...one, spikesPerNeuron: 2 }, [0.6], [3])
    expect(silent.times[0]).toBeLessThan(40)
    expect(silent.times[1]).toBe(40)
    expect(silent.receipt.saturated).toBe(1)
    // An input at the end of the window is none.
    expect((await fire(one, [0.6], [40])).times).toEqual([40])
  })

  it('takes several spikes of an input in any order, equal ones as often as they are named', async () => {
    const two = { ...one, spikesPerInput: 2 }
    const { times } = await fire(two, [0.3], [9, 4])
    expect((await fire(two, [0.3], [4, 9])).times).toEqual(times)
    expect((await fire({ ...one, inputs: 2 }, [0.3, 0.3], [4, 9])).times).toEqual(times)
    expect((await fire(two, [0.3], [4, 4])).times).toEqual((await fire(one, [0.6], [4])).times)
  })

  it('lays neurons and weights out as its sheet says', async () => {
    const layer = { ...one, inputs: 2, neurons: 3, spikesPerNeuron: 2 }
    const { times } = await fire(layer, [0, 0.6, 0, 0, 0, 1.5], [3, 8])
    expect(times.slice(0, 2)).toEqual([40, 40])
    expect(times[2]).toBeCloseTo((await fire(one, [0.6], [3])).times[0], 12)
    const last = (await fire({ ...one, spikesPerNeuron: 2 }, [1.5], [8])).times
    for (const k of [0, 1]) expect(times[4 + k]).toBeCloseTo(last[k], 12)
  })

  it('scatters weights, thresholds and times by its seed', async () => {
    const layer = { ...one, neurons: 400 }
    const theta = new Array<number>(400).fill(0.8)
    const drive = [3]
    const plain = (await fire(layer, theta, drive)).times[0]
    const spreadOf = async (imperfections: Partial<SpikingImperfections>) => {
      const { times } = await fire({ ...layer, imperfections }, theta, drive)
      return Math.sqrt(times.reduce((sum, t) => sum + (t - plain) ** 2, 0) / 400)
    }
    expect(Math.abs((await spreadOf({ jitter: 0.05 })) / 0.05 - 1)).toBeLessThan(0.2)
    // To first order a time moves by dV over the slope of the potential.
    const t = plain - 3
    const slope = 0.8 * Math.exp(-t / 5) - 1 / 10
    const threshold = await spreadOf({ thresholdMismatch: 0.01 })
    expect(Math.abs((threshold * slope) / 0.01 - 1)).toBeLessThan(0.2)
    const weight = await spreadOf({ weightMismatch: 0.01 })
    expect(Math.abs((weight * slope) / (0.01 * 0.8 * response(one, t)) - 1)).toBeLessThan(0.2)
  })

  it('jitters anew in every window, and never a spike that did not come', async () => {
    const { times } = await fire({ ...one, spikesPerNeuron: 2, imperfections: { jitter: 0.1 } }, [0.6], [3], 8)
    expect(new Set(times.filter((_, n) => n % 2 === 0)).size).toBe(8)
    expect(new Set(times.filter((_, n) => n % 2 === 1))).toEqual(new Set([40]))
  })

  it.each([
    [{ tauM: -1 }, 'tauM must be a positive number'],
    [{ tauS: 0 }, 'tauS must be a positive number'],
    [{ reset: 1 }, 'reset must be below the threshold'],
    [{ neurons: 0 }, 'neurons must be a whole number'],
    [{ spikesPerInput: 1.5 }, 'spikesPerInput must be a whole number'],
    [{ imperfections: { jitter: -1 } }, 'jitter must be zero or positive'],
    [{ preset: 'none' }, 'preset must be one of ideal, analog'],
  ] as const)('refuses %o', (change, message) => {
    const make = () => spikingLayerSimulator({ ...one, ...change })
    expect(make).toThrow(InsituError)
    expect(make).toThrow(message)
  })
})

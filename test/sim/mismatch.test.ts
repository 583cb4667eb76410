import { describe, expect, test } from 'vitest'
import { drawGainRates } from '../../sim/chip/gain-drift.ts'
import { drawMultipliers, drawNeurons } from '../../sim/chip/mismatch.ts'
import { type MgdChipOptions, mgdChip } from '../../sim/index.ts'

/** Many neurons of one chip, so that their draws have statistics. */
const WIDE = { layers: [1, 4000], activation: 'sigmoid' } as const
const N = 4000

async function read(options: MgdChipOptions, theta: Float64Array, drive: readonly number[], slots = 1) {
  const machine = mgdChip(options)
  await machine.store(theta)
  const into = new Float64Array(slots * machine.sheet.sense.width)
  const data = Float64Array.from(drive)
  const receipt = await machine.measure({ slots, drive: { kind: 'track', data, hold: slots } }, into)
  return { into, receipt }
}

/** Standard deviations that the mean of N standard normal numbers, or of their products, lies from 0. */
function offset(values: Float64Array): number {
  return Math.abs(values.reduce((sum, v) => sum + v, 0)) / Math.sqrt(values.length)
}

/** Correlation of two lists of standard normal numbers, in its own standard deviations. */
function correlation(a: Float64Array, b: Float64Array): number {
  return offset(a.map((v, i) => v * b[i]))
}

/** Zero mean, unit variance, and the fourth moment of a normal distribution; each bar is five deviations. */
function expectNormal(values: Float64Array): void {
  const count = values.length
  const moment = (power: number) => values.reduce((sum, v) => sum + v ** power, 0) / count
  expect(offset(values)).toBeLessThan(5)
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count))
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count))
}

describe('activation defects', () => {
  test('scale and slope are drawn around 1, shift and lift around 0, all independent', () => {
    const sigma = 0.25
    const { scale, slope, shift, lift } = drawNeurons(WIDE, sigma, 3)
    const kinds = [scale, slope].map((list) => list.map((v) => (v - 1) / sigma))
    kinds.push(...[shift, lift].map((list) => list.map((v) => v / sigma)))
    kinds.forEach((list, n) => {
      expectNormal(list)
      expect(correlation(list.subarray(1), list.subarray(0, N - 1))).toBeLessThan(5)
      for (const other of kinds.slice(n + 1)) {
        expect(correlation(list, other)).toBeLessThan(5)
        // Nor does a neuron share a number with its neighbours.
        for (const apart of [1, 2, 3]) {
          expect(correlation(list.subarray(apart), other.subarray(0, N - apart))).toBeLessThan(5)
          expect(correlation(list.subarray(0, N - apart), other.subarray(apart))).toBeLessThan(5)
        }
      }
    })
  })

  test.each(['sigmoid', 'tanh', 'relu'] as const)('%s: y = scale f(slope (z - shift)) + lift', async (activation) => {
    const spec = { layers: [1, 3], activation } as const
    const { scale, slope, shift, lift } = drawNeurons(spec, 0.2, 7)
    const f = {
      sigmoid: (u: number) => 1 / (1 + Math.exp(-u)),
      tanh: Math.tanh,
      relu: (u: number) => Math.max(u, 0),
    }[activation]
    const { into } = await read(
      { ...spec, seed: 7, imperfections: { activation: 0.2 } },
      Float64Array.of(0.9, -0.4, 0.5, 0.1, -0.2, 0.3),
      [0.8],
    )
    ;[0.9 * 0.8 - 0.1, -0.4 * 0.8 + 0.2, 0.5 * 0.8 - 0.3].forEach((z, n) => {
      expect(into[n]).toBeCloseTo(scale[n] * f(slope[n] * (z - shift[n])) + lift[n], 14)
    })
  })
})

describe('multipliers', () => {
  const options = { activation: 0, weightGain: 0.1, weightOffset: 0.2, dead: 0 }

  test('gains are drawn around 1 and offsets around 0 V, independently', () => {
    const { gain, offset: volts } = drawMultipliers(WIDE, options, 4)
    const [a, b] = [gain.map((g) => (g - 1) / 0.1), volts.map((v) => v / 0.2)]
    expectNormal(a)
    expectNormal(b)
    expect(correlation(a, b)).toBeLessThan(5)
  })

  test('a stored voltage v acts as gain v + offset, a dead one as 0 V', async () => {
    const spec = { layers: [1, 8], activation: 'relu' } as const
    const mismatch = { weightGain: 0.1, weightOffset: 0.2, dead: 0.3 }
    const { gain, offset: volts } = drawMultipliers(spec, { activation: 0, ...mismatch }, 5)
    const dead = [...gain.keys()].filter((i) => gain[i] === 0)
    expect(dead.length).toBeGreaterThan(0)
    expect(dead.map((i) => volts[i])).toEqual(dead.map(() => 0))
    const theta = Float64Array.from({ length: 16 }, (_, i) => (i < 8 ? 0.1 * (i + 1) : -0.04 * i))
    const { into } = await read({ ...spec, seed: 5, imperfections: mismatch }, theta, [0.7])
    const acts = theta.map((v, i) => gain[i] * v + volts[i])
    for (let o = 0; o < 8; o++) expect(into[o]).toBeCloseTo(Math.max(0, 0.7 * acts[o] - acts[8 + o]), 14)
  })
})

describe('gain drift', () => {
  test('a gain moves by its own rate times the time the chip has run, its offset does not', async () => {
    const spec = { layers: [1, 6], activation: 'relu' } as const
    const imperfections = { weightGain: 0.1, weightOffset: 0.2, gainDrift: 0.03, gainDriftCommon: -0.1 }
    const { gain, offset: volts } = drawMultipliers(spec, { activation: 0, dead: 0, ...imperfections }, 5)
    const rates = drawGainRates(spec, imperfections, 5) as Float64Array
    const theta = Float64Array.from({ length: 12 }, (_, i) => (i < 6 ? 0.5 + 0.1 * i : -0.3))
    // Ten readings of half a second: the last one is taken 4.5 s after the first.
    const { into } = await read({ ...spec, seed: 5, slotSeconds: 0.5, imperfections }, theta, [0.7], 10)
    for (const [slot, seconds] of [
      [0, 0],
      [9, 4.5],
    ]) {
      const acts = theta.map((v, i) => gain[i] * Math.exp(rates[i] * seconds) * v + volts[i])
      for (let o = 0; o < 6; o++) expect(into[6 * slot + o]).toBeCloseTo(Math.max(0, 0.7 * acts[o] - acts[6 + o]), 14)
    }
  })

  test('rates are drawn around the common one, a new one for every parameter', () => {
    const rates = drawGainRates(WIDE, { gainDrift: 1e-3, gainDriftCommon: -2e-3 }, 3) as Float64Array
    expectNormal(rates.map((rate) => (rate + 2e-3) / 1e-3))
    expect(drawGainRates(WIDE, { gainDrift: 0, gainDriftCommon: 0 }, 3)).toBe(undefined)
  })
})

describe('readout', () => {
  const half = new Float64Array(6)

  test('noise is independent between outputs and between slots', async () => {
    const slots = 5000
    const imperfections = { readNoise: 0.01 }
    const { into } = await read({ layers: [1, 3], imperfections }, half, [0], slots)
    const noise = into.map((v) => (v - 0.5) / 0.01)
    expectNormal(noise)
    // One reading apart is the next output, three apart the same output a slot later.
    for (const apart of [1, 2, 3, 4, 6])
      expect(correlation(noise.subarray(apart), noise.subarray(0, noise.length - apart))).toBeLessThan(5)
  })

  test('noise does not repeat from one exchange to the next', async () => {
    const machine = mgdChip({ layers: [1, 3], imperfections: { readNoise: 0.01 } })
    const all: number[] = []
    for (let n = 0; n < 50; n++) {
      const into = new Float64Array(12)
      await machine.measure({ slots: 4, drive: { kind: 'track', data: Float64Array.of(0), hold: 4 } }, into)
      all.push(...into)
    }
    expect(new Set(all).size).toBe(600)
  })

  test('outputs drift each for itself, and not as the noise goes', async () => {
    const chips = 400
    const ends = await Promise.all(
      Array.from({ length: chips }, async (_, seed) => {
        const imperfections = { readDrift: 0.02 }
        const { into } = await read({ layers: [1, 3], seed, slotSeconds: 0.01, imperfections }, half, [0], 100)
        const noisy = await read({ layers: [1, 3], seed, imperfections: { readNoise: 0.01 } }, half, [0], 100)
        const noise = noisy.into.reduce((sum, v, i) => sum + (i % 3 === 0 ? (v - 0.5) / 0.01 / 10 : 0), 0)
        return [(into[297] - 0.5) / 0.02, (into[298] - 0.5) / 0.02, (into[299] - 0.5) / 0.02, noise]
      }),
    )
    const [a, b, c, noise] = [0, 1, 2, 3].map((n) => Float64Array.from(ends, (end) => end[n]))
    for (const [x, y] of [
      [a, b],
      [a, c],
      [b, c],
      [a, noise],
    ])
      expect(correlation(x, y)).toBeLessThan(5)
  })

  test('readings are rounded to the nearest step, and held and counted at both ends', async () => {
    const step = 2 ** -6
    const converters = {
      parameter: { min: -16, max: 16, step: 0 },
      drive: { min: -2, max: 2, step: 0 },
      sense: { min: -0.5, max: 0.75, step },
    }
    const options = { layers: [1, 4], activation: 'tanh', imperfections: { converters } } as const
    const wanted = [-0.9, -0.3, 0.3, 0.9]
    const { into, receipt } = await read(
      options,
      Float64Array.of(0, 0, 0, 0, ...wanted.map((y) => -Math.atanh(y))),
      [0],
    )
    expect([...into]).toEqual([-0.5, -19 * step, 19 * step, 0.75])
    expect(receipt.saturated).toBe(2)
  })
})

test('a snapshot with values the chip never had is refused, and the chip stays as it was', async () => {
  const machine = mgdChip({ layers: [1, 1], imperfections: { readNoise: 0.01 } })
  await machine.store(Float64Array.of(0.5, 0.25))
  const snapshot = await machine.state.snapshot()
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e6]) {
    const numbers = new Float64Array(snapshot.slice().buffer)
    numbers[numbers.length - 1] = value
    await expect(machine.state.restore(new Uint8Array(numbers.buffer), new Float64Array(2))).rejects.toMatchObject({
      code: 'RECORD',
    })
    expect(await machine.state.snapshot()).toEqual(snapshot)
  }
})

test('learning on board stays within the limits, perturbation included, and counts what it held there', async () => {
  const machine = mgdChip({ layers: [1, 1], activation: 'relu' })
  const code = { kind: 'code', family: 'sequential', seed: 1, first: 0, hold: 1, pairing: 'single' } as const
  const job = { rows: 1, drive: Float64Array.of(0.1), target: Float64Array.of(1), hold: 2, updateEvery: 2 }
  const [costs, theta] = [new Float64Array(1), new Float64Array(2)]
  // y = 0.1 w - b = 0.6, C0 = 0.16; w + 0.5 V is held at 16 V, so that C does not change; b + 0.5 V gives y = 0.1.
  await machine.store(Float64Array.of(16, 1))
  const run = { ...job, code: { ...code, amplitudes: [0.5, 0.5] }, rate: 0.01 }
  const receipt = await machine.learn.run(run, costs, theta)
  expect(receipt.clipped).toBe(1)
  expect(theta[0]).toBe(16)
  // norm^2 is 0.5^2: theta -= 0.01 (0.81 - 0.16) 0.5 / 0.25.
  expect(theta[1]).toBeCloseTo(1 - 0.01 * (0.65 / 0.5), 12)
  // A rate too large drives b to its limit: 0.01 becomes 100, and b would be -129.
  await machine.store(Float64Array.of(16, 1))
  const driven = await machine.learn.run({ ...run, rate: 100 }, costs, theta)
  expect([driven.clipped, ...theta]).toEqual([2, 16, -16])
})

import { describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/chip/chip.ts'
import { type SpikingLayerOptions, spikingLayerSimulator } from '../../sim/spiking-layer/index.ts'
import { attach, type CheckedDevice } from '../../src/contract/device.ts'
import { adam } from '../../src/optim/adam.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { spikeTiming } from '../../src/rules/spike-timing.ts'
import { crossingsOf, noTiming } from '../../src/rules/timing/crossings.ts'
import { spikeTimeGradient } from '../../src/rules/timing/gradient.ts'
import { spikingLayerOf } from '../../src/rules/timing/layer.ts'
import { direct, spread } from '../../src/rules/timing/paths.ts'
import { train } from '../../src/rules/train.ts'
import { chain } from '../../src/streams/chain.ts'

const layer = (options: Partial<SpikingLayerOptions> = {}) =>
  attach(spikingLayerSimulator({ inputs: 6, neurons: 1, spikesPerNeuron: 3, ...options }))

const WEIGHTS = Float64Array.of(0.55, 0.42, 0.61, -0.12, 0.48, 0.5)
const DRIVE = Float64Array.of(4, 11, 17, 9, 24, 31)

async function fire(device: CheckedDevice, theta: Float64Array, drive: Float64Array): Promise<Float64Array> {
  const into = new Float64Array(device.sheet.sense.width)
  await device.store(theta)
  await device.measure({ slots: 1, drive: { kind: 'track', data: drive, hold: 1 } }, into)
  return into
}

/** d reading k / d x by central differences, x the parameters or the drive. */
async function differences(device: CheckedDevice, theta: Float64Array, drive: Float64Array, of: 'theta' | 'drive') {
  const x = of === 'theta' ? theta : drive
  const found: Float64Array[] = []
  for (let i = 0; i < x.length; i++) {
    const at = (by: number) => {
      const moved = x.with(i, x[i] + by)
      return of === 'theta' ? fire(device, moved, drive) : fire(device, theta, moved)
    }
    const [up, down] = [await at(1e-5), await at(-1e-5)]
    found.push(up.map((time, k) => (time - down[k]) / 2e-5))
  }
  return (k: number) => Float64Array.from(found, (slopes) => slopes[k])
}

const only = (k: number, count: number) => Float64Array.from({ length: count }, (_, n) => (n === k ? 1 : 0))

describe.each([
  ['tauM 4 tauS', {}],
  ['tauM 2 tauS', { tauM: 10, spikesPerInput: 1 }],
  ['equal constants', { tauM: 8, tauS: 8 }],
  ['a synapse slower than its membrane, a reset below rest', { tauM: 5, tauS: 8, reset: -0.4 }],
] as const)('exact slopes of three spike times, %s', (_, options) => {
  const setUp = async () => {
    const device = layer(options)
    const spikes = await fire(device, WEIGHTS, DRIVE)
    expect(spikes.every((time) => time < 100)).toBe(true)
    const byWeight = await differences(device, WEIGHTS, DRIVE, 'theta')
    const byTime = await differences(device, WEIGHTS, DRIVE, 'drive')
    return { known: spikingLayerOf('test', device.sheet, device.name), spikes, byWeight, byTime }
  }

  it('are those of differences, and without the reset path they are not', async () => {
    const { known, spikes, byWeight, byTime } = await setUp()
    for (const k of [0, 1, 2]) {
      const costSlopes = only(k, 3)
      const full = { weights: new Float64Array(6), drive: new Float64Array(6) }
      const { smallestSlope } = spikeTimeGradient(known, WEIGHTS, { drive: DRIVE, spikes }, costSlopes, full)
      expect(smallestSlope).toBeGreaterThan(0.05)
      expect(relativeDistance(full.weights, byWeight(k))).toBeLessThan(1e-7)
      expect(relativeDistance(full.drive, byTime(k))).toBeLessThan(1e-7)
      // The same parts put together without the reset path.
      const bare = { weights: new Float64Array(6), drive: new Float64Array(6) }
      const row = { weights: WEIGHTS, drive: DRIVE, neuron: 0 }
      const crossings = crossingsOf(known, row, spikes, costSlopes, {}, noTiming())
      spread(known, row, crossings, direct(crossings, costSlopes), bare)
      if (k === 0) expect(bare).toEqual(full)
      else expect(relativeDistance(bare.weights, byWeight(k))).toBeGreaterThan(0.02)
    }
  })
})

describe('layers in a row', () => {
  it('are trained through each other: slopes by input times are handed on', async () => {
    const sizes = { spikesPerNeuron: 2, window: 60 }
    const open = () => ({
      a: layer({ ...sizes, inputs: 2, neurons: 2 }),
      b: layer({ ...sizes, inputs: 2, spikesPerInput: 2, neurons: 1 }),
    })
    const [one, two] = [open(), open()]
    const both = attach(chain(one.a, one.b))
    const theta = Float64Array.of(0.9, 0.5, 0.5, 0.8, 0.6, 0.5)
    const drive = Float64Array.of(3, 8)
    const wanted = Float64Array.of(1, -0.5)
    const [first, second] = [theta.slice(0, 4), theta.slice(4)]
    const between = await fire(two.a, first, drive)
    const spikes = await fire(two.b, second, between)
    expect([...between, ...spikes].every((time) => time < 60)).toBe(true)
    const inB = { weights: new Float64Array(2), drive: new Float64Array(4) }
    spikeTimeGradient(spikingLayerOf('b', two.b.sheet, 'b'), second, { drive: between, spikes }, wanted, inB)
    const inA = { weights: new Float64Array(4) }
    spikeTimeGradient(spikingLayerOf('a', two.a.sheet, 'a'), first, { drive, spikes: between }, inB.drive, inA)
    const slopes = await differences(both, theta, drive, 'theta')
    const whole = slopes(0).map((slope, i) => slope + -0.5 * slopes(1)[i])
    expect(relativeDistance(Float64Array.of(...inA.weights, ...inB.weights), whole)).toBeLessThan(1e-7)
  })
})

describe('spike-timing', () => {
  const lessonsOf = (drive: Float64Array, target: Float64Array, rows = 1) => ({
    next: () => ({ rows, drive, target }),
  })

  it('gives the mean gradient of the mean squared error over the rows of a lesson', async () => {
    const device = layer({ neurons: 2, inputs: 3, spikesPerNeuron: 2 })
    const theta = Float64Array.of(0.9, 0.5, 0.4, 0.7, 0.6, 0.8)
    const drive = Float64Array.of(3, 9, 14, 5, 2, 8)
    const target = Float64Array.of(8, 12, 9, 15, 7, 11, 8, 13)
    const rule = spikeTiming()
    await device.store(theta)
    const state = await rule.begin(device, theta)
    const estimate = await rule.step(device, state, theta, lessonsOf(drive, target, 2), {})
    const cost = async (moved: Float64Array) => {
      let sum = 0
      for (const r of [0, 1]) {
        const times = await fire(device, moved, drive.slice(3 * r, 3 * r + 3))
        times.forEach((time, k) => {
          sum += (time - target[4 * r + k]) ** 2 / 8
        })
      }
      return sum
    }
    expect(estimate.cost).toBeCloseTo(await cost(theta), 10)
    const wanted: number[] = []
    for (let i = 0; i < 6; i++) {
      const [up, down] = [await cost(theta.with(i, theta[i] + 1e-5)), await cost(theta.with(i, theta[i] - 1e-5))]
      wanted.push((up - down) / 2e-5)
    }
    expect(relativeDistance(estimate.gradient as Float64Array, wanted)).toBeLessThan(1e-6)
    expect(estimate).toMatchObject({ slots: 2, saturated: 0, health: { grazing: 0, silent: 0 } })
  })

  it('teaches a neuron three spike times', async () => {
    const device = layer()
    const target = await fire(device, Float64Array.of(0.3, 0.8, 0.2, 0.1, 0.4, 0.9), DRIVE)
    const theta = WEIGHTS.slice()
    const costs: number[] = []
    const options = { optimizer: adam(0.01), steps: 200 }
    for await (const { cost } of train(spikeTiming(), device, theta, lessonsOf(DRIVE, target), options))
      costs.push(cost)
    expect(costs[0]).toBeGreaterThan(1)
    expect(costs.at(-1)).toBeLessThan(0.01)
  })

  it('cuts the slopes of a spike that only grazes its threshold, and counts it', async () => {
    const device = layer({ inputs: 1, spikesPerNeuron: 1 })
    // 0.3175 per ms lifts it to the threshold and hardly beyond.
    const theta = Float64Array.of(0.3176)
    const step = async (leastSlope: number) => {
      const rule = spikeTiming({ leastSlope })
      await device.store(theta)
      const state = await rule.begin(device, theta)
      const { gradient, health } = await rule.step(
        device,
        state,
        theta,
        lessonsOf(Float64Array.of(2), Float64Array.of(5)),
        {},
      )
      return { size: Math.abs((gradient as Float64Array)[0]), grazing: health?.grazing }
    }
    const [free, cut] = [await step(1e-9), await step(0.01)]
    expect(free.grazing).toBe(0)
    expect(cut.grazing).toBe(1)
    expect(cut.size).toBeLessThan(0.5 * free.size)
  })

  it('leaves a silent neuron alone unless it is to be woken, and wakes it towards its threshold', async () => {
    const device = layer({ inputs: 2, spikesPerNeuron: 2 })
    const start = Float64Array.of(0.1, 0.12)
    const drive = Float64Array.of(3, 6)
    const lessons = lessonsOf(drive, Float64Array.of(12, 20))
    await device.store(start)
    const asleep = spikeTiming()
    const { gradient, health } = await asleep.step(device, await asleep.begin(device, start), start, lessons, {})
    expect([...(gradient as Float64Array)]).toEqual([0, 0])
    expect(health?.silent).toBe(1)
    const theta = start.slice()
    const costs: number[] = []
    const options = { optimizer: adam(0.01), steps: 300 }
    for await (const { cost } of train(spikeTiming({ wake: 10 }), device, theta, lessons, options)) costs.push(cost)
    expect((await fire(device, theta, drive)).every((time) => time < 100)).toBe(true)
    expect(costs.at(-1)).toBeLessThan(costs[0] / 100)
  })

  it('refuses machines that are no spiking layer, layers of another shape, and settings that cannot be', async () => {
    const chip = attach(mgdChip({ layers: [2, 2, 1] }))
    const rule = spikeTiming()
    expect(() => rule.begin(chip, new Float64Array(9))).toThrow(/spike-timing needs a spiking layer; mgd-chip/)
    const other = spikeTiming({ layer: { spikesPerNeuron: 2 } })
    expect(() => other.begin(layer(), WEIGHTS)).toThrow(/2 readings, .* has 3/)
    expect(() => spikeTiming({ layer: { tauM: 0 } }).begin(layer(), WEIGHTS)).toThrow(/tauM must be a positive/)
    expect(() => spikeTiming({ leastSlope: 0 })).toThrow(/leastSlope must be positive/)
    expect(() => spikeTiming({ wake: -1 })).toThrow(/wake must be zero or positive/)
  })
})

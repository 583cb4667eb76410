import { expect, it } from 'vitest'
import { CORE_ENERGY, energyPerImage } from '../../devices/neuromorphic-core/energy.ts'
import type { CoreNetwork, NeuronSpec } from '../../devices/neuromorphic-core/network.ts'
import { drainOf } from '../../devices/neuromorphic-core/presentation.ts'
import { coreLayout, initialTheta } from '../../devices/neuromorphic-core/theta.ts'
import { type NeuromorphicCoreOptions, neuromorphicCore } from '../../sim/core/index.ts'
import { attach } from '../../src/contract/device.ts'
import { SynapseDraws } from '../../src/kernels/core/member.ts'
import { coresForLaws } from '../contract/cores.ts'

/** One core of `lines` axons; every neuron sees every line with weight +1 or -1 by the axon's type and has its own output. */
function flat(lines: number, neurons: number, more: Partial<NeuronSpec> = {}): CoreNetwork {
  return {
    cores: [
      {
        axonTypes: Array.from({ length: lines }, (_, a) => a % 2),
        neurons: Array.from({ length: neurons }, (_, j) => ({
          weights: [1, -1, 0, 0],
          threshold: 1,
          target: { output: j },
          ...more,
        })),
        crossbar: Array.from({ length: lines }, () => Array.from({ length: neurons }, (_, j) => j)),
      },
    ],
    inputs: Array.from({ length: lines }, (_, axon) => [{ core: 0, axon }]),
    outputs: neurons,
    seed: 5,
  }
}

async function counted(
  options: NeuromorphicCoreOptions,
  theta: Float64Array,
  drive: readonly number[],
  slots = 1,
): Promise<Float64Array> {
  await using device = attach(neuromorphicCore(options))
  await device.store(theta)
  const into = new Float64Array(slots * device.sheet.sense.width)
  await device.measure({ slots, drive: { kind: 'track', data: Float64Array.from(drive), hold: slots } }, into)
  return into
}

it('theta holds crossings core by core, then leaks, then thresholds, as the network states them', () => {
  const network = coresForLaws()
  const layout = coreLayout(network)
  expect(layout).toMatchObject({ synapses: 60, neurons: 10, leak: 60, threshold: 70, paramCount: 80 })
  const theta = initialTheta(network)
  expect([theta[0], theta[1], theta[2]]).toEqual([1, 1, 0])
  // Axon 2 of core 1 is connected to its neuron 3, of 4.
  expect(theta[36 + 2 * 4 + 3]).toBe(1)
  expect(theta.subarray(0, 60).reduce((sum, bit) => sum + bit, 0)).toBe(18)
  expect([...theta.subarray(70)]).toEqual(new Array(10).fill(1))
})

it('the drain of a network is its longest way; one that goes round has none', () => {
  expect(drainOf(flat(2, 2))).toBe(0)
  expect(drainOf(coresForLaws())).toBe(2)
  const { cores, ...rest } = flat(2, 1)
  const round: CoreNetwork = {
    ...rest,
    cores: [
      {
        axonTypes: [0, 0],
        neurons: [{ ...cores[0].neurons[0], target: { core: 0, axon: 0, delay: 1 } }, cores[0].neurons[0]],
        crossbar: [[0, 1], []],
      },
    ],
  }
  expect(() => neuromorphicCore({ network: round })).toThrow('core 0 reaches itself (0 to 0)')
  expect(neuromorphicCore({ network: round, drain: 3, ticks: 5 }).sheet).toMatchObject({
    slotSeconds: 0.008,
    settings: { drain: 3 },
  })
})

it('the drain follows ways from inputs to outputs alone, through thousands of cores too', () => {
  const core = (target: NeuronSpec['target']) => ({
    axonTypes: [0],
    neurons: [{ weights: [1, 0, 0, 0], threshold: 1, ...(target && { target }) }],
    crossbar: [[0]],
  })
  const row = (cores: number, input: number, output: number): CoreNetwork => ({
    cores: Array.from({ length: cores }, (_, c) =>
      core(c === output ? { output: 0 } : c + 1 < cores ? { core: c + 1, axon: 0, delay: 3 } : undefined),
    ),
    inputs: [[{ core: input, axon: 0 }]],
    outputs: 1,
  })
  expect(drainOf(row(6, 0, 5))).toBe(15)
  expect(drainOf(row(6, 2, 4))).toBe(6)
  expect(drainOf(row(6000, 0, 5999))).toBe(3 * 5999)
})

it('a bank of bits closes what is 1; counts are spikes per tick', async () => {
  const network = flat(4, 2)
  const theta = initialTheta(network)
  const options: NeuromorphicCoreOptions = { network, ticks: 3, input: 'spikes' }
  // Ticks: one positive axon, both of a pair, the two positive ones.
  const drive = [1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0]
  expect([...(await counted(options, theta, drive))]).toEqual([2, 2])
  theta[0 * 2 + 1] = 0
  expect([...(await counted(options, theta, drive))]).toEqual([2, 1])
})

it('counts of the second core begin when the first spikes can have come through', async () => {
  const one: NeuronSpec = { weights: [1, 0, 0, 0], threshold: 1 }
  const network: CoreNetwork = {
    cores: [
      { axonTypes: [0], neurons: [{ ...one, target: { core: 1, axon: 0, delay: 4 } }], crossbar: [[0]] },
      { axonTypes: [0], neurons: [{ ...one, target: { output: 0 } }], crossbar: [[0]] },
    ],
    inputs: [[{ core: 0, axon: 0 }]],
    outputs: 1,
  }
  const theta = initialTheta(network)
  expect([...(await counted({ network, ticks: 3, input: 'spikes' }, theta, [1, 0, 1]))]).toEqual([2])
  expect([...(await counted({ network, ticks: 3, drain: 2, input: 'spikes' }, theta, [1, 0, 1]))]).toEqual([1])
})

it('a held synapse is closed while its probability is above its draw, which the member chooses', async () => {
  const network = flat(2, 64)
  const theta = initialTheta(network).fill(0.5, 0, 128)
  const words = new SynapseDraws(5).words(0, new Uint32Array(128))
  const wanted = Array.from({ length: 64 }, (_, j) => Number(words[j] < 2 ** 31))
  const held = await counted({ network, synapses: 'held', input: 'spikes' }, theta, [1, 0], 2)
  expect([...held]).toEqual([...wanted, ...wanted])
  const other = await counted({ network, synapses: 'held', input: 'spikes', member: 1 }, theta, [1, 0])
  expect([...other]).not.toEqual(wanted)
})

it('fresh synapses are drawn in every slot, and as often closed as their probability says', async () => {
  const network = flat(1, 200)
  const theta = initialTheta(network).fill(0.3, 0, 200)
  const into = await counted({ network, synapses: 'fresh', input: 'spikes' }, theta, [1], 50)
  expect([...into.subarray(0, 200)]).not.toEqual([...into.subarray(200, 400)])
  // 10,000 draws: a standard error of 0.0046.
  expect(Math.abs(into.reduce((sum, n) => sum + n, 0) / 10_000 - 0.3)).toBeLessThan(0.02)
})

it('spike probabilities are met, and the stated noise is that of independent spikes at half rate', async () => {
  const network = flat(1, 1)
  const options: NeuromorphicCoreOptions = { network, ticks: 100 }
  expect(neuromorphicCore(options).sheet.sense.noise).toBe(5)
  expect(neuromorphicCore({ ...options, input: 'spikes' }).sheet.sense.noise).toBe(0)
  const into = await counted(options, initialTheta(network), [0.5], 100)
  const mean = into.reduce((sum, n) => sum + n, 0) / 100
  const deviation = Math.sqrt(into.reduce((sum, n) => sum + (n - mean) ** 2, 0) / 99)
  expect(Math.abs(mean - 50)).toBeLessThan(2.5)
  expect(Math.abs(deviation - 5)).toBeLessThan(1.8)
})

it('stuck synapses stay as they are, in the stated shares', async () => {
  const network = flat(1, 250)
  const options: NeuromorphicCoreOptions = { network, input: 'spikes' }
  const spikes = async (bit: number, imperfections: NeuromorphicCoreOptions['imperfections']) => {
    const theta = initialTheta(network).fill(bit, 0, 250)
    return (await counted({ ...options, imperfections: { ...imperfections } }, theta, [1])).reduce((a, b) => a + b, 0)
  }
  const [open, closed] = [await spikes(1, { stuckOpen: 0.2 }), await spikes(0, { stuckClosed: 0.2 })]
  expect(Math.abs(open - 200)).toBeLessThan(30)
  expect(Math.abs(closed - 50)).toBeLessThan(30)
  expect(await spikes(0, { stuckOpen: 0.2 })).toBe(0)
  expect(await spikes(1, { stuckClosed: 0.2 })).toBe(250)
})

it('mismatch changes whole weights and thresholds; a leak that drifts changes an answer in time', async () => {
  const network = flat(2, 200, { weights: [10, -10, 0, 0], threshold: 10 })
  const theta = initialTheta(network)
  const spikes = async (imperfections: NeuromorphicCoreOptions['imperfections'], slots = 1) => {
    const into = await counted({ network, input: 'spikes', imperfections: { ...imperfections } }, theta, [1, 0], slots)
    return into.subarray((slots - 1) * 200).reduce((a, b) => a + b, 0)
  }
  expect(await spikes({})).toBe(200)
  // Half of them fall below, less those that round back: a deviation of two units.
  for (const wrong of [{ weightMismatch: 0.2 }, { thresholdMismatch: 2 }])
    expect(Math.abs((await spikes(wrong)) - 120)).toBeLessThan(30)
  expect(await spikes({ leakDrift: 3.6e6 }, 1)).toBe(200)
  expect(Math.abs((await spikes({ leakDrift: 3.6e6 }, 6)) - 100)).toBeLessThan(40)
})

it('lost spikes are counted, as many as stated, and a loss of nothing changes nothing', async () => {
  const network = coresForLaws({ random: true })
  const theta = initialTheta(network).fill(0.5, 0, 60)
  const options: NeuromorphicCoreOptions = { network, ticks: 20, synapses: 'fresh' }
  const drive = [0.9, 0.5, 0.7]
  const whole = await counted(options, theta, drive, 20)
  const kept = await counted({ ...options, imperfections: { spikeLoss: 1e-12 } }, theta, drive, 20)
  expect([...kept]).toEqual([...whole])
  const lossy = neuromorphicCore({ ...options, network: flat(2, 50), imperfections: { spikeLoss: 0.25 } })
  await using device = attach(lossy)
  await device.store(initialTheta(flat(2, 50)))
  const into = new Float64Array(50 * 20)
  await device.measure({ slots: 20, drive: { kind: 'track', data: Float64Array.of(1, 0), hold: 20 } }, into)
  const seen = into.reduce((a, b) => a + b, 0)
  // Of 400 input spikes three quarters come, each makes 50 spikes, and three quarters of these.
  expect(Math.abs(seen / (400 * 50) - 0.5625)).toBeLessThan(0.06)
  const { lost, slots } = lossy.activity()
  expect(slots).toBe(20)
  expect(Math.abs(lost / (100 + (300 * 50) / 4) - 1)).toBeLessThan(0.1)
})

it('energy follows from cores, ticks and synaptic operations counted', async () => {
  const core = neuromorphicCore({ network: flat(3, 10), ticks: 2, input: 'spikes' })
  await core.store(initialTheta(flat(3, 10)))
  const drive = { kind: 'track', data: Float64Array.of(1, 1, 0, 0, 0, 1), hold: 4 } as const
  await core.measure({ slots: 4, drive }, new Float64Array(40))
  expect(core.activity()).toEqual({ slots: 4, operations: 4 * 30, lost: 0 })
  const joules = energyPerImage({ cores: 1, ticks: 2, images: 4, operations: core.activity().operations })
  expect(joules).toBeCloseTo(55e-6 * 2e-3 + 22e-12 * 30, 18)
  expect(core.sheet.settings).toMatchObject(CORE_ENERGY)
  expect(() => energyPerImage({ cores: 1, ticks: 2, images: 0, operations: 0 })).toThrow('of 0 images')
})

it('refuses what cannot be, by name', () => {
  const network = flat(1, 1)
  const refused: readonly (readonly [Partial<NeuromorphicCoreOptions>, string])[] = [
    [{ ticks: 0 }, 'ticks must be a whole number from 1, got 0'],
    [{ member: 0.5 }, 'member must be a whole number from 0, got 0.5'],
    [{ preset: 'perfect' }, 'preset must be one of ideal, mismatched, stuck, lossy, got perfect'],
    [{ imperfections: { spikeLoss: 1.5 } }, 'spikeLoss must be a share from 0 to 1, got 1.5'],
    [{ imperfections: { stuckOpen: 0.6, stuckClosed: 0.6 } }, 'stuckOpen + stuckClosed must be at most 1'],
    [{ imperfections: { leakDrift: Number.NaN } }, 'leakDrift must be zero or positive, got NaN'],
  ]
  for (const [options, message] of refused) expect(() => neuromorphicCore({ network, ...options })).toThrow(message)
})

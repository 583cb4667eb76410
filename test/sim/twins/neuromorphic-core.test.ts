import { describe, expect, it } from 'vitest'
import { type CoreNetwork, coreLayout, memorylessNeuron, uniformCrossings } from '../../../devices/index.ts'
import { neuromorphicCore } from '../../../sim/index.ts'
import { type CoreTwinOptions, coreTwin } from '../../../sim/twins/neuromorphic-core.ts'
import { attach } from '../../../src/contract/device.ts'
import { closed, memberSeed, SynapseDraws } from '../../../src/kernels/core/member.ts'
import { probabilisticOracle } from '../../../src/kernels/probabilistic/oracle.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { confront, requireTrust } from '../../../src/twins/confront.ts'
import { requireSlopes } from '../../../src/twins/differences.ts'
import type { Twin, TwinPoint } from '../../../src/twins/twin.ts'

const LINES = 8
const HIDDEN = 24
const EACH = 12
const ROWS = 3

/** Eight lines, 24 neurons, two classes of twelve. */
const NETWORK: CoreNetwork = {
  cores: [
    {
      axonTypes: Array.from({ length: 3 * LINES }, (_, a) => a % 4),
      neurons: Array.from({ length: HIDDEN }, (_, j) =>
        memorylessNeuron(5, j, 'strict', { core: 1, axon: j, delay: 1 }),
      ),
      crossbar: Array.from({ length: 3 * LINES }, () => []),
    },
    {
      axonTypes: Array.from({ length: HIDDEN }, (_, a) => a % 4),
      neurons: Array.from({ length: 2 * EACH }, (_, j) =>
        memorylessNeuron(5, HIDDEN + j, 'strict', { output: Math.floor(j / EACH) }),
      ),
      crossbar: Array.from({ length: HIDDEN }, () => []),
    },
  ],
  inputs: Array.from({ length: LINES }, (_, line) => [0, 1, 2].map((copy) => ({ core: 0, axon: copy * LINES + line }))),
  outputs: 2,
  seed: 5,
}
const LAYOUT = coreLayout(NETWORK)

const uniform = (seed: number, length: number, low: number, high: number) =>
  fillUniform(draws(seed, STREAM.testInputs), low, high, new Float64Array(length))

function pointOf(twin: Twin, { rows = ROWS, own = 0.3 } = {}): TwinPoint {
  const theta = uniformCrossings(NETWORK, 2)
  theta.set(uniform(3, LAYOUT.neurons, -0.7, 0.7), LAYOUT.leak)
  return {
    ...{ theta, rows },
    drive: uniform(4, rows * twin.width.drive, 0.1, 0.9),
    parameters: uniform(6, LAYOUT.neurons, -own, own),
  }
}

function slopesBy(twin: Twin, point: TwinPoint) {
  const cotangent = uniform(7, point.rows * twin.width.sense, -1, 1)
  const sense = new Float64Array(cotangent.length)
  const into = { theta: new Float64Array(point.theta.length), drive: new Float64Array(point.drive.length) }
  void twin.vjp(point, { sense }, cotangent, into)
  return into
}

/** Bits that member 3 of the core has, as 1 and 0, and whole leaks: what the held twin should be asked at. */
function held({ theta }: TwinPoint): Float64Array {
  const words = new SynapseDraws(memberSeed(5, 3)).words(0, new Uint32Array(LAYOUT.synapses))
  return theta.map((value, i) => (i < words.length ? Number(closed(words[i], value)) : Math.floor(value + 0.5)))
}

describe('the twin of a core', () => {
  const smooth: CoreTwinOptions = { network: NETWORK, ticks: 4, smooth: true, engine: probabilisticOracle }

  it.each([
    ['rates', smooth],
    ['spikes', { ...smooth, input: 'spikes', blur: 0 }],
  ] as const)('has the slopes of its own forward without the steps of the machine, for %s', async (_, options) => {
    const twin = coreTwin(options)
    // The bound of the issue.
    const errors = await requireSlopes(twin, pointOf(twin), { tolerance: 1e-6, most: 20 })
    expect(errors.theta.difference).not.toBe(0)
    expect(errors.parameters?.difference).not.toBe(0)
  })

  it('gives by the stored numbers what the smooth twin gives at the bits and whole leaks of the member', () => {
    const twin = coreTwin({ ...smooth, smooth: false, synapses: 'held', member: 3 })
    const point = pointOf(twin)
    const found = slopesBy(twin, point)
    const wanted = slopesBy(coreTwin(smooth), { ...point, theta: held(point) })
    expect(found.theta).toEqual(wanted.theta)
    expect(found.drive).toEqual(wanted.drive)
  })

  it('gives within single precision by the kernel what it gives by the oracle', () => {
    const point = pointOf(coreTwin(smooth))
    const found = slopesBy(coreTwin({ network: NETWORK, ticks: 4, smooth: true }), point)
    const exact = slopesBy(coreTwin(smooth), point)
    const largest = exact.theta.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // `probabilisticSimd` promises 1e-5 of the largest entry.
    for (const [i, value] of found.theta.entries())
      expect(Math.abs(value - exact.theta[i])).toBeLessThan(1e-5 * largest)
  })

  it('expects the counts of the machine, spike by spike, where nothing is left to chance', async () => {
    const made = { network: NETWORK, ticks: 2, synapses: 'held', input: 'spikes', member: 3 } as const
    const twin = coreTwin({ ...made, engine: probabilisticOracle })
    const point = pointOf(twin, { rows: 20, own: 0 })
    const drive = point.drive.map((value) => Number(value > 0.5))
    await using device = attach(neuromorphicCore(made))
    await device.store(point.theta)
    const counts = new Float64Array(20 * 2)
    await device.measure({ slots: 20, drive: { kind: 'track', data: drive, hold: 1 } }, counts)
    const expected = new Float64Array(counts.length)
    void twin.forward({ ...point, drive }, expected)
    expect(new Set(counts).size).toBeGreaterThan(3)
    // Sums lie half a unit from their bound, 7 standard deviations of the variance floor: 1e-12 of a spike each.
    for (const [i, count] of counts.entries()) expect(expected[i]).toBeCloseTo(count, 9)
  })

  it('agrees with a core that has its own thresholds, and is refused where a sign is flipped', async () => {
    const made = { network: NETWORK, ticks: 32, synapses: 'held' } as const
    const twin = coreTwin(made)
    const flipped: Twin = {
      ...twin,
      vjp(point, measured, cotangent, into) {
        void twin.vjp(point, measured, cotangent, into)
        into.theta?.forEach((slope, i, all) => {
          all[i] = -slope
        })
      },
    }
    const at = { theta: uniformCrossings(NETWORK, 2), drive: uniform(8, 16 * LINES, 0, 1), rows: 16 }
    await using device = attach(neuromorphicCore({ ...made, imperfections: { thresholdMismatch: 0.3 } }))
    const verdict = await confront({ twin }, device, at)
    expect(() => requireTrust({ twin }, device, verdict)).not.toThrow()
    const wrong = await confront({ twin: flipped }, device, at)
    expect(() => requireTrust({ twin: flipped }, device, wrong)).toThrow(expect.objectContaining({ code: 'TWIN' }))
  })
})

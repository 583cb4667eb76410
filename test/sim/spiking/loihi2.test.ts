import { describe, expect, it } from 'vitest'
import { deviation, spikingModel, traceSpikes } from '../../../sim/index.ts'
import { quantiseBias, quantiseWeights } from '../../../sim/spiking/loihi2/weights.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { neurons, single } from './networks.ts'

const run = (network: ReturnType<typeof single>, drive: readonly number[], options = {}) =>
  traceSpikes(spikingModel('loihi2', network, options), Float64Array.from(drive))

/** The published single neuron: a time constant of 2.5 ms, ticks of 0.1 ms. */
const published = (weight = 1) => single(neurons('LIF', 1, { tau: 0.0025, threshold: 0.1 }), weight)

describe('the Loihi 2 core', () => {
  it('lets one spike decay as the chip did', () => {
    const { readings } = run(published(), [1, ...new Array(99).fill(0)])
    expect([...readings.slice(0, 8)]).toEqual([0, 640, 614, 589, 565, 542, 520, 499])
    expect(readings[96]).toBe(0)
  })

  it('reads 128 in the tick of a spike and begins again at 0', () => {
    const { readings, spikes } = run(published(), [1, 1, 1, 0, 0, 1, 0])
    expect([...readings]).toEqual([0, 640, 1254, 128, 0, 0, 640])
    expect([...spikes]).toEqual([0, 0, 0, 1, 0, 0, 0])
  })

  it('spikes above its threshold, not at it', () => {
    expect([...run(published(2.45), [1, 0]).readings]).toEqual([0, 1600])
    expect([...run(published(2.55), [1, 0]).spikes]).toEqual([0, 1])
  })

  it('keeps what was left over where the reset subtracts', () => {
    const { readings, spikes } = run(published(3), [1, 0, 0], { reset: 'subtract' })
    expect([...spikes]).toEqual([0, 1, 0])
    expect([...readings]).toEqual([0, 30 * 64 - 1600, Math.trunc((320 * (4096 - 163)) / 4096)])
  })

  it('follows its specification in big integers, wrap and saturation included', () => {
    const [dt, tau, tauSyn] = [1e-4, 0.0011, 0.00037]
    const cell = neurons('CubaLIF', 1, { tau, tauSyn, threshold: 300, wIn: 2, r: 3 })
    const { uniform } = draws(5, STREAM.testInputs)
    const drive = Array.from({ length: 300 }, (_, t) => Math.round(16000 * (uniform(t) - 0.4)))
    const network = single(cell, 5, 0.25)
    const model = spikingModel('loihi2', network, { dt })
    const trace = traceSpikes(model, Float64Array.from(drive))
    const gain = 3 * (dt / tau) * 2 * (dt / tauSyn)
    const weight = BigInt(Math.trunc(5 * gain * 256)) * 64n
    const bias = BigInt(Math.trunc(0.25 * gain * 256 * 64))
    const threshold = BigInt(Math.trunc(300 * 131071) >> 9) * 64n
    const [lose, dim] = [BigInt(Math.trunc((dt / tau) * 4095)), BigInt(Math.trunc((dt / tauSyn) * 4095)) + 1n]
    let [u, v, wraps, stops] = [0n, 0n, 0, 0]
    const most = 2n ** 23n - 1n
    for (let t = 0; t < drive.length; t++) {
      const sum = (u * (4096n - dim)) / 4096n + weight * BigInt(t === 0 ? 0 : drive[t - 1]) + bias
      u = BigInt.asIntN(24, sum)
      if (u !== sum) wraps++
      const raised = (v * (4096n - lose)) / 4096n + u
      v = raised > most ? most : raised < -most ? -most : raised
      if (v !== raised) stops++
      const spike = v > threshold
      expect([trace.spikes[t], trace.readings[t]]).toEqual([Number(spike), spike ? 128 : Number(v)])
      if (spike) v = 0n
    }
    expect(model.overflow).toEqual({ wrapped: wraps, saturated: stops })
    expect(wraps).toBeGreaterThan(5)
    expect(stops).toBeGreaterThan(5)
    expect(trace.times[0].length).toBeGreaterThan(5)
  })

  it('publishes how far it is from the exact solution, its own lag aside', () => {
    const model = spikingModel('loihi2', published())
    const drive = Float64Array.from({ length: 400 }, (_, t) => +(t % 10 === 0 && t < 350))
    const exact = traceSpikes(spikingModel('exact', published()), drive)
    const far = deviation(model, traceSpikes(model, drive), exact)
    expect(far.spikes).toBe(0)
    expect(exact.times[0].length).toBeGreaterThan(2)
    // Weight 10 for 10.24 and threshold 25 for 25.6: within a few percent, but not exact.
    expect(far.membraneRms).toBeGreaterThan(1e-3)
    expect(far.membraneRms).toBeLessThan(0.05)
    expect(Math.abs(far.shiftMean ?? 9)).toBeLessThan(1)
  })

  it('holds weights as mantissas of eight bits with one exponent', () => {
    const weights = (...list: readonly number[]) => {
      const { values, exponent } = quantiseWeights(Float64Array.from(list), 'w')
      return [exponent, ...values]
    }
    expect(weights(10.24, 255.9, 0.5)).toEqual([0, 10, 255, 0])
    expect(weights(256, 3)).toEqual([1, 256, 2])
    expect(weights(-255.9, -7)).toEqual([0, -255, -7])
    // One bit is the sign: mantissas are even.
    expect(weights(255, -256, 3.9, -3.9, 1)).toEqual([0, 254, -256, 2, -2, 0])
    expect(weights(256, -1)).toEqual([1, 256, 0])
    expect(weights(255 * 128)).toEqual([7, 32640])
    expect(quantiseBias(Float64Array.of(4095.5, -1), 'b')).toEqual({ exponent: 0, values: Float64Array.of(4095, -1) })
    expect(quantiseBias(Float64Array.of(4096, -1), 'b').values).toEqual(Float64Array.of(4096, 0))
  })

  const lif = { tau: 0.0025 }
  it.each([
    [
      'weights beyond the largest',
      () => single(neurons('LIF', 1, lif), 3300),
      {},
      'LIMIT',
      /input -> cell: a weight of 33792/,
    ],
    ['weights below the smallest', () => single(neurons('LIF', 1, lif), 0.01), {}, 'CONFIG', /every weight is below/],
    [
      'a leak elsewhere',
      () => single(neurons('LIF', 1, { ...lif, leak: 0.1 })),
      {},
      'CONFIG',
      /neuron 0: v_leak is 0.1/,
    ],
    ['a reset elsewhere', () => single(neurons('LIF', 1, { ...lif, reset: -1 })), {}, 'CONFIG', /v_reset is -1/],
    [
      'a threshold too small',
      () => single(neurons('LIF', 1, { ...lif, threshold: 0.001 })),
      {},
      'LIMIT',
      /v_threshold 0.001/,
    ],
    [
      'a threshold too large',
      () => single(neurons('LIF', 1, { ...lif, threshold: 600 })),
      {},
      'LIMIT',
      /v_threshold 600/,
    ],
    ['a bias too large', () => single(neurons('LIF', 1, lif), 1, 1e4), {}, 'LIMIT', /"cell": a bias of/],
    ['ticks too long', () => single(neurons('LIF', 1, lif)), { dt: 0.003 }, 'CONFIG', /needs dt up to/],
    ['an odd scale', () => single(neurons('LIF', 1, lif)), { scale: 100 }, 'CONFIG', /power of two/],
  ])('refuses %s', (_, network, options, code, message) => {
    expect(() => spikingModel('loihi2', network(), options)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  it('takes spikes, not currents', () => {
    const model = spikingModel('loihi2', published())
    expect(() => model.step([0.5])).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/input 0 of the drive is 0.5/) }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { spikingModel, traceSpikes } from '../../../sim/index.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { neurons, single } from './networks.ts'

const held = (ticks: number, value: number) => new Float64Array(ticks).fill(value)
const timesOf = (model: ReturnType<typeof spikingModel>, drive: Float64Array) => traceSpikes(model, drive).times[0]

describe('the exact model', () => {
  it.each([1e-4, 3.3e-3, 0.05])('LIF under a step of current: tau ln(I r / (I r - threshold)), ticks of %d s', (dt) => {
    const [tau, r, threshold, current] = [0.02, 3, 1.2, 0.9]
    const network = single(neurons('LIF', 1, { tau, r, threshold }))
    const times = timesOf(spikingModel('exact', network, { dt }), held(Math.ceil(0.2 / dt), current))
    const period = tau * Math.log((current * r) / (current * r - threshold))
    expect(times.length).toBeGreaterThanOrEqual(Math.floor(0.2 / period))
    times.forEach((time, n) => {
      expect(Math.abs(time / ((n + 1) * period) - 1)).toBeLessThan(1e-8)
    })
  })

  it('LIF with a leak and a reset of its own', () => {
    const [tau, leak, reset, threshold] = [0.01, -0.5, -0.2, 1]
    const network = single(neurons('LIF', 1, { tau, leak, reset, threshold }))
    const [first, second] = timesOf(spikingModel('exact', network, { dt: 1e-3 }), held(40, 2))
    const wait = (from: number) => tau * Math.log((2 + leak - from) / (2 + leak - threshold))
    expect(first).toBeCloseTo(wait(0), 12)
    expect(second - first).toBeCloseTo(wait(reset), 12)
  })

  it('IF rises in a straight line, several spikes a tick', () => {
    const network = single(neurons('IF', 1, { r: 2, threshold: 0.32 }))
    const times = timesOf(spikingModel('exact', network, { dt: 1 }), held(3, 0.5))
    expect(times).toHaveLength(9)
    times.forEach((time, n) => {
      expect(time).toBeCloseTo(0.32 * (n + 1), 12)
    })
  })

  /** A current of 1 through the first tick, from rest: what both exponentials leave at a time after it. */
  const response = (time: number, dt: number, tauMem: number, tauSyn: number) => {
    const share = tauMem === tauSyn ? 0 : tauSyn / (tauSyn - tauMem)
    const [m, s] = [Math.exp(-dt / tauMem), Math.exp(-dt / tauSyn)]
    const later = time - dt
    const [em, es] = [Math.exp(-later / tauMem), Math.exp(-later / tauSyn)]
    if (tauMem === tauSyn) return (1 - m - (dt / tauMem) * m) * em + (1 - s) * (later / tauMem) * em
    return (1 - m - share * (s - m)) * em + (1 - s) * share * (es - em)
  }

  it.each([
    [0.01, 0.003],
    [0.003, 0.01],
    [0.005, 0.005],
  ])('CubaLIF after one spike is two exponentials: tauMem %d, tauSyn %d', (tau, tauSyn) => {
    const [dt, r, wIn] = [1e-3, 2, 1.5]
    const network = single(neurons('CubaLIF', 1, { tau, tauSyn, r, wIn, threshold: 1 }))
    const trace = traceSpikes(
      spikingModel('exact', network, { dt }),
      Float64Array.from({ length: 30 }, (_, t) => +(t === 0)),
    )
    trace.membranes.forEach((v, tick) => {
      expect(Math.abs(v - r * wIn * response((tick + 1) * dt, dt, tau, tauSyn))).toBeLessThan(1e-12)
    })
    // The same membrane with a threshold in its way: crossed where the closed form says, by bisection here.
    const top = Math.max(...trace.membranes)
    const low = single(neurons('CubaLIF', 1, { tau, tauSyn, r, wIn, threshold: 0.7 * top }))
    const [time] = timesOf(
      spikingModel('exact', low, { dt }),
      Float64Array.from({ length: 30 }, (_, t) => +(t === 0)),
    )
    expect(Math.abs(r * wIn * response(time, dt, tau, tauSyn) - 0.7 * top)).toBeLessThan(1e-8 * top)
    expect(time).toBeGreaterThan(dt)
  })

  it.each([
    [0.01, 0.003],
    [0.003, 0.01],
    [0.005, 0.005],
  ])('CubaLIF from rest, flat at first, crosses within the tick: tauMem %d, tauSyn %d', (tau, tauSyn) => {
    const network = single(neurons('CubaLIF', 1, { tau, tauSyn, threshold: 0.6 }))
    const [time] = timesOf(spikingModel('exact', network, { dt: 0.1 }), held(1, 1))
    // Within the first tick the closed form is that of a step: nothing has passed since the tick.
    expect(Math.abs(response(time, time, tau, tauSyn) - 0.6)).toBeLessThan(1e-12)
  })

  it('equal time constants are the limit of unequal ones', () => {
    const drive = Float64Array.from({ length: 20 }, (_, t) => +(t % 3 === 0))
    const at = (tauSyn: number) =>
      traceSpikes(
        spikingModel('exact', single(neurons('CubaLIF', 1, { tau: 0.004, tauSyn, threshold: 9 }), 3), { dt: 1e-3 }),
        drive,
      )
    const limit = at(0.004).membranes
    for (const gap of [1e-12, 1e-9, 1e-6]) {
      const near = at(0.004 * (1 + gap)).membranes
      near.forEach((v, t) => {
        expect(Math.abs(v - limit[t])).toBeLessThan(2 * gap + 1e-14)
      })
    }
  })

  it('finds every crossing: the same spikes whatever the ticks are cut into', () => {
    const { uniform } = draws(3, STREAM.testInputs)
    for (const tauSyn of [0.0007, 0.002, 0.0063]) {
      const network = single(neurons('CubaLIF', 1, { tau: 0.002, tauSyn, threshold: 0.8 }))
      const rows = Float64Array.from({ length: 60 }, (_, t) => 8 * uniform(t) - 3)
      const coarse = timesOf(spikingModel('exact', network, { dt: 4e-3 }), rows)
      const fine = timesOf(
        spikingModel('exact', network, { dt: 2e-4 }),
        Float64Array.from({ length: 1200 }, (_, t) => rows[Math.floor(t / 20)]),
      )
      expect(coarse.length).toBeGreaterThan(30)
      expect(coarse).toHaveLength(fine.length)
      coarse.forEach((time, n) => {
        expect(Math.abs(time - fine[n])).toBeLessThan(1e-10)
      })
    }
  })

  it('a membrane that comes to rest on its threshold does not spike, one a hair above does', () => {
    const network = single(neurons('LIF', 1, { tau: 0.01 }))
    expect(timesOf(spikingModel('exact', network), held(5000, 1))).toEqual([])
    expect(timesOf(spikingModel('exact', network), held(5000, 1 + 1e-9)).length).toBeGreaterThan(0)
  })

  it('neurons without a threshold never spike', () => {
    const cell = neurons('CubaLI', 1, { tau: 0.001, tauSyn: 0.001, threshold: Number.POSITIVE_INFINITY })
    const trace = traceSpikes(spikingModel('exact', single(cell)), held(200, 7))
    expect(trace.times).toEqual([[]])
    expect(trace.membranes[199]).toBeCloseTo(7, 4)
  })

  it('refuses thousands of spikes in a tick', () => {
    const model = spikingModel('exact', single(neurons('IF', 1, {})), { dt: 1 })
    expect(() => model.step([5000])).toThrow(
      expect.objectContaining({ code: 'LIMIT', message: expect.stringContaining('node "cell": neuron 0') }),
    )
  })
})

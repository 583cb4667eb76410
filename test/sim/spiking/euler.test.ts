import { describe, expect, it } from 'vitest'
import { deviation, spikingModel, traceSpikes } from '../../../sim/index.ts'
import { neurons, single } from './networks.ts'

describe('forward Euler', () => {
  it.each([
    ['LIF', neurons('LIF', 1, { tau: 0.01, threshold: 0.6 })],
    ['CubaLIF', neurons('CubaLIF', 1, { tau: 0.01, tauSyn: 0.004, threshold: 0.6 })],
  ])('%s: spikes miss their exact time by no more than a few ticks, however short these are', (_, cell) => {
    const network = single(cell, 2)
    const misses = [1, 4, 16].map((cut) => {
      const dt = 4e-4 / cut
      // Input for 16 ms, then silence: equal in time for every length of a tick.
      const drive = Float64Array.from({ length: 100 * cut }, (_, t) => +(t < 40 * cut))
      const model = spikingModel('euler', network, { dt })
      const exact = traceSpikes(spikingModel('exact', network, { dt }), drive)
      const far = deviation(model, traceSpikes(model, drive), exact)
      expect(exact.times[0].length).toBeGreaterThan(2)
      expect(far.spikes).toBe(0)
      expect(far.shiftMax).toBeLessThan(4)
      return (far.shiftMax ?? Number.NaN) * dt
    })
    expect(misses[2]).toBeLessThan(misses[0] / 4)
  })

  it('without spikes the error halves with the tick', () => {
    const network = single(neurons('CubaLIF', 1, { tau: 0.01, tauSyn: 0.004, threshold: 9 }))
    const [coarse, fine] = [1, 2].map((cut) => {
      const model = spikingModel('euler', network, { dt: 2e-4 / cut })
      const drive = new Float64Array(100 * cut).fill(1)
      const exact = spikingModel('exact', network, { dt: 2e-4 / cut })
      return deviation(model, traceSpikes(model, drive), traceSpikes(exact, drive)).membraneRms
    })
    expect(coarse / fine).toBeGreaterThan(1.95)
    expect(coarse / fine).toBeLessThan(2.05)
  })

  it('resets to zero, or by subtraction, which keeps what was left over', () => {
    const network = single(neurons('IF', 1, { threshold: 1 }))
    const run = (reset: 'zero' | 'subtract') => [
      ...traceSpikes(spikingModel('euler', network, { dt: 1, reset }), Float64Array.of(1.4, 0, 0.7)).membranes,
    ]
    expect(run('zero')).toEqual([0, 0, 0.7])
    expect(run('subtract')[0]).toBeCloseTo(0.4, 12)
    expect(run('subtract')[2]).toBeCloseTo(0.1, 12)
  })

  it('refuses ticks longer than a time constant and warns of coarse ones', () => {
    const network = single(neurons('LIF', 1, { tau: 0.001 }))
    expect(() => spikingModel('euler', network, { dt: 0.002 })).toThrow(
      expect.objectContaining({
        code: 'CONFIG',
        message: expect.stringMatching(/"cell": tau_mem is 0.001 s, dt 0.002/),
      }),
    )
    expect(spikingModel('euler', network, { dt: 5e-4 }).warnings).toEqual([expect.stringMatching(/coarse for euler/)])
    expect(spikingModel('euler', network, { dt: 1e-4 }).warnings).toEqual([])
    expect(spikingModel('exact', network, { dt: 0.002 }).warnings).toEqual([])
  })

  it('networks without time constants count ticks, and a tick of seconds is warned of where nothing could happen', () => {
    const network = single(neurons('IF', 1, {}), 0.5)
    expect(spikingModel('euler', network).dt).toBe(1)
    expect(spikingModel('euler', network).warnings).toEqual([])
    expect(spikingModel('euler', network, { dt: 1e-4 }).warnings).toEqual([expect.stringMatching(/try dt=1/)])
    expect(spikingModel('euler', single(neurons('LIF', 1, { tau: 1 }))).dt).toBe(1e-4)
  })
})

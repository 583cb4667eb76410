import { describe, expect, it } from 'vitest'
import { Detector, frameNoise } from '../../../sim/thz/detector.ts'
import { Flicker } from '../../../sim/thz/flicker.ts'
import { type DetectorOptions, thzPreset } from '../../../sim/thz/index.ts'
import { STREAM } from '../../../src/random/streams.ts'

const FRAME = 1e-3
const quiet = thzPreset('ideal').imperfections.detector
const wide = { min: -10, max: 10, step: 0 }
const detector = (options: Partial<DetectorOptions>, ending = wide) =>
  new Detector({ options: { ...quiet, ...options }, ending, frameSeconds: FRAME, seed: 3 })
const read = (machine: Detector, values: readonly number[], first = 0) => {
  const into = Float64Array.from(values)
  machine.read(into, first, into.length)
  return into
}
const deviation = (values: Float64Array) => {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)
}

describe('the detector', () => {
  it('behind a lock-in takes 1 - exp(-(k + 1) T / tau) of a step', () => {
    const tau = 2e-3
    read(detector({ lockIn: tau }), new Array(12).fill(1)).forEach((volts, k) => {
      expect(volts).toBeCloseTo(1 - Math.exp((-(k + 1) * FRAME) / tau), 14)
    })
  })

  it('refuses a memory or a noise below zero', () => {
    for (const wrong of [{ lockIn: -1e-3 }, { noise: -1 }, { flicker: Number.NaN }])
      expect(() => detector(wrong)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('mixes a reading with the one before by exp(-T / tau)', () => {
    const left = Math.exp(-FRAME / 5e-4)
    const [, second] = read(detector({ lockIn: 5e-4 }), [0.7, 0.2])
    expect(second).toBeCloseTo((1 - left) * (0.2 + left * 0.7), 14)
  })

  it('has the noise of its NEP in the bandwidth of the lock-in', () => {
    const options = { nep: 2e-9, responsivity: 1e3, lockIn: 1e-4 }
    const wanted = 2e-9 * Math.sqrt(1 / (4 * 1e-4)) * 1e3
    expect(frameNoise({ ...quiet, ...options }, FRAME)).toBeCloseTo(wanted, 12)
    const seen = deviation(read(detector(options), new Array(4000).fill(0)))
    // A standard deviation of 4000 numbers errs by 1 / sqrt(8000) = 1.1 %.
    expect(Math.abs(seen / wanted - 1)).toBeLessThan(5 * 0.011)
  })

  it('lets the source multiply and the offset add', () => {
    const [, , third] = read(detector({ sourceRate: 0.5, offset: 0.03 }), [1, 1, 1])
    expect(third).toBeCloseTo(1 + 0.5 * 2 * FRAME + 0.03, 14)
  })

  it('counts what its converter cannot show', () => {
    const machine = detector({}, { min: -1, max: 1, step: 0.25 })
    const into = Float64Array.of(0.3, 0.4, 1.2, -3)
    expect(machine.read(into, 0, 4)).toBe(2)
    expect([...into]).toEqual([0.25, 0.5, 1, -1])
  })

  it('goes by the number of the frame: two halves read as the whole', () => {
    const options = { noise: 0.1, flicker: 0.1, sourceFlicker: 0.1, lockIn: 1e-3 }
    const whole = read(detector(options), new Array(200).fill(1))
    const machine = detector(options)
    const halves = [...read(machine, new Array(90).fill(1)), ...read(machine, new Array(110).fill(1), 90)]
    expect(halves).toEqual([...whole])
    expect(deviation(whole)).toBeGreaterThan(0.01)
  })
})

describe('1/f noise', () => {
  const noise = () => new Flicker(1, 5, STREAM.thzFlicker)

  it('is the same in any order of asking', () => {
    const forwards = noise()
    const list = Array.from({ length: 50 }, (_, n) => forwards.at(n))
    const backwards = noise()
    for (let n = 49; n >= 0; n--) expect(backwards.at(n)).toBe(list[n])
  })

  it('scatters from frame to frame as stated', () => {
    const source = noise()
    let squares = 0
    for (let n = 0; n < 20_000; n++) squares += (source.at(n + 1) - source.at(n)) ** 2 / 40_000
    // The fastest part has 20 000 draws, the next half as many: the mean square errs by about 1 %.
    expect(Math.abs(Math.sqrt(squares) / Flicker.scatter(1) - 1)).toBeLessThan(0.05)
  })

  it('scatters within pairs as between them, over machines', () => {
    const [within, between] = [0, 1].map((first) => {
      let squares = 0
      for (let seed = 1; seed <= 100; seed++) {
        const source = new Flicker(1, seed, STREAM.thzFlicker)
        for (let n = 0; n < 40; n++) squares += (source.at(2 * n + first + 1) - source.at(2 * n + first)) ** 2 / 8000
      }
      return Math.sqrt(squares)
    })
    // 100 machines, each with its own phases of the slower parts: the two differ by a few per cent by chance, by 2 for a common phase.
    expect(within / Flicker.scatter(1)).toBeGreaterThan(0.9)
    expect(within / between).toBeGreaterThan(0.85)
    expect(within / between).toBeLessThan(1.15)
  })

  it('is as different between neighbouring means of 64 frames as between frames', () => {
    const source = noise()
    const values = Float64Array.from({ length: 2 ** 14 }, (_, n) => source.at(n))
    // Variance between neighbouring means of 2^n frames: that of octaves, so equal for all n but for chance.
    const between = (length: number) => {
      const means = Array.from({ length: values.length / length }, (_, b) =>
        values.subarray(b * length, (b + 1) * length).reduce((sum, v) => sum + v / length, 0),
      )
      return means.slice(1).reduce((sum, m, b) => sum + (m - means[b]) ** 2, 0) / (2 * (means.length - 1))
    }
    const [short, long] = [between(1), between(64)]
    // 256 means give it to 12 % of itself; white noise would leave 1 / 64.
    expect(long / short).toBeGreaterThan(0.5)
    expect(long / short).toBeLessThan(2)
  })
})

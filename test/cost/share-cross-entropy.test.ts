import { describe, expect, it } from 'vitest'
import { shareCrossEntropy } from '../../src/cost/share-cross-entropy.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

type Options = Parameters<typeof shareCrossEntropy>[0]

function lossOf(sense: readonly number[], target: readonly number[], options?: Options): number {
  const into = new Float64Array(1)
  const targets = { data: Float64Array.from(target), rows: 1, hold: 1 }
  shareCrossEntropy(options).values(Float64Array.from(sense), 1, sense.length, targets, into)
  return into[0]
}

function slopesOf(sense: readonly number[], target: readonly number[], options?: Options): Float64Array {
  const into = new Float64Array(sense.length)
  const targets = { data: Float64Array.from(target), rows: 1, hold: 1 }
  shareCrossEntropy(options).gradient(Float64Array.from(sense), 1, sense.length, targets, into)
  return into
}

describe('share cross-entropy', () => {
  it('is minus the log of the share of sizes, whatever their sign and unit', () => {
    expect(lossOf([3, -1], [1, 0])).toBeCloseTo(-Math.log(0.75), 15)
    expect(lossOf([-3e-4, -1e-4], [0, 1])).toBeCloseTo(-Math.log(0.25), 15)
    expect(lossOf([1, 1, 2], [1, 1, 0])).toBeCloseTo(Math.LN2, 15)
    expect(lossOf([2, 0, 0], [1, 0, 0])).toBeCloseTo(0, 11)
  })

  it('has the slope 1/S - [o = wanted] / (P S), times the sign of the reading', () => {
    const [sense, all] = [[3, -1, -4], 8]
    expect([...slopesOf(sense, [0, 1, 0])]).toEqual(
      [1 / all, -(1 / all - 1), -1 / all].map((v) => expect.closeTo(v, 15)),
    )
    // The size is what counts and not its scale: moving all readings by a common factor costs nothing.
    const slopes = slopesOf(sense, [0, 1, 0])
    expect(sense.reduce((sum, v, o) => sum + v * slopes[o], 0)).toBeCloseTo(0, 15)
  })

  it('of energy is minus the log of the share of squares, with slope 2 u (1/S - t / W)', () => {
    const of = { of: 'energy' } as const
    const [sense, target] = [
      [3, -1, 2, 0.5],
      [1, 1, 0, 0],
    ]
    const [all, wanted] = [9 + 1 + 4 + 0.25, 10]
    expect(lossOf(sense, target, of)).toBeCloseTo(-Math.log(wanted / all), 15)
    expect([...slopesOf(sense, target, of)]).toEqual(
      sense.map((u, o) => expect.closeTo(2 * u * (1 / all - target[o] / wanted), 14)),
    )
    expect([shareCrossEntropy().name, shareCrossEntropy(of).name]).toEqual([
      'share cross-entropy',
      'share cross-entropy of energy',
    ])
  })

  it.each([
    [{}, [1, 0, 0]],
    [{}, [0.2, 0.5, 0.3]],
    [{ of: 'energy' }, [1, 1, 0]],
    [{ of: 'energy', floor: 1e-3 }, [0, 1, 0]],
  ] as [Options, number[]][])('%o has the slope of its differences, rows held and repeated', (options, wish) => {
    const [slots, width] = [6, 3]
    const data = Float64Array.of(...wish, ...[...wish].reverse())
    const targets = { data, rows: 2, hold: 2 }
    const cost = shareCrossEntropy(options)
    // No reading is nearer to 0 than 100 steps.
    const sense = fillUniform(draws(6, STREAM.testInputs), -1, 1, new Float64Array(slots * width)).map(
      (v) => v + Math.sign(v) * 0.1,
    )
    const slopes = new Float64Array(slots * width)
    cost.gradient(sense, slots, width, targets, slopes)
    for (let n = 0; n < slots * width; n++) {
      const [up, down] = [1e-5, -1e-5].map((h) => {
        const into = new Float64Array(slots)
        cost.values(
          sense.map((v, m) => (m === n ? v + h : v)),
          slots,
          width,
          targets,
          into,
        )
        return into[Math.floor(n / width)]
      })
      // h^2 third derivative / 6 < 1e-7 where a share is 0.1, rounding 1e-11.
      expect(Math.abs(slopes[n] - (up - down) / 2e-5)).toBeLessThan(1e-6)
    }
  })

  it('at a displacement of exactly 0 is defined: a wanted output is pushed off its axis', () => {
    for (const zero of [0, -0]) {
      const [value, slopes] = [lossOf([zero, 1e-3], [1, 0]), slopesOf([zero, 1e-3], [1, 0])]
      // A picometre in a millimetre.
      expect(value).toBeCloseTo(Math.log(1e-3 / 1e-12), 8)
      // Towards positive readings; 1 / S - 1 / floor.
      expect(slopes[0] / -1e12).toBeCloseTo(1, 8)
      expect(slopes[1]).toBeCloseTo(1e3, 5)
      // An unwanted one is pushed the other way, which is further off too.
      expect(slopesOf([zero, 1e-3], [0, 1])[0]).toBeCloseTo(1e3, 5)
    }
    // All at once: shares of the floors.
    expect(lossOf([0, 0, 0], [0, 1, 0])).toBeCloseTo(Math.log(3), 14)
    expect([...slopesOf([0, 0, 0], [0, 1, 0])].every(Number.isFinite)).toBe(true)
  })

  it('counts sizes below the floor as the floor, and slopes no steeper than there', () => {
    const floor = 1e-5
    expect(lossOf([1e-9, 1e-3], [1, 0], { floor })).toBe(lossOf([floor, 1e-3], [1, 0], { floor }))
    expect(slopesOf([-1e-9, 1e-3], [1, 0], { floor })[0]).toBe(-slopesOf([1e-9, 1e-3], [1, 0], { floor })[0])
    expect(slopesOf([1e-9, 1e-3], [1, 0], { floor })[0]).toBe(slopesOf([floor, 1e-3], [1, 0], { floor })[0])
    expect(Math.abs(slopesOf([0, 1e-3], [1, 0], { floor })[0])).toBeLessThan(1 / floor)
    // Above the floor it says nothing.
    expect(lossOf([2e-5, 1e-3], [1, 0], { floor })).toBe(lossOf([2e-5, 1e-3], [1, 0]))
    // Energy has a slope at 0 from the floor as well.
    expect(slopesOf([0, 1e-3], [1, 0], { floor, of: 'energy' })[0]).toBeLessThan(0)
  })

  it.each([
    [{ floor: 0 }, /floor must be positive, got 0/],
    [{ floor: -1 }, /floor must be positive, got -1/],
    [{ floor: Number.NaN }, /floor must be positive, got NaN/],
    [{ of: 'volume' as 'size' }, /of must be size or energy, got volume/],
  ] as [Options, RegExp][])('refuses %o', (options, message) => {
    expect(() => shareCrossEntropy(options)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(() => shareCrossEntropy(options)).toThrow(message)
  })
})

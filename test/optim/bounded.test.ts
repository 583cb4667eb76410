import { describe, expect, it } from 'vitest'
import { adam } from '../../src/optim/adam.ts'
import { type BoundedOptions, bounded } from '../../src/optim/bounded.ts'
import { momentum } from '../../src/optim/momentum.ts'
import { sgd } from '../../src/optim/sgd.ts'

const [low, high] = [100, 180]
const middle = (low + high) / 2
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** One step from `theta` along `gradient`. */
function stepped(options: BoundedOptions, rate: number, theta: number[], gradient: number[]): Float64Array {
  const values = Float64Array.from(theta)
  bounded(sgd(rate), options).step(values, Float64Array.from(gradient))
  return values
}

describe('bounded', () => {
  it('moves the latent variable by dL/dk as published, by dL/dk dk/dz by the chain rule', () => {
    const [beta, rate, slope] = [5, 0.01, 3]
    const published = stepped({ low, high, beta, update: 'published' }, rate, [middle], [slope])
    const chain = stepped({ low, high, beta }, rate, [middle], [slope])
    // z is 0 in the middle, where dk/dz = (high - low) beta / 4.
    expect(published[0]).toBeCloseTo(low + 80 * sigmoid(-beta * rate * slope), 12)
    expect(chain[0]).toBeCloseTo(low + 80 * sigmoid(-beta * rate * slope * (80 * beta) * 0.25), 12)
  })

  it('takes the chain rule from the mapping itself: a small step is slope squared times the gradient', () => {
    const options = { low, high, beta: 2 }
    for (const start of [103, 120, 171]) {
      const s = (start - low) / 80
      const slope = 80 * 2 * s * (1 - s)
      const moved = stepped(options, 1e-9, [start], [1])[0] - start
      // First order in a step of 1e-9; rounding of 1e-14 against 1e-6.
      expect(moved / (-1e-9 * slope ** 2)).toBeCloseTo(1, 5)
    }
  })

  it('never leaves its bounds, however wild the gradient', () => {
    for (const update of ['published', 'chain'] as const) {
      const optimizer = bounded(adam(5), { low, high, beta: 10, update })
      const theta = Float64Array.of(middle, low, high, 101)
      for (let n = 0; n < 50; n++) {
        optimizer.step(theta, Float64Array.of(1e9, -1e9, 1e9, n % 2 === 0 ? 1e300 : -1e300))
        for (const k of theta) expect(k >= low && k <= high).toBe(true)
      }
    }
  })

  it('keeps softplus bounds on one side', () => {
    // log(1 + e^z) = 1 at z = log(e - 1); its slope there is 1 - 1/e.
    const slope = 1 - 1 / Math.E
    const up = stepped({ low }, 0.1, [low + 1], [2])[0]
    expect(up).toBeCloseTo(low + Math.log1p(Math.exp(Math.log(Math.E - 1) - 0.1 * 2 * slope)), 12)
    const down = stepped({ high }, 0.1, [high - 1], [2])[0]
    // From above the slope is negative: descending moves z up and k down.
    expect(down).toBeCloseTo(high - Math.log1p(Math.exp(Math.log(Math.E - 1) + 0.1 * 2 * slope)), 12)
    expect(up).toBeLessThan(low + 1)
    expect(down).toBeLessThan(high - 1)
    const optimizer = bounded(momentum(10, 0.9), { low })
    const theta = Float64Array.of(low + 5, low + 1e6)
    for (let n = 0; n < 100; n++) {
      optimizer.step(theta, Float64Array.of(50, -50))
      expect(theta[0]).toBeGreaterThanOrEqual(low)
      expect(Number.isFinite(theta[1])).toBe(true)
    }
    // Far from its bound a softplus is the identity.
    expect(stepped({ low }, 1, [low + 400], [3])[0]).toBeCloseTo(low + 397, 9)
  })

  it.each([
    ['published', 'published'],
    ['chain', 'chain'],
  ] as const)('descends with the %s update from either side of a bowl', (_, update) => {
    for (const start of [105, 175]) {
      const theta = Float64Array.of(start)
      const optimizer = bounded(adam(0.02), { low, high, update })
      for (let n = 0; n < 1500; n++) optimizer.step(theta, Float64Array.of(theta[0] - 150))
      // One step of Adam is 0.02.
      expect(Math.abs(theta[0] - 150)).toBeLessThan(0.2)
    }
    // With one bound: the published update leaves out a factor that is positive above a lower bound.
    for (const [bound, start] of [
      [{ low }, 110],
      ...(update === 'chain' ? ([[{ high }, 175]] as const) : []),
    ] as const) {
      const theta = Float64Array.of(start)
      const optimizer = bounded(adam(0.1), { ...bound, update })
      for (let n = 0; n < 1500; n++) optimizer.step(theta, Float64Array.of(theta[0] - 150))
      expect(theta[0]).toBeCloseTo(150, 0)
    }
  })

  it('takes its latent value again from a parameter that something else has moved', () => {
    const options = { low, high, beta: 3, update: 'published' } as const
    const theta = Float64Array.of(120, 160)
    const optimizer = bounded(sgd(0.01), options)
    optimizer.step(theta, Float64Array.of(1, 1))
    const second = theta[1]
    theta[0] = 170
    optimizer.step(theta, Float64Array.of(-2, -2))
    expect(theta[0]).toBe(stepped(options, 0.01, [170], [-2])[0])
    // The other goes on from where it was: forth by 1 and back by 2.
    expect(theta[1]).toBeGreaterThan(second)
    expect(theta[1]).toBeCloseTo(stepped(options, 0.01, [160], [-1])[0], 11)
  })

  it('without a move from outside keeps its latent value where it is, past what a double of k can tell', () => {
    const options = { low, high, update: 'published' } as const
    const theta = Float64Array.of(middle)
    const optimizer = bounded(sgd(1), options)
    // 50 up: k is the bound to the last bit. 49 down again: z is 1 and not what the bound would give.
    optimizer.step(theta, Float64Array.of(-50))
    expect(theta[0]).toBe(high)
    optimizer.step(theta, Float64Array.of(49))
    expect(theta[0]).toBeCloseTo(low + 80 * sigmoid(1), 11)
  })

  it('starts at a bound from a finite latent value', () => {
    const theta = stepped({ low, high, update: 'published' }, 1, [low, high], [-1, 1])
    expect(theta[0]).toBeGreaterThan(low)
    expect(theta[1]).toBeLessThan(high)
    for (const k of stepped({ low }, 1, [low], [-1])) expect(k).toBeGreaterThan(low)
  })

  it('has bounds for each parameter', () => {
    const lows = Float64Array.of(0, 100)
    const highs = [1, 200]
    const theta = stepped({ low: lows, high: highs, update: 'published' }, 1, [0.5, 150], [-1, -1])
    expect(theta[0]).toBeCloseTo(sigmoid(1), 14)
    expect(theta[1]).toBeCloseTo(100 + 100 * sigmoid(1), 11)
  })

  it.each(['published', 'chain'] as const)('%s goes on from saved data bit for bit', (update) => {
    const make = () => bounded(adam(0.05, { epsilon: 1e-12 }), { low, high, beta: 10, update })
    const slope = (theta: Float64Array, n: number) => theta.map((k, i) => (k - 130 - 30 * i) * Math.cos(n))
    const optimizer = make()
    const theta = Float64Array.of(120, 160, 179.9)
    for (let n = 0; n < 9; n++) optimizer.step(theta, slope(theta, n))
    const resumed = make()
    resumed.load(JSON.parse(JSON.stringify(optimizer.save())))
    const copy = theta.slice()
    for (let n = 9; n < 30; n++) {
      optimizer.step(theta, slope(theta, n))
      resumed.step(copy, slope(copy, n))
      expect([...copy]).toEqual([...theta])
    }
  })

  it('saved before its first step goes on as a new one', () => {
    const make = () => bounded(adam(0.05), { low, high })
    const resumed = make()
    resumed.load(JSON.parse(JSON.stringify(make().save())))
    const [a, b] = [Float64Array.of(130), Float64Array.of(130)]
    make().step(a, Float64Array.of(1))
    resumed.step(b, Float64Array.of(1))
    expect([...b]).toEqual([...a])
  })

  it.each([
    [{ low: 100, high: 100 }, /low must be below high, got 100 and 100/],
    [{ low: 2, high: 1 }, /low must be below high, got 2 and 1/],
    [{}, /give low, high or both/],
    [{ low: Number.NaN, high: 1 }, /finite numbers, got NaN and 1/],
    [{ low: 0, high: Number.POSITIVE_INFINITY }, /finite numbers, got 0 and Infinity/],
    [{ low: 0, high: 1, beta: 0 }, /beta must be positive, got 0/],
    [{ low: 0, high: 1, beta: Number.NaN }, /beta must be positive, got NaN/],
  ] as [BoundedOptions, RegExp][])('refuses %o', (options, message) => {
    const step = () => bounded(sgd(1), options).step(Float64Array.of(0.5, 0.5), Float64Array.of(1, 1))
    expect(step).toThrow(message)
    expect(step).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    // Before anything moves: a machine would have been driven by the first step.
    expect(() => bounded(sgd(1), options)).toThrow(message)
  })

  it('refuses bounds of another length than the parameters, naming both', () => {
    for (const options of [
      { low: [0, 0], high: 5 },
      { low: 0, high: [1] },
    ]) {
      const optimizer = bounded(sgd(1), options)
      const [name, given] = typeof options.low === 'number' ? ['high', 1] : ['low', 2]
      expect(() => optimizer.step(Float64Array.of(0.5, 0.5, 0.5), new Float64Array(3))).toThrow(
        `bounded: ${name} has ${given} numbers, wanted 3, one per parameter`,
      )
    }
  })

  it('refuses saved data of another kind, and gradients of another length', () => {
    for (const state of [null, { hello: 1 }, { z: [1], left: [1, 2], inner: {} }, { z: ['a'], left: ['a'], inner: {} }])
      expect(() => bounded(sgd(1), { low, high }).load(state)).toThrow(
        /bounded: saved state must hold z, left and inner/,
      )
    const optimizer = bounded(sgd(1), { low, high })
    optimizer.step(Float64Array.of(120, 130), Float64Array.of(0, 0))
    expect(() => optimizer.step(Float64Array.of(120), Float64Array.of(0))).toThrow(/1 numbers, wanted 2 as before/)
  })

  it('goes downhill in the published form too where there is only an upper bound', () => {
    const theta = Float64Array.of(175)
    const optimizer = bounded(adam(0.02), { high: 180, update: 'published' })
    for (let n = 0; n < 3000; n++) optimizer.step(theta, Float64Array.of(theta[0] - 150))
    // One step of Adam is 0.02.
    expect(Math.abs(theta[0] - 150)).toBeLessThan(0.2)
  })

  it('says what it is', () => {
    expect(bounded(adam(1), { low: 0, high: 1 }).name).toBe('adam within bounds')
    expect(bounded(sgd(1), { low: 0, update: 'published' }).name).toBe('sgd within bounds, published update')
  })
})

import { describe, expect, it } from 'vitest'
import { normalCumulative, normalDensity } from '../../../src/kernels/probabilistic/gaussian.ts'
import { probabilisticOracle } from '../../../src/kernels/probabilistic/oracle.ts'
import { probabilisticSimd } from '../../../src/kernels/probabilistic/simd.ts'
import { driveOf, oddNet, startOf } from './net.ts'

describe('the normal distribution', () => {
  // Upper tails from 40-digit arithmetic.
  it.each([
    [0.5, 0.3085375387259869],
    [1, 0.15865525393145705],
    [2, 0.02275013194817921],
    [3.7, 0.00010779973347738824],
    [6, 9.86587645037698e-10],
    [8.5, 9.479534822203251e-18],
  ])('has the tail beyond %f', (z, tail) => {
    expect(Math.abs(normalCumulative(-z) / tail - 1)).toBeLessThan(1e-13)
    expect(normalCumulative(z)).toBe(1 - normalCumulative(-z))
  })

  it('has the density as its slope', () => {
    for (const z of [-3, -0.4, 0.3, 2.2]) {
      const slope = (normalCumulative(z + 1e-5) - normalCumulative(z - 1e-5)) / 2e-5
      expect(Math.abs(slope - normalDensity(z))).toBeLessThan(1e-9)
    }
  })
})

describe('the probabilistic net', () => {
  const net = oddNet()
  const rows = 5
  const drive = driveOf(net, rows)
  const theta = startOf(net, 1)
  const slopes = Float64Array.from({ length: rows * net.groups }, (_, n) => Math.sin(n))

  it('has the derivatives that differences show', () => {
    const oracle = probabilisticOracle(net)
    const value = () => oracle.forward(theta, drive, rows).reduce((sum, mean, n) => sum + mean * slopes[n], 0)
    value()
    const gradient = oracle.backward(slopes)
    const h = 1e-5
    let worst = 0
    for (let i = 0; i < net.parameters; i += 5) {
      const held = theta[i]
      theta[i] = held + h
      const above = value()
      theta[i] = held - h
      const below = value()
      theta[i] = held
      worst = Math.max(worst, Math.abs((above - below) / (2 * h) - gradient[i]))
    }
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.01)
    expect(worst).toBeLessThan(1e-8)
  })

  it('is the same in the kernel within single precision, whatever was shown before', () => {
    const [oracle, simd] = [probabilisticOracle(net), probabilisticSimd(net)]
    // More rows, fewer, more again: buffers grow and are used again.
    for (const count of [2, 5, 1, 4, 5]) {
      const means = oracle.forward(theta, drive, count)
      const same = simd.forward(theta, drive, count)
      expect(same.length).toBe(means.length)
      expect(Math.max(...same.map((mean, n) => Math.abs(mean - means[n])))).toBeLessThan(1e-6)
      const part = slopes.subarray(0, count * net.groups)
      const [wanted, given] = [oracle.backward(part), simd.backward(part)]
      const largest = Math.max(...wanted.map(Math.abs))
      expect(Math.max(...given.map((g, i) => Math.abs(g - wanted[i]))) / largest).toBeLessThan(1e-5)
    }
  })
})

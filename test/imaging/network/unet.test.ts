import { describe, expect, it } from 'vitest'
import { type UNetShape, uNet } from '../../../src/imaging/network/unet.ts'
import { plainLayers } from '../../../src/kernels/network/plain.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

const numbers = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(count))

/** A network with an image in it and slopes at its output. */
function loaded(shape: UNetShape, plain: boolean) {
  const net = plain ? uNet(shape, ({ count }) => plainLayers(new Float64Array(count))) : uNet(shape)
  const { values } = net.layers
  const size = shape.rows * shape.columns
  net.start(3)
  values.set(numbers(size, 1), net.input)
  values.set(numbers(size, 2), net.slopes)
  return { net, values, size, output: () => Float64Array.from(values.subarray(net.output, net.output + size)) }
}

describe('the U-Net', () => {
  it('has the slopes of its own differences', () => {
    // In float64; a kink of a rectifier or a change of the largest of four within 1e-5 is not among these weights.
    const { net, values, output } = loaded({ rows: 8, columns: 12, widths: [4, 8, 4] }, true)
    const weights = numbers(8 * 12, 2)
    const cost = () => {
      net.forward()
      return output().reduce((sum, y, n) => sum + y * weights[n], 0)
    }
    cost()
    net.backward()
    const slopes = Array.from(values.subarray(net.parameters, 2 * net.parameters))
    const largest = Math.max(...slopes.map(Math.abs))
    for (let p = 0; p < net.parameters; p += 83) {
      const kept = values[p]
      values[p] = kept + 1e-5
      const above = cost()
      values[p] = kept - 1e-5
      const below = cost()
      values[p] = kept
      expect(Math.abs((above - below) / 2e-5 - slopes[p])).toBeLessThan(1e-6 * largest)
    }
  })

  it.each([
    { rows: 16, columns: 24, widths: [8, 4, 12] },
    { rows: 40, columns: 8, widths: [4, 8, 8, 16] },
    { rows: 3, columns: 5, widths: [4] },
  ])('is the same in WebAssembly as in float64: %j', (shape) => {
    const [fast, plain] = [loaded(shape, false), loaded(shape, true)]
    for (const { net } of [fast, plain]) {
      net.forward()
      net.backward()
    }
    const apart = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      const most = Math.max(...Array.from(b, Math.abs))
      return Math.max(...Array.from(b, (wanted, n) => Math.abs(a[n] - wanted))) / most
    }
    const slopes = ({ net, values }: typeof fast) => values.subarray(net.parameters, 2 * net.parameters)
    // Rounding of float32 (6e-8) through up to 15 layers, each normalised by the deviation of few numbers.
    expect(apart(fast.output(), plain.output())).toBeLessThan(1e-4)
    expect(apart(slopes(fast), slopes(plain))).toBeLessThan(1e-3)
  })

  it('starts as torch does', () => {
    const { net, values } = loaded({ rows: 8, columns: 8, widths: [16, 4] }, true)
    const first = Array.from(values.subarray(0, 9 * 4 * 16))
    // Kaiming with a = sqrt(5): uniform within 1 / sqrt(fan in), nine numbers of the one real channel.
    expect(Math.max(...first.map(Math.abs))).toBeLessThan(1 / 3)
    expect(Math.sqrt(first.reduce((sum, w) => sum + w * w, 0) / first.length)).toBeCloseTo(1 / 3 / Math.sqrt(3), 2)
    const again = loaded({ rows: 8, columns: 8, widths: [16, 4] }, true)
    expect(again.values.subarray(0, net.parameters)).toEqual(values.subarray(0, net.parameters))
  })

  it('refuses a grid that its levels do not divide', () => {
    expect(() => uNet({ rows: 20, columns: 16 })).toThrow(/multiples of 8 for 4 levels, got 20 x 16/)
    expect(() => uNet({ rows: 16, columns: 16, widths: [16, 30] })).toThrow(/multiples of four/)
  })
})

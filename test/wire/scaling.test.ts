import { expect, test } from 'vitest'
import { firmwareTwin } from '../../sim/index.ts'
import { layoutOf } from '../../src/wire/index.ts'
import { roundShift, scaledCoefficients, scaledGains } from '../../src/wire/scaling.ts'

test('coefficients are rounded to the nearest of 16 bits, as fine as the largest allows', () => {
  for (const largest of [1e-6, 3e-4, 0.02, 0.9, 100]) {
    const wanted = Float64Array.from({ length: 201 }, (_, n) => (largest * (n - 100)) / 100)
    const { exponent, values } = scaledCoefficients(wanted) as { exponent: number; values: Float64Array }
    const top = Math.max(...values)
    expect(top).toBeLessThanOrEqual(32767)
    // Below 2^-31 of a count there is no finer exponent.
    if (exponent < 31) expect(top).toBeGreaterThan(16383)
    const unit = 2 ** (-16 - exponent)
    values.forEach((value, n) => {
      expect(Math.abs(value * unit - wanted[n])).toBeLessThanOrEqual(unit / 2)
      // Plus and minus alike: codes of either sign move the parameters equally far.
      expect(value + values[200 - n]).toBe(0)
    })
  }
  expect(scaledCoefficients(Float64Array.of(40_000))).toBeUndefined()
})

test('gains are those of the rate within 16 bits', () => {
  const { sheet } = firmwareTwin({ layers: [4, 5, 3] })
  const layout = layoutOf(sheet, 'i16')
  const amplitudes = [64, 32, 16, 128].map((count) => count * 2 ** -11)
  const code = { kind: 'code', seed: 1, first: 0, amplitudes, hold: 1, pairing: 'single' } as const
  // 20, 15, 5 and 3 parameters.
  const square = [20, 15, 5, 3].reduce((sum, width, b) => sum + width * amplitudes[b] ** 2, 0)
  for (const [family, share] of [
    ['random', 1],
    ['walsh', 1],
    ['sequential', 1 / 43],
    ['sinusoid', 1 / 2],
  ] as const)
    for (const rate of [1e-3, 0.1, 20])
      scaledGains(layout, { code: { ...code, family }, rate }).forEach((gain, b) => {
        const { mantissa, exponent } = gain as { mantissa: number; exponent: number }
        // Volts per volt squared of summed error over three outputs, in 2^-27 V per 2^-28 V^2.
        const wanted = ((rate * amplitudes[b]) / (share * square * 3)) * 2 ** (27 - 28)
        expect(Math.abs((mantissa * 2 ** -exponent) / wanted - 1)).toBeLessThan(2 ** -15)
      })
})

test('a shift rounds half up and stops at 31 bits', () => {
  expect([5, 6, 7, -5, -6, -7].map((x) => roundShift(x, 2))).toEqual([1, 2, 2, -1, -1, -2])
  expect(roundShift(3, -4)).toBe(48)
  expect([2 ** 40, -(2 ** 40)].map((x) => roundShift(x, 0))).toEqual([2 ** 31 - 1, -(2 ** 31 - 1)])
})

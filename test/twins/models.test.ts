import { describe, expect, it } from 'vitest'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import {
  expected,
  fieldAmplitude,
  fieldStarts,
  fitPolynomials,
  fitTwin,
  joinedCalibration,
  type Pairs,
  polynomial,
  predict,
  requireSlopes,
  sideBySide,
  type Twin,
  twinParameterCount,
} from '../../src/twins/index.ts'

const INPUTS = 3
const { normal, uniform } = draws(5, STREAM.testInputs)
const numbers = (length: number, first: number) => Float64Array.from({ length }, (_, i) => normal(first + i))

const NONE = new Float64Array(0)
const drive = Float64Array.from({ length: 200 * INPUTS }, (_, i) => uniform(1000 + i))
const pointOf = (twin: Twin, rows = 4) => ({
  theta: NONE,
  drive: drive.subarray(0, rows * INPUTS),
  rows,
  parameters: numbers(twinParameterCount(twin), 0),
})

const TWINS: readonly (readonly [string, Twin])[] = [
  ['amplitude, phase by the background', fieldAmplitude({ inputs: INPUTS })],
  ['amplitude, phase by an input', fieldAmplitude({ inputs: INPUTS, reference: 1 })],
  ['linear', polynomial({ inputs: INPUTS, degree: 1 })],
  ['quadratic', polynomial({ inputs: INPUTS, degree: 2 })],
  ['both', sideBySide('both', [fieldAmplitude({ inputs: INPUTS }), polynomial({ inputs: INPUTS, degree: 2 })])],
]

describe('twins without parameters of a machine', () => {
  it.each(TWINS)('have slopes that are those of forward: %s', async (_, twin) => {
    const errors = await requireSlopes(twin, pointOf(twin))
    expect(errors.parameters?.slope).not.toBe(0)
  })

  it('put nothing into the slopes of a row where the field is 0', async () => {
    const twin = fieldAmplitude({ inputs: 1 })
    const parameters = new Float64Array(3)
    const into = { parameters: new Float64Array(3), drive: new Float64Array(1) }
    const point = { theta: NONE, drive: Float64Array.of(1), rows: 1, parameters }
    await twin.vjp(point, { sense: Float64Array.of(0) }, Float64Array.of(1), into)
    expect([...into.parameters, ...into.drive]).toEqual([0, 0, 0, 0])
  })

  it('are told apart by width and by what they depend on', () => {
    const two = fieldAmplitude({ inputs: 2 })
    expect(() => sideBySide('odd', [two, fieldAmplitude({ inputs: 3 })])).toThrow(/3 inputs, wanted 2/)
    expect(() => sideBySide('odd', [two, { ...two, width: { ...two.width, theta: 1 } }])).toThrow(
      /more than its inputs/,
    )
    expect(() => sideBySide('none', [])).toThrow(/at least one/)
  })
})

describe('a field from amplitudes', () => {
  const rows = 200
  const truths = [0, 1].map((reference) => fieldAmplitude({ inputs: INPUTS, reference }))
  const parameters = [numbers(2 * INPUTS + 1, 20), numbers(2 * INPUTS + 1, 40)]
  const pairs = async (): Promise<Pairs> => {
    const columns = await Promise.all(
      truths.map((twin, c) => expected(twin, { theta: NONE, drive, rows, parameters: parameters[c] })),
    )
    const sense = Float64Array.from({ length: 2 * rows }, (_, i) => columns[i % 2][Math.floor(i / 2)])
    return { rows, drive, sense, inputs: INPUTS, outputs: 2 }
  }

  it('is found by least squares on the squares alone, up to its phase', async () => {
    const data = await pairs()
    const starts = await fieldStarts(data)
    for (const [c, { reference, parameters }] of starts.entries()) {
      const twin = fieldAmplitude({ inputs: INPUTS, reference })
      const found = await expected(twin, { theta: NONE, drive, rows, parameters })
      // Without noise the squares are a quadratic form of rank 2 exactly: what is left is rounding of its normal equations.
      found.forEach((value, r) => {
        expect(value).toBeCloseTo(data.sense[2 * r + c], 6)
      })
    }
  })

  it('is fitted one reading at a time and predicted as one machine', async () => {
    const data = await pairs()
    const starts = await fieldStarts(data)
    const twins = starts.map(({ reference }) => fieldAmplitude({ inputs: INPUTS, reference }))
    const fits = await Promise.all(
      twins.map((twin, c) => {
        const sense = Float64Array.from(
          { length: rows },
          (_, r) => data.sense[2 * r + c] + 0.01 * normal(5000 + 2 * r + c),
        )
        return fitTwin(twin, [{ theta: NONE, drive, sense, rows }], { start: starts[c].parameters })
      }),
    )
    const both = sideBySide('cavity', twins)
    const calibration = joinedCalibration('cavity', fits)
    const at = { theta: NONE, drive: drive.subarray(0, 5 * INPUTS), rows: 5 }
    const whole = await predict({ twin: both, calibration }, at)
    for (const [c, twin] of twins.entries()) {
      const part = await predict({ twin, calibration: fits[c] }, at)
      part.deviation.forEach((deviation, r) => {
        expect(whole.deviation[2 * r + c]).toBeCloseTo(deviation, 12)
        expect(whole.mean[2 * r + c]).toBeCloseTo(part.mean[r], 12)
      })
    }
    expect(calibration.sigma[0]).toBeGreaterThan(0.008)
    expect(calibration.sigma[0]).toBeLessThan(0.012)
  })
})

describe('polynomials of all readings at once', () => {
  it('are those that a fit of each finds', async () => {
    const twin = polynomial({ inputs: INPUTS, degree: 2 })
    const rows = 60
    const sense = numbers(rows, 300)
    const { coefficients } = fitPolynomials({ rows, drive, sense, inputs: INPUTS, outputs: 1 }, 2)
    const { parameters, deviations } = await fitTwin(twin, [
      { theta: NONE, drive: drive.subarray(0, rows * INPUTS), sense, rows },
    ])
    coefficients[0].forEach((value, p) => {
      // The fit stops at steps of 1e-4 standard deviations.
      expect(Math.abs(value - parameters[p])).toBeLessThan(1e-3 * deviations[p])
    })
  })

  it('are refused where the rows do not determine them', () => {
    const data = { rows: 5, drive: drive.subarray(0, 15), sense: numbers(5, 0), inputs: INPUTS, outputs: 1 }
    expect(() => fitPolynomials(data, 2)).toThrow(/5 rows do not determine 5 of its 10 coefficients/)
  })
})

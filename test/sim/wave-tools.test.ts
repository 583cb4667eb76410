import { describe, expect, it } from 'vitest'
import { IDEAL_WAVES } from '../../devices/wave-field/index.ts'
import {
  healthAtStart,
  referenceGradient,
  traceSequence,
  traceWave,
  type WaveOptions,
  waveSimulator,
} from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'

const OPTIONS: WaveOptions = {
  field: { kind: 'phi-4', columns: 4 },
  inputs: ['0.q', '0.p'],
  outputs: ['3.q'],
  time: 1,
  step: 0.1,
}
const n = (count: number) => new Float64Array(count).fill(0.3)
const slopes = (count: number) => () => n(count)

const trace = (theta: number, drive: number, injection: number) => traceWave(OPTIONS, n(theta), n(drive), n(injection))
const sequence = (theta: number, drive: number, injection: number) =>
  traceSequence(OPTIONS, n(theta), n(drive), n(injection))
const reference = (theta: number, drive: number, given: number) =>
  referenceGradient(OPTIONS, n(theta), n(drive), slopes(given))
const health = (theta: number, drive: number) => healthAtStart(OPTIONS, n(theta), n(drive))

describe('tools name what is too long or too short, with both lengths', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['theta of a trace', () => trace(2, 2, 1), /theta has 2 numbers, wanted 3 \(parameters\)/],
    ['drive of a trace', () => trace(3, 1, 1), /drive has 1 numbers, wanted 2 \(inputs of one frame\)/],
    ['no drive of a trace', () => trace(3, 0, 1), /drive has 0 numbers, wanted 2/],
    ['injection of a trace', () => trace(3, 2, 0), /injection has 0 numbers, wanted 1 \(frames x outputs\)/],
    ['theta of a sequence', () => sequence(4, 4, 2), /theta has 4 numbers, wanted 3/],
    ['frames of a sequence', () => sequence(3, 3, 2), /drive has 3 numbers, wanted a multiple of 2/],
    ['no frame of a sequence', () => sequence(3, 0, 0), /drive has 0 numbers, wanted a multiple of 2/],
    ['injection of a sequence', () => sequence(3, 4, 1), /injection has 1 numbers, wanted 2/],
    ['theta of a reference', () => reference(0, 2, 1), /theta has 0 numbers, wanted 3/],
    ['frames of a reference', () => reference(3, 5, 2), /drive has 5 numbers, wanted a multiple of 2/],
    ['slopes of a reference', () => reference(3, 4, 1), /slopes has 1 numbers, wanted 2 \(frames x outputs\)/],
    ['theta of a health', () => health(1, 2), /theta has 1 numbers, wanted 3/],
    ['drive of a health', () => health(3, 4), /drive has 4 numbers, wanted 2/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: 'SHAPE', message: expect.stringMatching(message) }))
  })

  it('and take what fits', () => {
    for (const { forward, echo } of [trace(3, 2, 1), sequence(3, 4, 2)])
      expect([...forward.q, ...(echo?.p ?? [Number.NaN])].every(Number.isFinite)).toBe(true)
    expect(reference(3, 4, 2).theta.every(Number.isFinite)).toBe(true)
    expect(health(3, 2).returnError).toBeLessThan(1e-12)
  })
})

it.each([0, -1, 2.5])('a trace of %d samples is refused', (samples) => {
  expect(() => traceWave(OPTIONS, n(3), n(2), n(1), { samples })).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      message: expect.stringMatching(/samples must be a whole number from 1/),
    }),
  )
})

it('a reference holds the parameters that the machine would, and the drive, in their steps', async () => {
  const converters = { ...IDEAL_WAVES, drive: { min: -2, max: 2, step: 0.25 } }
  const options = { ...OPTIONS, converters, theta: { min: 0, max: 2, step: 0.25, safe: 1 } }
  const theta = Float64Array.of(0.6, 1.1, 0.9)
  const device = attach(waveSimulator(options))
  await device.store(theta)
  await using flight = await device.echo.launch(Float64Array.of(0.9, 0.4))
  const { output } = referenceGradient(options, theta, Float64Array.of(0.9, 0.4), slopes(1))
  expect(output[0]).toBeCloseTo(flight.output[0], 12)
  const { forward } = traceWave(options, theta, Float64Array.of(0.9, 0.4), n(1))
  expect(forward.q.at(-1)).toBeCloseTo(flight.output[0], 12)
})

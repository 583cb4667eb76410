import { describe, expect, it } from 'vitest'
import {
  NO_SCATTER,
  referenceGradient,
  type WaveField,
  type WaveOptions,
  type WaveState,
  waveSimulator,
} from '../../sim/index.ts'
import { attach, paramCount, recurrentEcho } from '../../src/index.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { QUARTIC, quartic } from './wave-quartic.ts'

describe('a field of one’s own', () => {
  it('learns like the built-in ones, its disorder included', async () => {
    await using device = attach(waveSimulator(QUARTIC))
    expect(device.sheet.settings.field).toBe('quartic')
    expect(device.sheet.identity).toBe('quartic, ideal changed, field 1')
    const theta = new Float64Array(paramCount(device.sheet)).fill(1.3)
    const drive = Float64Array.of(1.1)
    const target = Float64Array.of(0.4)
    const exact = referenceGradient(QUARTIC, theta, drive, (output) => output.map((y, o) => y - target[o]))
    const rule = recurrentEcho({ eps: 1e-4 })
    await device.store(theta)
    const state = await rule.begin(device, theta)
    const { gradient } = await rule.step(device, state, theta, { next: () => ({ rows: 1, drive, target }) }, {})
    // The two-sided bias at eps 1e-4.
    expect(Math.abs((gradient as Float64Array)[0] / exact.theta[0] - 1)).toBeLessThan(1e-7)
    expect(Math.abs(exact.theta[0])).toBeGreaterThan(1e-3)
  })

  it('is off from what is stored by its disorder, the stored parameter too', async () => {
    const read = async (options: WaveOptions, theta: number) => {
      await using device = attach(waveSimulator(options))
      await device.store(Float64Array.of(theta))
      await using flight = await device.echo.launch(Float64Array.of(1.1))
      return flight.output[0]
    }
    const { normal } = draws(1, STREAM.frequencyScatter)
    const [extra, off] = [0.1 * normal(0), 0.1 * normal(1)]
    const stiffer = () => ({ ...quartic({ size: 1, normal: (i) => (i === 0 ? extra : 0) }), name: 'stiffer' })
    const meant = { ...QUARTIC, imperfections: {}, field: { kind: 'own', make: stiffer } } as const
    expect(await read(QUARTIC, 1.3)).toBe(await read(meant, 1.3 + off))
    expect(Math.abs(off)).toBeGreaterThan(1e-3)
  })

  it('may be an object of a class, in single precision too', async () => {
    class Own {
      readonly #flows = quartic(NO_SCATTER)
      readonly name = 'own'
      readonly modes = 1
      readonly params = 1
      readonly bracket = 1
      readonly learning = 'masses'
      readonly grid = { rows: 1, columns: 1 }
      energy(state: WaveState) {
        return this.#flows.energy(state)
      }
      rate(state: WaveState, into: WaveState) {
        this.#flows.rate(state, into)
      }
      drift(state: WaveState, time: number) {
        this.#flows.drift(state, time)
      }
      kick(state: WaveState, time: number) {
        this.#flows.kick(state, time)
      }
      pullDrift(before: WaveState, time: number, slope: WaveState) {
        this.#flows.pullDrift(before, time, slope)
      }
      pullKick(before: WaveState, time: number, slope: WaveState) {
        this.#flows.pullKick(before, time, slope)
      }
    }
    const outputs = []
    for (const precision of ['f64', 'f32'] as const) {
      const options = { ...QUARTIC, precision, field: { kind: 'own', make: () => new Own() } } as const
      await using device = attach(waveSimulator(options))
      expect(device.sheet.identity).toBe('own, ideal changed, field 1')
      await using flight = await device.echo.launch(Float64Array.of(1.1))
      outputs.push(flight.output[0])
    }
    expect(outputs[0]).not.toBe(outputs[1])
    expect(Math.abs(outputs[0] - outputs[1])).toBeLessThan(1e-4)
  })

  it.each<[object | undefined, RegExp]>([
    [{ modes: 0 }, /modes of a field of one's own must be a whole number from 1, got 0/],
    [{ params: 1.5 }, /params of .* got 1.5/],
    [{ grid: undefined }, /grid.rows of .* got undefined/],
    [{ grid: { rows: 1, columns: 0 } }, /grid.columns of .* got 0/],
    [{ bracket: 2 }, /bracket of .* must be 1 or 0.5, got 2/],
    [{ learning: 'mass' }, /learning of .* must be masses or modes, got "mass"/],
    [{ name: '' }, /name of .* must be a text, got ""/],
    [{ pullKick: undefined }, /pullKick of .* must be a function, got undefined/],
    [{ stepper: 3 }, /stepper of .* must be a function, got 3/],
    [{ offset: new Float64Array(2) }, /offset of .* must be one number per parameter \(1\), got 2/],
    [undefined, /name of .* got undefined/],
  ])('is refused by what it lacks: %o', (change, message) => {
    const make = () => (change && { ...quartic(NO_SCATTER), ...change }) as WaveField
    expect(() => waveSimulator({ ...QUARTIC, field: { kind: 'own', make } })).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }),
    )
  })

  it('needs its function', () => {
    const field = JSON.parse(JSON.stringify(QUARTIC.field))
    expect(() => waveSimulator({ ...QUARTIC, field })).toThrow(/field of kind own needs its function make/)
  })
})

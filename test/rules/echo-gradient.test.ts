import { describe, expect, it } from 'vitest'
import { norm, relativeDistance } from '../../src/reference/norm.ts'
import { echoGradient } from '../../src/rules/echo/contrast.ts'
import { contrastEps } from '../../src/rules/echo/eps.ts'
import { returnError } from '../../src/rules/echo/return-error.ts'
import { harmonic, type OscillatorOptions, oscillator, quartic, slope } from './echo-tools.ts'
import { order } from './local-tools.ts'

/** Slopes of half the squared distance to some targets. */
const towards =
  (...targets: number[]) =>
  (output: Float64Array) =>
    output.map((y, t) => y - targets[t])

/** What the machine of these options shows at parameters, as half the squared distance to targets. */
function costOf(options: OscillatorOptions, drive: readonly number[], targets: readonly number[]) {
  const { flow = harmonic, time = 1 } = options
  return (theta: ArrayLike<number>, u: readonly number[] = drive) => {
    const point = { q: 0, p: 0 }
    return u.reduce((sum, value, t) => {
      point.q += value
      flow(point, Float64Array.from(theta), time)
      return sum + (point.q - targets[t]) ** 2 / 2
    }, 0)
  }
}

/** The gradient of that by its parameters and by its drive, from differences: good to some 1e-10. */
function differences(cost: ReturnType<typeof costOf>, theta: readonly number[], drive: readonly number[]) {
  const each = (values: readonly number[], of: (moved: readonly number[]) => number) =>
    Float64Array.from(values, (_, i) => slope((v) => of(values.with(i, v)), values[i]))
  return { theta: each(theta, (moved) => cost(moved)), drive: each(drive, (u) => cost(theta, u)) }
}

async function stored(theta: number) {
  const { device } = oscillator()
  await device.store(Float64Array.of(theta))
  return device
}

describe('the contrast of two echoes', () => {
  it.each([false, true])(
    'of a harmonic oscillator is its closed form for any eps, sign included (both: %s)',
    async (both) => {
      const [theta, q0, y, time] = [1.7, 0.8, -0.3, 2.3]
      const { device, backend } = oscillator({ both, time })
      await device.store(Float64Array.of(theta))
      const w = Math.sqrt(theta)
      const error = q0 * Math.cos(w * time) - y
      for (const eps of [1e-3, 0.1, 1, 30]) {
        const found = await echoGradient(device, Float64Array.of(q0), towards(y), { eps })
        expect(found.output[0]).toBeCloseTo(q0 * Math.cos(w * time), 14)
        expect(found.slopes[0]).toBeCloseTo(error, 14)
        // Rounding over eps.
        const digits = eps < 0.1 ? 11 : 13
        expect(found.theta[0]).toBeCloseTo((-error * q0 * time * Math.sin(w * time)) / (2 * w), digits)
        expect(found.drive[0]).toBeCloseTo(error * Math.cos(w * time), digits)
        expect(found.receipts).toHaveLength(both ? 3 : 4)
      }
      expect(backend.calls.slice(0, 4)).toEqual(
        both ? ['launch', 'both', 'launch', 'both'] : ['launch', 'echo', 'launch', 'echo'],
      )
    },
  )

  it('holds for a drive and a loss at every frame, by every drive value', async () => {
    const options = { time: 0.9 }
    const [drive, targets] = [
      [0.8, -0.5, 0.3],
      [0.1, 0.4, -0.2],
    ]
    const { device } = oscillator(options)
    await device.store(Float64Array.of(1.7))
    const found = await echoGradient(device, Float64Array.from(drive), towards(...targets), { eps: 1 })
    const wanted = differences(costOf(options, drive, targets), [1.7], drive)
    expect(relativeDistance(found.theta, wanted.theta)).toBeLessThan(1e-9)
    expect(relativeDistance(found.drive, wanted.drive)).toBeLessThan(1e-9)
  })

  it('errs by eps squared where the wave is nonlinear', async () => {
    const options = { flow: quartic, params: 2, time: 2 }
    const [drive, targets, theta] = [
      [0.9, 0.5],
      [0.1, 0.4],
      [1.2, 0.8],
    ]
    const { device } = oscillator(options)
    await device.store(Float64Array.from(theta))
    const wanted = differences(costOf(options, drive, targets), theta, drive)
    const strengths = [0.3, 0.1, 0.03]
    const found = []
    for (const eps of strengths)
      found.push(await echoGradient(device, Float64Array.from(drive), towards(...targets), { eps }))
    for (const part of ['theta', 'drive'] as const) {
      const errors = found.map((one) => relativeDistance(one[part], wanted[part]))
      expect(Math.abs(order(strengths, errors) - 2)).toBeLessThan(0.1)
    }
    const fine = await echoGradient(device, Float64Array.from(drive), towards(...targets), { eps: 1e-4 })
    expect(relativeDistance(fine.theta, wanted.theta)).toBeLessThan(1e-8)
  })

  it('says when the injector’s step lost the injection, which the default strength avoids', async () => {
    const { device } = oscillator({ injectionStep: 1e-3 })
    await device.store(Float64Array.of(1.7))
    const found = (targets: number, eps?: number) =>
      echoGradient(device, Float64Array.of(0.8), towards(targets), eps === undefined ? {} : { eps })
    const small = await found(-0.3, 1e-4)
    expect([small.lost, Math.abs(small.theta[0])]).toEqual([true, expect.closeTo(0, 9)])
    const fine = await found(-0.3)
    const exact = await echoGradient(await stored(1.7), Float64Array.of(0.8), towards(-0.3), { eps: 1 })
    expect(fine.lost).toBe(false)
    expect(relativeDistance(fine.theta, exact.theta)).toBeLessThan(0.02)
    // Nothing was asked for, so nothing was lost.
    expect((await found(fine.output[0])).lost).toBe(false)
  })

  it('chains machines: the slopes of one are the drive gradient of the next', async () => {
    const first = oscillator({ flow: quartic, params: 2, time: 1 }).device
    const second = oscillator({ time: 1.5 }).device
    const [k, w, drive, targets] = [[1.2, 0.8], [1.7], [0.9, 0.5], [0.1, 0.4]]
    await first.store(Float64Array.from(k))
    await second.store(Float64Array.from(w))
    const later: Float64Array[] = []
    const slopes = async (y: Float64Array) => {
      const found = await echoGradient(second, y, towards(...targets))
      later.push(found.theta)
      return found.drive
    }
    const found = await echoGradient(first, Float64Array.from(drive), slopes)
    const between = (theta: ArrayLike<number>, u: readonly number[]) => {
      const point = { q: 0, p: 0 }
      return u.map((value) => {
        point.q += value
        quartic(point, Float64Array.from(theta), 1)
        return point.q
      })
    }
    const end = costOf({ time: 1.5 }, drive, targets)
    const wanted = differences((theta, u = drive) => end(w, between(theta, u)), k, drive)
    expect(relativeDistance(found.theta, wanted.theta)).toBeLessThan(1e-8)
    expect(relativeDistance(found.drive, wanted.drive)).toBeLessThan(1e-8)
    expect(later[0][0]).toBeCloseTo(differences((theta) => end(theta, between(k, drive)), w, drive).theta[0], 8)
  })

  it.each([
    [{ reads: 'root' }, {}, 'CAPABILITY', /^echoGradient needs local readings that are actions; those of oscillator/],
    [{}, { eps: 0 }, 'CONFIG', /^echoGradient: eps must be positive, got 0$/],
    [{}, { eps: Number.NaN }, 'CONFIG', /eps must be positive, got NaN$/],
  ] as const)('refuses %o %o', async (machine, options, code, message) => {
    const { device, backend } = oscillator(machine)
    await expect(echoGradient(device, Float64Array.of(1), towards(0), options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
    expect(backend.calls).toEqual([])
  })
})

describe('the default strength', () => {
  const port = { width: 1, unit: '1', min: -1, max: 1, step: 0 }
  it('is 1e-4 without noise, and grows as the cube root of noise and rounding up to 0.1', () => {
    expect(contrastEps({ ...port, noise: 0 })).toBe(1e-4)
    expect(contrastEps({ ...port, noise: 1e-14 })).toBe(1e-4)
    expect(contrastEps({ ...port, noise: 8e-6 })).toBeCloseTo(0.02, 12)
    expect(contrastEps({ ...port, noise: 0, step: 8e-6 * Math.sqrt(12) })).toBeCloseTo(0.02, 12)
    expect(contrastEps({ ...port, noise: 0.5 })).toBe(0.1)
  })

  it('grows as the cube root of the injector’s rounding, too', () => {
    const step = 8e-6 * Math.sqrt(12)
    expect(contrastEps({ ...port, noise: 0 }, { step })).toBeCloseTo(0.02, 12)
    expect(contrastEps({ ...port, noise: 8e-6 }, { step })).toBeCloseTo(0.02 * 2 ** (1 / 6), 12)
  })
})

describe('the return error', () => {
  it('is rounding without loss and what loss takes with it, relative to the first drive row', async () => {
    const exact = await returnError(
      oscillator({ flow: quartic, params: 2, time: 20 }).device,
      Float64Array.of(0.7, -0.2),
    )
    expect(exact.error).toBeLessThan(1e-12)
    expect(exact.receipts.map(({ slots }) => slots)).toEqual([2, 2])
    const { device } = oscillator({ loss: 0.05, time: 2 })
    // Out and back an amplitude shrinks by exp(-loss T) each.
    const lossy = await returnError(device, Float64Array.of(0.7))
    expect(lossy.error).toBeCloseTo(1 - Math.exp(-0.2), 12)
  })

  it('is absolute where nothing is sent, and leaves the parameters', async () => {
    const { device, backend } = oscillator({ gain: 1 })
    const { error } = await returnError(device, Float64Array.of(0, 0.3))
    expect(error).toBeLessThan(1e-15)
    expect(norm(backend.theta)).toBe(1)
    expect(backend.calls).toEqual(['launch', 'echo'])
  })
})

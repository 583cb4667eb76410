import { describe, expect, it } from 'vitest'
import { attach } from '../../src/contract/device.ts'
import { cosine, inverse, stepwise } from '../../src/optim/schedule.ts'
import { echoRate, hamiltonianEcho } from '../../src/rules/hamiltonian-echo.ts'
import type { Lesson } from '../../src/rules/rule.ts'
import { train } from '../../src/rules/train.ts'
import { type OscillatorOptions, oscillator, quartic, shown } from './echo-tools.ts'
import { always, lessonOf } from './local-tools.ts'

const [theta, q0, y, time] = [1.7, 0.8, -0.3, 2.3]
const gain = 0.4
const lesson = lessonOf([[q0]], [[y]])

/** d cost / d theta of the lesson's row, in closed form. */
function slopeAt(stiffness: number): number {
  const w = Math.sqrt(stiffness)
  return (-(q0 * Math.cos(w * time) - y) * q0 * time * Math.sin(w * time)) / (2 * w)
}

/** What one step of the rule makes of the machine's parameter. */
async function moved(
  options: Parameters<typeof hamiltonianEcho>[0],
  machine: OscillatorOptions = {},
  shownLesson: Lesson = lesson,
) {
  const { device, backend } = oscillator({ time, gain, ...machine })
  const start = Float64Array.of(theta)
  await device.store(start)
  const rule = hamiltonianEcho(options)
  const estimate = await rule.step(device, await rule.begin(device, start), start, always(shownLesson), {})
  return { estimate, by: backend.theta[0] - theta, calls: backend.calls, theta: start }
}

describe('hamiltonian-echo', () => {
  it('simple moves by -eta bracket gain d cost / d theta, sign and factor', async () => {
    const { by, calls, estimate } = await moved({ eta: 1e-4, form: 'simple' })
    expect(by / (-1e-4 * gain * slopeAt(theta))).toBeCloseTo(1, 3)
    expect(calls).toEqual(['launch', 'echo', 'launch', 'echo plain'])
    expect(estimate).toEqual({
      cost: expect.closeTo((q0 * Math.cos(Math.sqrt(theta) * time) - y) ** 2 / 2, 14),
      slots: 4,
      clipped: 0,
      saturated: 0,
      retries: 0,
      health: { returnError: expect.any(Number) },
    })
    expect(estimate.health?.returnError).toBeLessThan(1e-14)
  })

  it('averaged moves by twice that, with the opposite injection and a mirrored decay', async () => {
    const { by, calls, estimate, theta: given } = await moved({ eta: 1e-4 })
    expect(by / (-2e-4 * gain * slopeAt(theta))).toBeCloseTo(1, 4)
    expect(calls).toEqual(['launch', 'echo', 'launch', 'echo plain', 'launch', 'echo mirrored'])
    expect(estimate.slots).toBe(6)
    expect([...given]).toEqual([theta])
  })

  it('averaged errs by the square of eta, simple by eta', async () => {
    const off = async (eta: number, form: 'simple' | 'averaged', factor: number) =>
      Math.abs((await moved({ eta, form })).by / (-factor * eta * gain * slopeAt(theta)) - 1)
    expect((await off(0.04, 'simple', 1)) / (await off(0.02, 'simple', 1))).toBeCloseTo(2, 0)
    // Only what the first half moves is left: the second begins there.
    expect(await off(0.02, 'averaged', 2)).toBeLessThan(await off(0.02, 'simple', 1))
  })

  it.each(['simple', 'averaged'] as const)('takes a rate in place of eta: %s', async (form) => {
    const rate = 1e-5
    expect((await moved({ rate, form })).by / (-rate * slopeAt(theta))).toBeCloseTo(1, 3)
    const { device } = oscillator({ gain })
    const { learning } = device.echo
    if (learning === undefined) throw new Error('no learning field')
    expect(echoRate(learning, 0.5, form)).toBe((form === 'averaged' ? 1 : 0.5) * gain)
  })

  it('lets every row move the parameters before the next, and reads its cost first', async () => {
    const eta = 0.1
    const two = lessonOf([[q0], [q0]], [[y], [y]])
    const both = await moved({ eta }, {}, two)
    const once = await moved({ eta })
    const { device, backend } = oscillator({ time, gain })
    await device.store(Float64Array.of(theta + once.by))
    const rule = hamiltonianEcho({ eta })
    const second = await rule.step(device, await rule.begin(device, lesson.drive), lesson.drive, always(lesson), {})
    expect(both.by).toBeCloseTo(backend.theta[0] - theta, 14)
    expect(both.estimate.cost).toBeCloseTo((once.estimate.cost + second.cost) / 2, 14)
    expect(both.by).not.toBeCloseTo(2 * once.by, 6)
  })

  it('saturates injections where it is told', async () => {
    const eta = 0.5
    const error = q0 * Math.cos(Math.sqrt(theta) * time) - y
    const limit = 0.01
    const e = eta * error
    const { by } = await moved({ eta, form: 'simple', saturation: limit })
    // A push of that size is what a smaller eta would make.
    const same = await moved({ eta: eta / Math.sqrt(1 + (e / limit) ** 2), form: 'simple' })
    expect(by).toBeCloseTo(same.by, 14)
    expect(Math.abs(by)).toBeLessThan(0.05 * eta * gain * Math.abs(slopeAt(theta)))
  })

  it('asks nothing where a target is NaN', async () => {
    const { by, estimate } = await moved({ eta: 0.1 }, {}, lessonOf([[q0]], [[Number.NaN]]))
    expect([Math.abs(by) < 1e-14, estimate.cost]).toEqual([true, 0])
  })

  it('trains without ever reading or storing the learning field', async () => {
    const { backend } = oscillator({ flow: quartic, params: 2, time: 1, gain: 1 })
    let [stores, reads] = [0, 0]
    const spied = attach({
      ...shown(backend),
      store: async (values: Float64Array) => {
        stores++
        return backend.store(values)
      },
      echo: { ...backend.echo, learning: { bracket: 1, gain: 1, read: async () => void reads++ } },
    })
    const start = Float64Array.of(1, 1)
    const costs: number[] = []
    for await (const { cost, projected } of train(
      hamiltonianEcho({ rate: 0.5, returnEvery: 10 }),
      spied,
      start,
      always(lessonOf([[1.2], [0.5]], [[0.1], [0.2]])),
      { steps: 40 },
    )) {
      costs.push(cost)
      expect(projected).toBe(0)
    }
    expect(costs.at(-1)).toBeLessThan(0.2 * costs[0])
    expect([stores, reads, [...start]]).toEqual([1, 0, [1, 1]])
    expect(backend.theta[0]).not.toBe(1)
    expect(backend.calls.filter((call) => call === 'echo')).toHaveLength(4)
  })
})

describe('hamiltonian-echo refuses', () => {
  it.each([
    [{}, 'hamiltonian-echo: give either eta or rate'],
    [{ eta: 1, rate: 1 }, 'hamiltonian-echo: give either eta or rate'],
    [{ eta: 0 }, 'hamiltonian-echo: eta must be positive, got 0'],
    [{ eta: -1 }, 'hamiltonian-echo: eta must be positive, got -1'],
    [{ rate: Number.NaN }, 'hamiltonian-echo: rate must be positive, got NaN'],
    [{ eta: 1, saturation: 0 }, 'hamiltonian-echo: saturation must be positive, got 0'],
    [{ eta: 1, form: 'twice' as 'simple' }, 'hamiltonian-echo: form must be averaged or simple, got twice'],
    [{ eta: 1, returnEvery: 0.5 }, 'hamiltonian-echo: returnEvery must be a whole number from 1 or Infinity, got 0.5'],
  ])('%o', (options, message) => {
    expect(() => hamiltonianEcho(options)).toThrow(expect.objectContaining({ code: 'CONFIG', message }))
  })

  it.each([
    [
      { eta: (n: number) => (n === 1 ? Number.NaN : 1e-3) },
      'hamiltonian-echo: eta of step 2 must be a number from 0, got NaN',
    ],
    [
      { rate: (n: number) => (n === 1 ? -1 : 1e-3) },
      'hamiltonian-echo: rate of step 2 must be a number from 0, got -1',
    ],
    [{ eta: inverse(1, 1), rate: 1 }, 'hamiltonian-echo: give either eta or rate'],
  ])('a step that its schedule gives no strength, before anything is sent: %o', async (options, message) => {
    const { device, backend } = oscillator({ time, gain })
    const steps = async () => {
      const rule = hamiltonianEcho(options)
      const state = await rule.begin(device, lesson.drive)
      await rule.step(device, state, lesson.drive, always(lesson), {})
      backend.calls.length = 0
      await rule.step(device, state, lesson.drive, always(lesson), {})
    }
    await expect(steps()).rejects.toMatchObject({ code: 'CONFIG', message })
    expect(backend.calls).toEqual([])
  })

  it('a first step of which the injector loses all, and counts what it loses later', async () => {
    const injectionStep = 0.1
    await expect(moved({ eta: 0.01 }, { injectionStep })).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(
        /^hamiltonian-echo on .* first step are below 0.05 1, half a step of the injector/,
      ),
      hint: 'an injection is eta times the slope of the cost: choose a larger eta',
    })
    await expect(moved({ rate: 1e-3 }, { injectionStep })).rejects.toMatchObject({
      hint: expect.stringMatching(/choose a larger rate$/),
    })
    const { device } = oscillator({ time, gain, injectionStep })
    await device.store(Float64Array.of(theta))
    const rule = hamiltonianEcho({ eta: stepwise(1, 0.01, 1) })
    const state = await rule.begin(device, lesson.drive)
    const seen = []
    for (let n = 0; n < 2; n++)
      seen.push((await rule.step(device, state, lesson.drive, always(lesson), {})).health?.lostInjections)
    expect(seen).toEqual([0, 1])
  })

  it('no schedule that ends at 0', async () => {
    const { device, backend } = oscillator({ time, gain })
    const rule = hamiltonianEcho({ eta: cosine(1e-3, 1) })
    const state = await rule.begin(device, lesson.drive)
    await rule.step(device, state, lesson.drive, always(lesson), {})
    const [held] = backend.theta
    await rule.step(device, state, lesson.drive, always(lesson), {})
    expect(backend.theta[0]).toBeCloseTo(held, 14)
  })

  it('a machine whose parameters stay what was stored', async () => {
    await expect(moved({ eta: 1 }, { gain: 0 })).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: 'hamiltonian-echo moves a learning field; the parameters of oscillator (test) stay what was stored',
      hint: expect.stringContaining('recurrent-echo'),
    })
  })

  it('lessons that do not fit', async () => {
    await expect(moved({ eta: 1 }, {}, { ...lesson, drive: new Float64Array(2) })).rejects.toMatchObject({
      code: 'SHAPE',
      message: expect.stringMatching(/a lesson of 1 rows has 2 drive values and 1 targets, wanted 1 and 1$/),
    })
  })

  it('an injection beyond what the port takes, naming eta', async () => {
    await expect(moved({ eta: 1 }, { most: 1e-3 })).rejects.toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('injection'),
      hint: 'an injection is eta times the slope of the cost: choose a smaller eta',
    })
  })
})

import { describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { crossEntropy } from '../../src/cost/cross-entropy.ts'
import { adam } from '../../src/optim/adam.ts'
import { norm } from '../../src/reference/norm.ts'
import { averaged } from '../../src/rules/averaged.ts'
import { asked } from '../../src/rules/echo/asked.ts'
import { recurrentEcho } from '../../src/rules/recurrent-echo.ts'
import { sequenceLessons } from '../../src/rules/sequences.ts'
import { train } from '../../src/rules/train.ts'
import { Oscillator, oscillator, quartic, shown } from './echo-tools.ts'
import { always, estimated, lessonOf, work } from './local-tools.ts'

const theta = Float64Array.of(1.7)
const four = lessonOf([[0.8], [-0.5], [0.3], [0.6]], [[0.1], [0.4], [-0.2], [0]])
const half = (first: number, rows = 2) => ({
  rows,
  drive: four.drive.slice(first, first + rows),
  target: four.target.slice(first, first + rows),
})

describe('recurrent-echo', () => {
  it('takes the sum over the frames of a passage and the mean over passages', async () => {
    const rule = recurrentEcho({ frames: 2 })
    const both = await estimated(rule, oscillator().device, theta, four)
    const [a, b] = [
      await estimated(rule, oscillator().device, theta, half(0)),
      await estimated(rule, oscillator().device, theta, half(2)),
    ]
    expect(both.cost).toBeCloseTo((a.cost + b.cost) / 2, 14)
    expect(both.gradient[0]).toBeCloseTo((a.gradient[0] + b.gradient[0]) / 2, 10)
    // The cost of a sequence is half the squared error of all its frames.
    const { device } = oscillator()
    await device.store(theta)
    await using flight = await device.echo.launch(half(0).drive)
    const errors = flight.output.map((y, t) => y - four.target[t])
    expect(a.cost).toBeCloseTo(norm(errors) ** 2 / 2, 14)
  })

  it('takes all rows of a lesson as one passage, unless it is told', async () => {
    const whole = await estimated(recurrentEcho(), oscillator().device, theta, four)
    expect(whole).toEqual(await estimated(recurrentEcho({ frames: 4 }), oscillator().device, theta, four))
    const single = await estimated(recurrentEcho({ frames: 1 }), oscillator().device, theta, four)
    expect(Math.abs(whole.gradient[0] - single.gradient[0])).toBeGreaterThan(0.1)
  })

  it.each([
    ['four passes', {}, {}, 4, ['launch', 'echo', 'launch', 'echo']],
    ['three, where the machine echoes both ways', { both: true }, {}, 3, ['launch', 'both']],
    ['two, to one side', {}, { sides: 'one' }, 2, ['launch', 'echo']],
  ] as const)('takes %s', async (_, machine, options, count, calls) => {
    const { device, backend } = oscillator(machine)
    const rule = recurrentEcho({ ...options, eps: 1e-3 })
    const state = await rule.begin(device, theta)
    const first = await rule.step(device, state, theta, always(half(0)), {})
    // The first step measures the return error, too.
    expect([first.slots, first.health]).toEqual([2 * (count + 2), { returnError: expect.any(Number) }])
    expect(first.health?.returnError).toBeLessThan(1e-14)
    backend.calls.length = 0
    const second = await rule.step(device, state, theta, always(half(0)), {})
    expect([second.slots, second.health, backend.calls]).toEqual([2 * count, {}, calls])
    expect([second.clipped, second.saturated, second.retries]).toEqual([0, 0, 0])
  })

  it('measures the return error as often as it is told', async () => {
    const { device } = oscillator({ loss: 0.01 })
    const rule = recurrentEcho({ returnEvery: 2 })
    const state = await rule.begin(device, theta)
    const seen = []
    for (let n = 0; n < 5; n++)
      seen.push((await rule.step(device, state, theta, always(half(0, 1)), {})).health?.returnError)
    const lost = expect.closeTo(1 - Math.exp(-0.02), 12)
    expect(seen).toEqual([lost, undefined, lost, undefined, lost])
  })

  it('asks nothing where a target is NaN', async () => {
    const last = { ...four, target: Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 0.2) }
    const found = await estimated(recurrentEcho(), oscillator().device, theta, last)
    const { device } = oscillator()
    await device.store(theta)
    await using flight = await device.echo.launch(four.drive)
    // The same machine would be asked by targets that it meets.
    const met = { ...four, target: flight.output.with(3, 0.2) }
    const wanted = await estimated(recurrentEcho(), oscillator().device, theta, met)
    expect(found).toEqual(wanted)
    expect(found.cost).toBeCloseTo((flight.output[3] - 0.2) ** 2 / 2, 14)
  })

  it('leaves rows without targets out of costs that cannot be met', () => {
    const output = Float64Array.of(0.3, -0.1, 2, 1)
    const none = Number.NaN
    const found = asked(crossEntropy(), output, Float64Array.of(none, none, 1, 0), 2)
    expect(found.cost).toBeCloseTo(Math.log(1 + Math.exp(-1)), 14)
    expect([...found.slopes.subarray(0, 2)]).toEqual([0, 0])
    expect(found.slopes[2]).toBeCloseTo(-1 / (1 + Math.E), 14)
    const single = asked(work([1, 1]), output, Float64Array.of(none, 0, none, none), 2)
    expect([...single.slopes]).toEqual([0, -1, 0, 0])
    expect(
      asked(
        work([1, 1]),
        output,
        output.map(() => none),
        2,
      ),
    ).toEqual({ cost: 0, slopes: new Float64Array(4) })
  })

  it.each(['two', 'one'] as const)('predicts what the stated noise makes of the gradient, %s-sided', async (sides) => {
    const noise = 1e-4
    const eps = 0.05
    const { device } = oscillator({ noise })
    const rule = recurrentEcho({ sides, eps })
    const state = await rule.begin(device, theta)
    await device.store(theta)
    const deviation = (Math.SQRT2 * noise) / (sides === 'two' ? 2 * eps : eps)
    const gradients: number[] = []
    for (let n = 0; n < 200; n++) {
      const { gradient, health } = await rule.step(device, state, theta, always(half(0)), {})
      const [found] = gradient as Float64Array
      expect(((health?.gradientError as number) * Math.abs(found)) / deviation).toBeCloseTo(1, 3)
      gradients.push(found)
    }
    const mean = gradients.reduce((sum, g) => sum + g, 0) / 200
    // 200 values tell their spread within 5 %.
    const spread = norm(gradients.map((g) => g - mean)) / Math.sqrt(199)
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.15)
  })

  it('chooses its eps by the noise, and averages like any rule', async () => {
    const state = (noise: number) => recurrentEcho().begin(oscillator({ noise }).device, theta)
    expect(await state(0)).toMatchObject({ eps: 1e-4 })
    expect(((await state(1e-6)) as { eps: number }).eps).toBeCloseTo(0.01, 12)
    const found = await estimated(averaged(recurrentEcho(), 8), oscillator({ noise: 1e-3 }).device, theta, half(0))
    expect(found.standardError?.[0]).toBeGreaterThan(0)
    expect(found.health?.returnError).toBeLessThan(1e-14)
  })

  it('leaves out local readings that are lost and counts them', async () => {
    const backend = new Oscillator({ flow: quartic, params: 2 })
    const { launch } = backend.echo
    let flights = 0
    const lossy = attach({
      ...shown(backend),
      echo: {
        ...backend.echo,
        launch: async (drive: Float64Array) => {
          const flight = await launch(drive)
          // The second parameter cannot be read in the first echo that counts, that of the first passage.
          const lost = flights++ === 1
          return {
            ...flight,
            echo: async (injection: Float64Array) => {
              const echo = await flight.echo(injection)
              return { ...echo, ...(lost && echo.local && { local: echo.local.with(1, Number.NaN) }) }
            },
          }
        },
      },
    })
    const k = Float64Array.of(1.2, 0.8)
    const found = await estimated(recurrentEcho({ frames: 2 }), lossy, k, four)
    const second = await estimated(recurrentEcho({ frames: 2 }), attach(backend), k, half(2))
    expect(found.health?.discarded).toBe(1)
    expect(found.gradient[1]).toBeCloseTo(second.gradient[1], 9)
    const full = await estimated(recurrentEcho({ frames: 2 }), attach(backend), k, four)
    expect(found.gradient[0]).toBe(full.gradient[0])
  })

  it.each(['two', 'one'] as const)(
    'counts injections the injector lost, but not in the first step: %s',
    async (sides) => {
      const { device } = oscillator({ injectionStep: 1e-3 })
      await device.store(theta)
      await using flight = await device.echo.launch(half(2).drive)
      // The second passage is as good as learnt.
      const met = {
        ...four,
        target: Float64Array.of(...four.target.slice(0, 2), ...flight.output.map((y) => y + 1e-3)),
      }
      await flight[Symbol.asyncDispose]()
      const learnt = { ...half(2), target: met.target.slice(2) }
      const rule = recurrentEcho({ sides, frames: 2, eps: 0.1 })
      const state = await rule.begin(device, theta)
      const lost = async (lesson: typeof four) =>
        (await rule.step(device, state, theta, always(lesson), {})).health?.lostInjections
      expect([await lost(half(0)), await lost(met), await lost(learnt)]).toEqual([0, 0.5, 1])
      const again = recurrentEcho({ sides, frames: 2, eps: 0.1 })
      await expect(
        again.step(device, await again.begin(device, theta), theta, always(learnt), {}),
      ).rejects.toMatchObject({
        code: 'CONFIG',
        message: expect.stringMatching(/first step are below 0.0005 1, half a step of the injector/),
        hint: expect.stringMatching(/choose a larger eps$/),
      })
    },
  )

  it('chooses its eps by the injector’s step', async () => {
    const { device } = oscillator({ injectionStep: 1e-3 })
    expect((await recurrentEcho().begin(device, theta)).eps).toBeCloseTo(Math.cbrt(1e-3 / Math.sqrt(12)), 12)
    const { health } = await estimated(averaged(recurrentEcho(), 2), device, theta, half(0))
    expect(health?.lostInjections).toBe(0)
  })

  it('trains a wave on shuffled sequences', async () => {
    const machine = { flow: quartic, params: 2 }
    const teacher = oscillator(machine).device
    await teacher.store(Float64Array.of(1.5, 0.4))
    const drive = Float64Array.from({ length: 12 }, (_, n) => Math.sin(2.1 * n) * 1.5)
    const target = new Float64Array(12)
    for (const s of [0, 1, 2, 3]) {
      await using flight = await teacher.echo.launch(drive.slice(3 * s, 3 * s + 3))
      target.set(flight.output, 3 * s)
    }
    const lessons = sequenceLessons({ rows: 12, drive, target }, 3, { seed: 3, batch: 2 })
    const k = Float64Array.of(1, 1)
    const costs: number[] = []
    const options = { optimizer: adam(0.05), steps: 80 }
    for await (const { cost } of train(recurrentEcho({ frames: 3 }), oscillator(machine).device, k, lessons, options))
      costs.push(cost)
    expect(costs.at(-1)).toBeLessThan(0.05 * costs[0])
  })
})

describe('recurrent-echo refuses', () => {
  it.each([
    [{ sides: 'both' as 'two' }, 'recurrent-echo: sides must be one or two, got both'],
    [{ eps: 0 }, 'recurrent-echo: eps must be positive, got 0'],
    [{ eps: -1 }, 'recurrent-echo: eps must be positive, got -1'],
    [{ frames: 0 }, 'recurrent-echo: frames must be a whole number from 1, got 0'],
    [{ frames: 1.5 }, 'recurrent-echo: frames must be a whole number from 1, got 1.5'],
    [{ returnEvery: 0 }, 'recurrent-echo: returnEvery must be a whole number from 1 or Infinity, got 0'],
  ])('%o', (options, message) => {
    expect(() => recurrentEcho(options)).toThrow(expect.objectContaining({ code: 'CONFIG', message }))
  })

  it('a machine whose local readings are no actions', async () => {
    const { device } = oscillator({ reads: 'root' })
    await expect(estimated(recurrentEcho(), device, theta, four)).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: 'recurrent-echo needs local readings that are actions; those of oscillator (test) are roots of energies',
    })
  })

  it.each([
    [{ frames: 3 }, four, /a lesson of 4 rows is no whole number of passages of 3 frames$/],
    [
      {},
      { ...four, target: new Float64Array(3) },
      /a lesson of 4 rows has 4 drive values and 3 targets, wanted 4 and 4$/,
    ],
    [
      {},
      { rows: 17, drive: new Float64Array(17), target: new Float64Array(17) },
      /a passage of 17 frames; it takes 16$/,
    ],
    [{}, { rows: 0, drive: new Float64Array(0), target: new Float64Array(0) }, /a lesson of 0 rows/],
  ])('lessons that do not fit: %o', async (options, lesson, message) => {
    const { device, backend } = oscillator()
    await expect(estimated(recurrentEcho(options), device, theta, lesson)).rejects.toMatchObject({
      code: 'SHAPE',
      message: expect.stringMatching(message),
    })
    expect(backend.calls).toEqual([])
  })

  it.each([true, false])(
    'an injection beyond what the port takes, and lets go of the machine (both: %s)',
    async (both) => {
      const { device } = oscillator({ most: 1e-6, both })
      await expect(estimated(recurrentEcho({ eps: 0.1 }), device, theta, four)).rejects.toMatchObject({
        code: 'LIMIT',
        message: expect.stringContaining('outside [-0.000001, 0.000001]'),
        hint: expect.stringContaining('choose a smaller eps'),
      })
      // The flight was dropped: the next call finds the machine free.
      await device.store(theta)
    },
  )

  it('a machine without echo, naming both sides', async () => {
    // As a machine that was opened by name would be handed over.
    const chip = attach(mgdChip({ layers: [2, 2, 1] })) as unknown as Device<'echo' | 'local'>
    const steps = train(recurrentEcho(), chip, new Float64Array(9), always(four), { optimizer: adam(0.1) })
    await expect(steps.next()).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: expect.stringMatching(/^recurrent-echo needs echo and local; mgd-chip .* offers /),
    })
  })
})

describe('lessons of sequences', () => {
  const table = { rows: 6, drive: Float64Array.of(0, 1, 2, 3, 4, 5), target: Float64Array.of(0, 10, 20, 30, 40, 50) }

  it('keep the rows of a sequence together and in order, each once per epoch', () => {
    const lessons = sequenceLessons(table, 2, { seed: 5 })
    const drawn = [0, 1, 2].map(() => lessons.next())
    for (const { rows, drive, target } of drawn) {
      expect([rows, drive.length, drive[1] - drive[0]]).toEqual([2, 2, 1])
      expect([...target]).toEqual([...drive.map((u) => 10 * u)])
    }
    expect(drawn.map(({ drive }) => drive[0]).sort()).toEqual([0, 2, 4])
  })

  it('come several at once, and go on where they were saved', () => {
    const lessons = sequenceLessons(table, 3, { seed: 5, batch: 2 })
    const { rows, drive } = lessons.next()
    expect([rows, [...drive].sort()]).toEqual([6, [0, 1, 2, 3, 4, 5]])
    const saved = lessons.save()
    const next = [...lessons.next().drive]
    const again = sequenceLessons(table, 3, { seed: 5, batch: 2 })
    again.load(saved)
    expect([...again.next().drive]).toEqual(next)
  })

  it.each([
    [4, 'SHAPE', 'lessons: 6 rows are no whole number of sequences of 4 frames'],
    [0, 'CONFIG', 'lessons: frames must be a whole number from 1, got 0'],
  ] as const)('refuse %i frames', (frames, code, message) => {
    expect(() => sequenceLessons(table, frames, { seed: 5 })).toThrow(expect.objectContaining({ code, message }))
  })
})

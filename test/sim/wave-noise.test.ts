import { describe, expect, it } from 'vitest'
import { kerrCavities, referenceGradient, type WaveImperfections, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { echoGradient } from '../../src/rules/echo/contrast.ts'
import { BONDS, chain, chainOptions, START, slopesOf } from './wave-chain.ts'
import { deviation, exact, gradientError } from './wave-errors.ts'
import { held, MACHINES, machineOf } from './wave-machines.ts'

describe('noise', () => {
  it('of a local reading makes s / (sqrt 2 eps) of every slope', async () => {
    for (const eps of [1e-3, 1e-2]) {
      const slopes: number[] = []
      for (let seed = 1; seed <= 8; seed++) {
        const { theta } = await echoGradient(await chain({ localNoise: 1e-4 }, { seed }), START, slopesOf, { eps })
        theta.forEach((value, i) => {
          slopes.push(value - exact.theta[i])
        })
      }
      // 248 draws: known to one part in 22.
      expect(Math.abs(deviation(slopes) / (1e-4 / (Math.SQRT2 * eps)) - 1)).toBeLessThan(0.15)
    }
  })

  it('of a reading is what the sheet says, new in every slot and the same for equal seeds', async () => {
    const made = { readNoise: 0.01 }
    const [one, two, other] = [await chain(made), await chain(made), await chain(made, { seed: 2 })]
    const block = { slots: 200, drive: { kind: 'track', data: START, hold: 200 } } as const
    const read = async (device: typeof one) => {
      const into = new Float64Array(400)
      await device.measure(block, into)
      return into
    }
    const first = await read(one)
    expect(await read(two)).toEqual(first)
    expect(await read(other)).not.toEqual(first)
    expect(await read(one)).not.toEqual(first)
    expect(one.sheet.sense.noise).toBe(0.01)
    const clean = exact.output
    const off = first.map((value, i) => value - clean[i % 2])
    expect(Math.abs(deviation(off) / 0.01 - 1)).toBeLessThan(0.1)
    expect(new Set(off).size).toBe(400)
    // What comes back is read too: fresh numbers for both, and for every echo.
    const back = await (await one.echo.launch(START)).echo(new Float64Array(2))
    const again = await (await one.echo.launch(START)).echo(new Float64Array(2))
    const [a, b] = [back, again].map(({ returned }) => returned.map((value, i) => value - START[i]))
    expect(Math.abs(deviation(Float64Array.of(...a, ...b)) / 0.01 - 1)).toBeLessThan(0.25)
    expect(relativeDistance(a, b)).toBeGreaterThan(0.5)
    expect(relativeDistance(back.conjugate, again.conjugate)).toBeGreaterThan(1e-3)
  })

  it('of readings moves the slopes they make, whatever eps', async () => {
    const [near, far] = [await gradientError({ readNoise: 1e-3 }, 1e-3), await gradientError({ readNoise: 1e-3 }, 1e-2)]
    expect(near).toBeGreaterThan(5e-4)
    expect(near).toBeLessThan(2e-2)
    expect(Math.abs(far / near - 1)).toBeLessThan(0.1)
  })
})

describe('injections', () => {
  const echoOf = async (made: Partial<WaveImperfections>, kicks: readonly number[]) => {
    const device = await chain(made)
    return (await device.echo.launch(START)).echo(Float64Array.from(kicks))
  }

  it('saturate as x / sqrt(1 + x^2 / limit^2)', async () => {
    const held = (x: number) => x / Math.sqrt(1 + (x / 0.1) ** 2)
    for (const x of [0.01, 0.1, 3]) {
      const found = await echoOf({ injectionLimit: 0.1 }, [x, -x])
      expect(found).toMatchObject({ local: (await echoOf({}, [held(x), -held(x)])).local })
    }
  })

  it('come in steps', async () => {
    const found = await echoOf({ injectionStep: 0.25 }, [0.3, -0.4])
    expect(found.local).toEqual((await echoOf({}, [0.25, -0.5])).local)
    // Which the port says.
    expect((await chain({ injectionStep: 0.25 })).echo.injection.step).toBe(0.25)
  })

  it('pull the gradient down where they saturate: eps small enough is exact', async () => {
    const [faint, strong] = [1e-4, 1].map((eps) => gradientError({ injectionLimit: 0.1 }, eps, 1))
    expect(await faint).toBeLessThan(1e-5)
    expect(await strong).toBeGreaterThan(0.3)
  })
})

it('a shift of a parameter saturates as x / sqrt(1 + x^2 / limit^2)', async () => {
  const shift = async (made: Partial<WaveImperfections>) => {
    const machine = machineOf({ ...MACHINES['learning chain'], imperfections: made })
    const { device, theta, drive } = machine
    await device.store(theta)
    await (await device.echo.launch(drive)).echo(Float64Array.of(0.3, -0.3, 0.2), { decay: 'plain' })
    return (await held(machine)).map((value, i) => value - theta[i])
  }
  const free = await shift({})
  expect(Math.max(...free.map(Math.abs))).toBeGreaterThan(0.02)
  const wanted = free.map((x) => x / Math.sqrt(1 + (x / 0.02) ** 2))
  expect(relativeDistance(await shift({ shiftLimit: 0.02 }), wanted)).toBeLessThan(1e-12)
})

describe('disorder', () => {
  const scatter = draws(4, STREAM.frequencyScatter)
  const large = {
    field: { kind: 'phi-4', rows: 2, columns: 3, learn: 'sites' },
    inputs: ['0.q'],
    outputs: ['5.q'],
    time: 4,
    step: 0.05,
  } as const
  const read = async (device: ReturnType<typeof machineOf>['device'], theta: Float64Array) => {
    await device.store(theta)
    await using flight = await device.echo.launch(Float64Array.of(1))
    return flight.output[0]
  }

  it('is the machine’s own: static, of its seed, and as large as it says', async () => {
    const made = { imperfections: { disorder: 0.03 } }
    const machines = [4, 4, 5].map((seed) => attach(waveSimulator({ ...large, ...made, seed })))
    const theta = new Float64Array(6).fill(1.2)
    const [a, b, c] = [await read(machines[0], theta), await read(machines[1], theta), await read(machines[2], theta)]
    expect(b).toBe(a)
    expect(c).not.toBe(a)
    expect(await read(machines[0], theta)).toBe(a)
    // Sites that are learned are off by it: an ideal machine there is the same machine.
    const ideal = attach(waveSimulator(large))
    const there = theta.map((value, i) => value + 0.03 * scatter.normal(i))
    expect(await read(ideal, there)).toBe(a)
    const field = kerrCavities({ rows: 20, columns: 20, ports: [0] }, { size: 0.03, normal: scatter.normal })
    const state = {
      q: new Float64Array(1),
      p: new Float64Array(1),
      theta: new Float64Array(400),
      momentum: new Float64Array(400),
    }
    const sizes = Array.from({ length: 400 }, (_, i) => {
      state.theta.fill(0)
      state.theta[i] = 1
      // g / 2 = -1 of its own.
      return field.energy(state) + 1
    })
    expect(Math.abs(deviation(sizes) / 0.03 - 1)).toBeLessThan(0.1)
  })

  it('is not learned away: an echo moves what was stored', async () => {
    const learning = { mass: 1, decay: 30 }
    const options = { ...large, learning, imperfections: { disorder: 0.2 }, seed: 4 }
    const device = attach(waveSimulator(options))
    const theta = new Float64Array(6).fill(1.2)
    const eta = 1e-4
    await device.store(theta)
    for (const [sign, decay] of [
      [1, 'plain'],
      [-1, 'mirrored'],
    ] as const) {
      await using flight = await device.echo.launch(Float64Array.of(1))
      await flight.echo(Float64Array.of(-sign * eta), { decay })
    }
    const now = await held({ device, theta })
    const wanted = referenceGradient(options, theta, Float64Array.of(1), () => Float64Array.of(1)).theta
    expect(
      relativeDistance(
        now.map((value, i) => value - theta[i]),
        wanted.map((g) => -2 * eta * g),
      ),
    ).toBeLessThan(1e-3)
  })
})

it('a snapshot brings back parameters, momentum, noise and mirror, bit for bit', async () => {
  const imperfections = { mirrorJitter: 1e-3, timingJitter: 1e-3, injectionLimit: 1 }
  const machine = machineOf(
    { ...MACHINES.cavities, preset: 'bench', imperfections, learning: { mass: 1, decay: 0.5 } },
    2,
  )
  const { device, theta, drive } = machine
  await device.store(theta)
  const live = async () => {
    const seen: number[] = []
    for (const decay of ['plain', 'mirrored'] as const) {
      await using flight = await device.echo.launch(drive)
      const echo = await flight.echo(new Float64Array(6).fill(0.05), { decay })
      seen.push(...flight.output, ...echo.returned, ...echo.conjugate, ...(echo.local ?? []), echo.receipt.startedAt)
    }
    return [...seen, ...(await held(machine))]
  }
  await live()
  const before = await held(machine)
  const snapshot = await device.state.snapshot()
  const first = await live()
  expect(await live()).not.toEqual(first)
  const restored = new Float64Array(theta.length)
  await device.state.restore(snapshot, restored)
  expect(restored).toEqual(before)
  expect(await live()).toEqual(first)
  // And on another machine of the same kind.
  const twin = machineOf({ ...machine.options })
  await twin.device.state.restore(snapshot, restored)
  expect(await held(twin)).toEqual(before)
})

it('readings stop at the ends of their range, and are counted', async () => {
  const range = { min: -0.2, max: 0.2, step: 0.01 }
  const device = attach(
    waveSimulator({
      ...chainOptions(),
      converters: {
        drive: { min: -16, max: 16, step: 0 },
        sense: range,
        injection: range,
        local: { ...range, min: 0, max: 8, step: 1 },
      },
    }),
  )
  await device.store(BONDS)
  await using flight = await device.echo.launch(START)
  flight.output.forEach((value, o) => {
    const wanted = Math.min(0.2, Math.max(-0.2, exact.output[o]))
    expect(Math.abs(value - wanted)).toBeLessThan(0.005 + 1e-12)
  })
  const local = [...(flight.local ?? [])]
  expect(local.every((value) => Number.isInteger(value) && value >= 0 && value <= 8)).toBe(true)
  await using free = await (await chain()).echo.launch(START)
  const beyond = free.output.filter((value) => Math.abs(value) > 0.2).length
  const above = (free.local ?? new Float64Array(0)).filter((value) => value > 8).length
  expect(flight.receipt.saturated).toBe(beyond + above)
  expect(above).toBeGreaterThan(0)
})

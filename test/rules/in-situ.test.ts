import { describe, expect, it } from 'vitest'
import { type LatticeSpec, PAPER_STIFFNESS, parseDof } from '../../devices/index.ts'
import { type LatticeSimulator, latticeSimulator, mgdChip } from '../../sim/index.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { squaredError } from '../../src/cost/squared-error.ts'
import { adam } from '../../src/optim/adam.ts'
import { bounded } from '../../src/optim/bounded.ts'
import { norm } from '../../src/reference/norm.ts'
import { averaged } from '../../src/rules/averaged.ts'
import { inSitu } from '../../src/rules/in-situ.ts'
import { shuffledLessons } from '../../src/rules/lessons.ts'
import { train } from '../../src/rules/train.ts'
import { Springs } from '../contract/springs.ts'
import { quick, wired } from '../drivers/bench.ts'
import { cosine, device, machine, paper, read, relative, stiffnesses, thrown, WEIGHT } from '../sim/lattices.ts'
import { always, estimated, exactGradient, lessonOf, order, work } from './local-tools.ts'

const MODES = ['alone', 'superposed', 'push-pull'] as const
const theta = stiffnesses(28)
const spec: LatticeSpec = {
  geometry: paper,
  inputs: [parseDof('11.y')],
  outputs: ['13.y', '14.y'].map(parseDof),
  stiffness: PAPER_STIFFNESS,
}
const target = [-0.5e-3, -0.8e-3]
const lesson = lessonOf([[-WEIGHT]], [target])

/** The gradient and the cost that the model has. */
async function wanted(drive = -WEIGHT, wishes: readonly number[] = target) {
  await using ideal = device()
  await ideal.store(theta)
  const { sense } = await read(ideal, [[drive]])
  const errors = wishes.map((y, o) => sense[o] - y)
  return { gradient: exactGradient(spec, theta, [drive], errors), cost: (errors[0] ** 2 + errors[1] ** 2) / 2 }
}

describe('in-situ on a linear lattice', () => {
  it.each(MODES)('%s measures the exact gradient', async (adjoint) => {
    const found = await estimated(inSitu({ adjoint }), device(), theta, lesson)
    const { gradient, cost } = await wanted()
    // Rounding; a difference of two readings loses as much as the load is smaller than the drive.
    expect(relative(found.gradient, gradient)).toBeLessThan(adjoint === 'alone' ? 1e-14 : 1e-13)
    expect(found.cost / cost).toBeCloseTo(1, 13)
    expect(found.slots).toBe(adjoint === 'push-pull' ? 3 : 2)
    expect([found.clipped, found.saturated, found.retries, found.health]).toEqual([0, 0, 0, {}])
  })

  it.each(MODES)('%s gives the same with small and large loads', async (adjoint) => {
    const once = async (load: number) => (await estimated(inSitu({ adjoint, load }), device(), theta, lesson)).gradient
    const [small, large] = [await once(1e-3), await once(0.25)]
    // Alone, a load is scaled and divided again: rounding. A difference of two readings loses what they share.
    expect(relative(small, large)).toBeLessThan(adjoint === 'alone' ? 1e-14 : 1e-11)
  })

  it('uses the load it was given: the largest row entry is that, and never more', async () => {
    const seen: number[] = []
    const backend = machine()
    const spying: LatticeSimulator = {
      ...backend,
      local: {
        ...backend.local,
        read(block, into, local) {
          if (block.load) seen.push(Math.max(...block.load.data.map(Math.abs)))
          return backend.local.read(block, into, local)
        },
      },
    }
    for (const load of [undefined, 0.01, 0.25])
      await estimated(inSitu(load === undefined ? {} : { load }), attach(spying), theta, lesson)
    const peaks = [0.125, 0.01, 0.25]
    expect(seen).toHaveLength(3)
    seen.forEach((most, n) => {
      expect(most).toBeGreaterThan(peaks[n] * (1 - 1e-12))
      expect(most).toBeLessThanOrEqual(peaks[n])
    })
  })

  it.each(MODES)('%s takes the mean over the rows of a lesson, also of rows without an error', async (adjoint) => {
    const drives = [-WEIGHT, 0.02, -0.1]
    const rows = drives.map((drive) => lessonOf([[drive]], [target]))
    await using ideal = device()
    await ideal.store(theta)
    // The target of the last row is what the machine shows.
    const { sense } = await read(ideal, [[-0.06]])
    const met = lessonOf([[-0.06]], [[...sense]])
    const all = lessonOf([[drives[0]], [-0.06], [drives[1]], [drives[2]]], [target, [...sense], target, target])
    const rule = inSitu({ adjoint })
    const singles = await Promise.all(rows.map((row) => estimated(rule, device(), theta, row)))
    const zero = await estimated(rule, device(), theta, met)
    expect([...zero.gradient]).toEqual(new Array(28).fill(0))
    expect(zero.cost).toBe(0)
    const batch = await estimated(rule, device(), theta, all)
    const mean = singles[0].gradient.map((_, b) => singles.reduce((sum, { gradient }) => sum + gradient[b], 0) / 4)
    expect(relative(batch.gradient, mean)).toBeLessThan(1e-14)
    expect(batch.cost / (singles.reduce((sum, { cost }) => sum + cost, 0) / 4)).toBeCloseTo(1, 14)
    expect(batch.slots).toBe(adjoint === 'push-pull' ? 12 : 8)
    expect(batch.health).toEqual({})
  })

  it.each(MODES)('%s is the same on a machine that takes few slots at once', async (adjoint) => {
    const rows = lessonOf([[-WEIGHT], [0.02], [-0.1], [0.07]], [target, target, target, target])
    const whole = await estimated(inSitu({ adjoint }), device({ preset: 'camera' }), theta, rows)
    const cut = await estimated(inSitu({ adjoint }), device({ preset: 'camera', maxSlots: 3 }), theta, rows)
    expect(cut).toEqual(whole)
  })

  it('obeys a cost of one’s own', async () => {
    const load = [0.03, -0.01]
    const { gradient } = await estimated(inSitu({ cost: work(load) }), device(), theta, lesson)
    expect(
      relative(
        gradient,
        exactGradient(
          spec,
          theta,
          [-WEIGHT],
          load.map((f) => -f),
        ),
      ),
    ).toBeLessThan(1e-13)
  })

  it('is the slope of the cost on five springs in a row, too', async () => {
    const k = Float64Array.of(90, 100, 80, 110, 70)
    const small = lessonOf([[0.3, -0.2]], [[1e-3, 2e-3]])
    const cost = async (values: Float64Array) => {
      const springs = attach(new Springs())
      await springs.store(values)
      const into = new Float64Array(2)
      await springs.measure({ slots: 1, drive: { kind: 'track', data: small.drive, hold: 1 } }, into)
      return ((into[0] - 1e-3) ** 2 + (into[1] - 2e-3) ** 2) / 2
    }
    const slopes = await Promise.all(
      [0, 1, 2, 3, 4].map(async (b) => {
        const [up, down] = [k.slice(), k.slice()]
        up[b] += 1e-3
        down[b] -= 1e-3
        return ((await cost(up)) - (await cost(down))) / 2e-3
      }),
    )
    for (const adjoint of MODES) {
      const { gradient } = await estimated(inSitu({ adjoint }), attach(new Springs()), k, small)
      // Differences with a relative step of 1e-5: rounding 1e-16 / 1e-5 and truncation 1e-10.
      expect(relative(gradient, Float64Array.from(slopes))).toBeLessThan(1e-8)
    }
  })
})

describe('in-situ on a lattice at finite strain', () => {
  const pressed = () => device({ preset: 'finite' })
  const load = [1e-3, 1e-3]
  const exact = exactGradient(
    spec,
    theta,
    [-WEIGHT],
    load.map((f) => -f),
    'finite',
  )
  const off = async (adjoint: (typeof MODES)[number], newtons: number) => {
    // A cost whose slopes are the load itself, so that its scale is 1.
    const cost = work([newtons, newtons])
    const { gradient } = await estimated(inSitu({ cost, adjoint, load: newtons }), pressed(), theta, lesson)
    return relative(
      gradient.map((g) => (g * 1e-3) / newtons),
      exact,
    )
  }

  it('push-pull errs by the square of the load, below 1e-6 at 1 mN', async () => {
    const newtons = [1e-3, 4e-3, 16e-3]
    const errors = await Promise.all(newtons.map((f) => off('push-pull', f)))
    expect(errors[0]).toBeLessThan(1e-6)
    expect(order(newtons, errors)).toBeCloseTo(2, 1)
  })

  it('superposed errs in proportion to the load, alone by the weight it leaves out', async () => {
    const newtons = [1e-3, 4e-3, 16e-3]
    const errors = await Promise.all(newtons.map((f) => off('superposed', f)))
    expect(order(newtons, errors)).toBeCloseTo(1, 1)
    expect(errors[0]).toBeGreaterThan(1e-4)
    const alone = await Promise.all(newtons.map((f) => off('alone', f)))
    // A floor of some percent that no load gets under.
    for (const error of alone) {
      expect(error).toBeGreaterThan(0.01)
      expect(error).toBeLessThan(0.05)
    }
  })
})

describe('in-situ through a noisy camera', () => {
  const cost = work([1, 1])
  const exact = exactGradient(spec, theta, [-WEIGHT], [-1, -1])
  /** Root mean square of the relative error over machines. */
  const error = async (load: number, adjoint: (typeof MODES)[number] = 'alone') => {
    const squares = await Promise.all(
      Array.from({ length: 12 }, async (_, seed) => {
        const noisy = device({ preset: 'camera', seed: seed + 1 })
        const found = await estimated(inSitu({ cost, adjoint, load }), noisy, theta, lesson)
        return relative(found.gradient, exact) ** 2
      }),
    )
    return Math.sqrt(squares.reduce((sum, v) => sum + v, 0) / squares.length)
  }

  it('errs in inverse proportion to the load, until the noise of the forward image is left', async () => {
    const loads = [2 ** -9, 2 ** -8, 2 ** -7]
    const errors = await Promise.all(loads.map((load) => error(load)))
    // 12 machines times 28 bonds: an rms within 4 %, a slope over two octaves within 0.1.
    expect(order(loads, errors)).toBeCloseTo(-1, 0)
    expect(Math.abs(order(loads, errors) + 1)).toBeLessThan(0.15)
  })

  it('under loads as large as the published bench’s errs as that bench did: some 12 %', async () => {
    const found = await error(49e-3)
    expect(found).toBeGreaterThan(0.05)
    expect(found).toBeLessThan(0.25)
  })

  it.each(MODES)('%s is right on average: what two factors share of the noise is taken back', async (adjoint) => {
    const repeats = 600
    const many = averaged(inSitu({ cost, adjoint, load: 5e-3 }), repeats)
    const { gradient, standardError } = await estimated(many, device({ preset: 'camera' }), theta, lesson)
    const expected = norm(standardError as Float64Array) / norm(exact)
    // Without the correction, superposed is off by 0.18, five times what chance explains here.
    expect(relative(gradient, exact)).toBeLessThan(2 * expected)
    expect(expected).toBeLessThan(0.08)
  })

  it('says how far its readings stand out of the noise', async () => {
    const one = await estimated(inSitu({ cost, load: 2 ** -9 }), device({ preset: 'camera' }), theta, lesson)
    const two = await estimated(inSitu({ cost, load: 2 ** -5 }), device({ preset: 'camera' }), theta, lesson)
    expect(one.health?.signalToNoise).toBeGreaterThan(0.5)
    expect((two.health?.signalToNoise as number) / (one.health?.signalToNoise as number)).toBeGreaterThan(5)
    expect(one.health?.signalSteps).toBeUndefined()
    const counted = await estimated(inSitu({ cost }), device({ preset: 'counted' }), theta, lesson)
    // Half a newton gives some 100 um; a step is 2 um.
    expect(counted.health?.signalSteps).toBeGreaterThan(10)
    expect(counted.health?.signalSteps).toBeLessThan(1000)
  })
})

describe('in-situ with local readings that are missing', () => {
  /** Gauges of some bonds give no number in some rows of each reading. */
  const blind = (lost: (row: number, bond: number) => boolean): LatticeSimulator => {
    const backend = machine()
    return {
      ...backend,
      local: {
        ...backend.local,
        async read(block, into, local) {
          const receipt = await backend.local.read(block, into, local)
          for (let n = 0; n < local.length; n++) if (lost(Math.floor(n / 28), n % 28)) local[n] = Number.NaN
          return receipt
        },
      },
    }
  }

  it('leaves them out, row by row, and counts them', async () => {
    const rows = lessonOf([[-WEIGHT], [0.02], [-0.1]], [target, target, target])
    const rule = inSitu({ adjoint: 'alone' })
    const full = await estimated(rule, device(), theta, rows)
    const singles = await Promise.all(
      [0, 1, 2].map((r) =>
        estimated(rule, device(), theta, lessonOf([[rows.drive[r]]], [target])).then(({ gradient }) => gradient),
      ),
    )
    const found = await estimated(
      rule,
      attach(blind((row, bond) => bond === 4 || (bond === 9 && row === 1))),
      theta,
      rows,
    )
    expect(found.health?.discarded).toBe(4)
    expect(found.gradient[4]).toBe(0)
    // The mean of the two rows that were read.
    expect(found.gradient[9] / ((singles[0][9] + singles[2][9]) / 2)).toBeCloseTo(1, 13)
    full.gradient.forEach((g, b) => {
      if (b !== 4 && b !== 9) expect(found.gradient[b]).toBe(g)
    })
    expect(found.cost).toBe(full.cost)
  })

  it('has no direction where nothing was read, and no NaN', async () => {
    const found = await estimated(inSitu(), attach(blind(() => true)), theta, lesson)
    expect([...found.gradient]).toEqual(new Array(28).fill(0))
    expect(found.health?.discarded).toBe(28)
  })
})

describe('in-situ refuses', () => {
  it('a machine whose local readings are not roots of energies', () => {
    const backend = machine()
    const waves = attach({ ...backend, local: { ...backend.local, reads: 'action' as const } })
    expect(thrown(() => inSitu().begin(waves, theta))).toMatchObject({
      code: 'CAPABILITY',
      message: expect.stringMatching(
        /^in-situ multiplies .* roots .*; those of lattice \(paper, .*\) are of kind action$/,
      ),
    })
  })

  it('options that make no sense', () => {
    expect(thrown(() => inSitu({ adjoint: 'sideways' as 'alone' }))).toMatchObject({
      code: 'CONFIG',
      message: 'in-situ: adjoint must be alone, superposed, push-pull, got sideways',
    })
  })

  it.each([
    [0, 'CONFIG', 'in-situ: load must be positive, got 0'],
    [Number.NaN, 'CONFIG', 'in-situ: load must be positive, got NaN'],
    [0.3, 'LIMIT', 'in-situ wants a load of 0.3 N; lattice (paper, ideal, lattice 1) takes -0.25 to 0.25 N'],
  ] as const)('a load of %f', async (load, code, message) => {
    expect(thrown(() => inSitu({ load }).begin(device(), theta))).toMatchObject({ code, message })
  })

  it('a machine that cannot read or load, naming both sides', async () => {
    // As a machine that was opened by name would be handed over.
    const chip = attach(mgdChip({ layers: [2, 2, 1] })) as unknown as Device<'adjoint' | 'local'>
    const steps = train(inSitu(), chip, new Float64Array(9), always(lesson), {
      optimizer: adam(0.1),
      steps: 1,
    })
    await expect(steps.next()).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: expect.stringMatching(/^in-situ needs adjoint and local; mgd-chip .* offers /),
      hint: expect.stringContaining('it lacks adjoint and local'),
    })
  })
})

describe('training in situ', () => {
  /** What two outputs of another lattice do under some forces. */
  async function task(preset: string) {
    await using teacher = device({ preset })
    await teacher.store(stiffnesses(28, 42))
    const drives = [-0.15, -0.1, -0.05, 0.05, 0.1, 0.15].map((f) => [f])
    const { sense } = await read(teacher, drives)
    return { rows: 6, drive: Float64Array.from(drives.flat()), target: sense }
  }
  const optimizer = () =>
    bounded(adam(0.05, { epsilon: 1e-16 }), { low: PAPER_STIFFNESS.min, high: PAPER_STIFFNESS.max })

  async function trained(lattice: ReturnType<typeof device>, steps: number, teacher = 'ideal') {
    const table = await task(teacher)
    const k = new Float64Array(28).fill(137.5)
    const costs: number[] = []
    const lessons = shuffledLessons(table, { seed: 1, batch: 4, last: 'short' })
    const options = { optimizer: optimizer(), steps }
    for await (const report of train(inSitu({ load: 0.05 }), lattice, k, lessons, options)) costs.push(report.cost)
    return { costs, k }
  }

  it('brings the cost of two outputs down by a thousand, with and without finite strain', async () => {
    for (const preset of ['ideal', 'finite']) {
      const { costs, k } = await trained(device({ preset }), 150, preset)
      const [first, last] = [costs.slice(0, 2), costs.slice(-2)].map((pair) => (pair[0] + pair[1]) / 2)
      expect(last).toBeLessThan(1e-3 * first)
      for (const value of k) {
        expect(value).toBeGreaterThanOrEqual(PAPER_STIFFNESS.min)
        expect(value).toBeLessThanOrEqual(PAPER_STIFFNESS.max)
      }
    }
  })

  it('gives the same behind the wire, bit for bit, noise and all', async () => {
    const inside = await trained(device({ preset: 'camera' }), 12)
    const { wire } = await wired(machine({ preset: 'camera' }), { timing: { ...quick, replyMs: 200 } })
    const behind = await trained(attach(wire) as unknown as ReturnType<typeof device>, 12)
    expect(behind.costs).toEqual(inside.costs)
    expect([...behind.k]).toEqual([...inside.k])
    await wire[Symbol.asyncDispose]()
  })

  it('is repeatable from run to run', async () => {
    const [one, two] = [await trained(device({ preset: 'bench' }), 8), await trained(device({ preset: 'bench' }), 8)]
    expect(two).toEqual(one)
    expect(cosine(one.k, new Float64Array(28).fill(137.5))).toBeLessThan(1)
  })
})

it('squared error is what in-situ takes if nothing is said', async () => {
  const [one, two] = [inSitu({ cost: squaredError }), inSitu()]
  const [a, b] = [await estimated(one, device(), theta, lesson), await estimated(two, device(), theta, lesson)]
  expect(a).toEqual(b)
  expect([one.name, one.needs]).toEqual(['in-situ', ['adjoint', 'local']])
  await using lattice = attach(latticeSimulator(spec))
  expect((await estimated(two, lattice, theta, lesson)).gradient).toEqual(a.gradient)
})

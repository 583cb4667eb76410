import { describe, expect, it } from 'vitest'
import { type LatticeSpec, PAPER_STIFFNESS, parseDof } from '../../devices/index.ts'
import { mgdChip } from '../../sim/index.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { shareCrossEntropy } from '../../src/cost/share-cross-entropy.ts'
import { adam } from '../../src/optim/adam.ts'
import { inSitu } from '../../src/rules/in-situ.ts'
import { nudged } from '../../src/rules/nudged.ts'
import { train } from '../../src/rules/train.ts'
import { Springs } from '../contract/springs.ts'
import { device, machine, paper, read, relative, stiffnesses, thrown, WEIGHT } from '../sim/lattices.ts'
import { always, estimated, exactGradient, lessonOf, order } from './local-tools.ts'

const theta = stiffnesses(28)
const spec: LatticeSpec = {
  geometry: paper,
  inputs: [parseDof('11.y')],
  outputs: ['13.y', '14.y'].map(parseDof),
  stiffness: PAPER_STIFFNESS,
}
const target = [-0.5e-3, -0.8e-3]
const lesson = lessonOf([[-WEIGHT]], [target])

/** The gradient the model has. */
const exact = (async () => {
  await using ideal = device()
  await ideal.store(theta)
  const { sense } = await read(ideal, [[-WEIGHT]])
  return exactGradient(spec, theta, [-WEIGHT], [sense[0] - target[0], sense[1] - target[1]])
})()

/** Error of the rule on a linear lattice, relative to the gradient. */
const off = async (options: Parameters<typeof nudged>[0]) =>
  relative((await estimated(nudged(options), device(), theta, lesson)).gradient, await exact)

describe('nudged', () => {
  it('errs in proportion to the strength of a one-sided nudge, and not at all if both sides cancel', async () => {
    // Springs from 0.02 to 2 N/m on outputs of some 100 N/m.
    const strengths = [2, 0.2, 0.02]
    const one = await Promise.all(strengths.map((strength) => off({ strength, sides: 'one' })))
    expect(order(strengths, one)).toBeCloseTo(1, 2)
    // A constant load on a linear machine is odd: (q + d)^2 - (q - d)^2 has no square of d. Rounding over the strength.
    const both = await Promise.all(strengths.map((strength) => off({ strength })))
    for (const error of both) expect(error).toBeLessThan(1e-10)
  })

  it('with the load brought to the nudged outputs is a spring, whose two-sided error goes with its square', async () => {
    const strengths = [16, 8, 4, 2]
    const springs = await Promise.all(strengths.map((strength) => off({ strength, passes: 40 })))
    const one = await Promise.all(strengths.map((strength) => off({ strength, sides: 'one', passes: 40 })))
    // Strong ones feel the next order.
    expect(order(strengths.slice(2), springs.slice(2))).toBeCloseTo(2, 1)
    expect(order(strengths.slice(2), one.slice(2))).toBeCloseTo(1, 1)
    springs.forEach((error, n) => {
      expect(error).toBeLessThan(one[n])
    })
  })

  it('with passes comes to rest with a spring of that stiffness between output and target', async () => {
    // Five springs in a row: a spring s from each output to its target is more stiffness on the diagonal and a load s y.
    const k = Float64Array.of(90, 100, 80, 110, 70)
    const [s, wish] = [9, [2e-3, -1e-3]]
    const forces = [0.3, -0.2]
    const solve = (nudge: number) => {
      // Tridiagonal, solved by hand as a dense system of four.
      const m = [0, 1, 2, 3].map((r) =>
        [0, 1, 2, 3].map((c) => (r === c ? k[r] + k[r + 1] : Math.abs(r - c) === 1 ? -k[Math.max(r, c)] : 0)),
      )
      const f = [forces[0], 0, forces[1], 0]
      for (const [o, node] of [1, 3].entries()) {
        m[node][node] += nudge
        f[node] += nudge * wish[o]
      }
      for (let c = 0; c < 4; c++) {
        for (let r = c + 1; r < 4; r++) {
          const p = m[r][c] / m[c][c]
          for (let n = c; n < 4; n++) m[r][n] -= p * m[c][n]
          f[r] -= p * f[c]
        }
      }
      for (let r = 3; r >= 0; r--) {
        for (let c = r + 1; c < 4; c++) f[r] -= m[r][c] * f[c]
        f[r] /= m[r][r]
      }
      return [0, 1, 2, 3, 4].map((b) => (f[b] ?? 0) - (f[b - 1] ?? 0))
    }
    const [free, towards, away] = [solve(0), solve(s), solve(-s)]
    const small = lessonOf([forces], [wish])
    const found = async (sides: 'one' | 'both', passes: number) =>
      (await estimated(nudged({ strength: s, sides, passes }), attach(new Springs()), k, small)).gradient
    const both = Float64Array.from(towards, (q, b) => (q ** 2 - away[b] ** 2) / (4 * s))
    const one = Float64Array.from(towards, (q, b) => (q ** 2 - free[b] ** 2) / (2 * s))
    // The load is brought nearer by s times the compliance, about 0.1, with every pass.
    expect(relative(await found('both', 20), both)).toBeLessThan(1e-12)
    expect(relative(await found('one', 20), one)).toBeLessThan(1e-12)
    const errors = await Promise.all([1, 2, 3].map(async (passes) => relative(await found('one', passes), one)))
    expect(errors[1] / errors[0]).toBeLessThan(0.3)
    expect(errors[2] / errors[1]).toBeLessThan(0.3)
  })

  it('counts its readings: free, and each side so many times', async () => {
    const slots = async (options: Parameters<typeof nudged>[0]) =>
      (await estimated(nudged(options), device(), theta, lesson)).slots
    expect(await slots({ sides: 'one', load: 1e-3 })).toBe(2)
    expect(await slots({})).toBe(3)
    expect(await slots({ strength: 1, passes: 3 })).toBe(7)
  })

  it('at finite strain errs in proportion to the nudge on one side, with its square on both', async () => {
    await using bent = device({ preset: 'finite' })
    await bent.store(theta)
    const { sense } = await read(bent, [[-WEIGHT]])
    const wanted = exactGradient(
      spec,
      theta,
      [-WEIGHT],
      [0, 1].map((o) => sense[o] - target[o]),
      'finite',
    )
    const error = async (strength: number, sides: 'one' | 'both') =>
      relative(
        (await estimated(nudged({ strength, sides }), device({ preset: 'finite' }), theta, lesson)).gradient,
        wanted,
      )
    const strengths = [64, 16, 4]
    const [one, both] = [
      await Promise.all(strengths.map((s) => error(s, 'one'))),
      await Promise.all(strengths.map((s) => error(s, 'both'))),
    ]
    expect(order(strengths, one)).toBeCloseTo(1, 1)
    expect(order(strengths, both)).toBeCloseTo(2, 1)
    both.forEach((value, n) => {
      expect(value).toBeLessThan(one[n] / 4)
    })
  })

  it('agrees with in-situ on any cost, where the same load is used', async () => {
    const cost = shareCrossEntropy()
    const label = lessonOf([[-WEIGHT]], [[1, 0]])
    const [a, b] = [
      await estimated(nudged({ cost, load: 0.01 }), device(), theta, label),
      await estimated(inSitu({ cost, load: 0.01 }), device(), theta, label),
    ]
    expect(relative(a.gradient, b.gradient)).toBeLessThan(1e-12)
    expect(a.cost).toBe(b.cost)
  })

  it('takes the mean over rows, and a row without an error adds nothing', async () => {
    await using ideal = device()
    await ideal.store(theta)
    const { sense } = await read(ideal, [[-0.06]])
    const zero = await estimated(nudged(), device(), theta, lessonOf([[-0.06]], [[...sense]]))
    expect([...zero.gradient]).toEqual(new Array(28).fill(0))
    for (const options of [{}, { strength: 0.5 }]) {
      const one = await estimated(nudged(options), device(), theta, lesson)
      const two = await estimated(
        nudged(options),
        device(),
        theta,
        lessonOf([[-0.06], [-WEIGHT]], [[...sense], target]),
      )
      expect(
        relative(
          two.gradient,
          one.gradient.map((g) => g / 2),
        ),
      ).toBeLessThan(1e-10)
      expect(two.cost / one.cost).toBeCloseTo(0.5, 14)
    }
  })

  it('leaves out readings that are missing and counts them', async () => {
    const backend = machine()
    const lossy = attach({
      ...backend,
      local: {
        ...backend.local,
        read: async (block, into, local) => {
          const receipt = await backend.local.read(block, into, local)
          local[3] = Number.NaN
          return receipt
        },
      },
    } satisfies typeof backend)
    const found = await estimated(nudged(), lossy, theta, lesson)
    const full = await estimated(nudged(), device(), theta, lesson)
    expect(found.health?.discarded).toBe(1)
    expect([...found.gradient]).toEqual([...full.gradient].map((g, b) => (b === 3 ? 0 : g)))
  })

  it('trains', async () => {
    const k = new Float64Array(28).fill(137.5)
    const costs: number[] = []
    const reachable = lessonOf([[-WEIGHT]], [[-0.53e-3, -0.52e-3]])
    // With an epsilon far below gradients of 1e-11 m^2 Adam goes its rate, 0.05 N/m, whatever the scale.
    const options = { optimizer: adam(0.05, { epsilon: 1e-20 }), steps: 60 }
    for await (const { cost } of train(nudged(), device(), k, always(reachable), options)) costs.push(cost)
    expect(costs.at(-1)).toBeLessThan(0.05 * costs[0])
  })
})

describe('nudged refuses', () => {
  it.each([
    [{ sides: 'three' as 'one' }, 'nudged: sides must be one or both, got three'],
    [{ passes: 0 }, 'nudged: passes must be a whole number from 1, got 0'],
    [{ passes: 1.5 }, 'nudged: passes must be a whole number from 1, got 1.5'],
    [{ strength: 0 }, 'nudged: strength must be positive, got 0'],
    [{ strength: Number.NaN }, 'nudged: strength must be positive, got NaN'],
    [{ strength: 1, load: 0.1 }, 'nudged: give a strength for all rows or a load for each, not both'],
  ])('%o', (options, message) => {
    expect(thrown(() => nudged(options))).toMatchObject({ code: 'CONFIG', message })
  })

  it('a load or a strength beyond what the port takes, before it is put on', async () => {
    expect(thrown(() => nudged({ load: 0.3 }).begin(device(), theta))).toMatchObject({
      code: 'LIMIT',
      message: 'nudged wants a load of 0.3 N; lattice (paper, ideal, lattice 1) takes -0.25 to 0.25 N',
    })
    await expect(estimated(nudged({ strength: 5000 }), device(), theta, lesson)).rejects.toMatchObject({
      code: 'LIMIT',
      message: expect.stringContaining('outside [-0.25, 0.25] N'),
    })
  })

  it('a machine whose local readings are not roots of energies', () => {
    const backend = machine()
    const waves = attach({ ...backend, local: { ...backend.local, reads: 'action' as const } })
    expect(thrown(() => nudged().begin(waves, theta))).toMatchObject({
      code: 'CAPABILITY',
      message: expect.stringMatching(
        /^nudged multiplies .* roots .*; those of lattice \(paper, .*\) are of kind action$/,
      ),
    })
  })

  it('one side without a load or a strength', () => {
    expect(() => nudged({ sides: 'one' })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('several passes without a strength', () => {
    expect(() => nudged({ passes: 3 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(nudged({ passes: 3, strength: 0.1 }).name).toBe('nudged')
  })

  it('a machine that cannot read or load, naming both sides', async () => {
    // As a machine that was opened by name would be handed over.
    const chip = attach(mgdChip({ layers: [2, 2, 1] })) as unknown as Device<'adjoint' | 'local'>
    const steps = train(nudged(), chip, new Float64Array(9), always(lesson), {
      optimizer: adam(0.1),
      steps: 1,
    })
    await expect(steps.next()).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: expect.stringMatching(/^nudged needs adjoint and local; mgd-chip .* offers /),
    })
  })
})

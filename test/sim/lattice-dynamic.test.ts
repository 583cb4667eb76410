import { describe, expect, it } from 'vitest'
import { type LatticeGeometry, withPins } from '../../devices/index.ts'
import { type Dynamics, PAPER_DYNAMICS } from '../../sim/index.ts'
import { dynamic, Swing } from '../../sim/lattice/dynamic.ts'
import { linear } from '../../sim/lattice/linear.ts'
import { frameOf } from '../../sim/lattice/topology.ts'
import { at, device, dot, forces, largest, paper, read, rest, stiffnesses, thrown, WEIGHT } from './lattices.ts'

/** One node between two bonds at right angles: x and y swing each by themselves. */
const corner: LatticeGeometry = withPins(
  {
    name: 'corner',
    nodes: [
      { name: 'right', x: 1, y: 0 },
      { name: 'above', x: 0, y: 1 },
      { name: 'mass', x: 0, y: 0 },
    ],
    bonds: [
      [0, 2],
      [1, 2],
    ],
    pins: [],
  },
  ['right', 'above'],
)
const [X, Y] = [at(corner, 'mass.x'), at(corner, 'mass.y')]

const undamped: Dynamics = { ...PAPER_DYNAMICS, massDamping: 0, stiffnessDamping: 0 }

/** Displacement under a force from t = 0 on: mass, stiffness, damping rate c / 2m; from rest at 0. */
function stepAnswer(force: number, mass: number, k: number, rate: number, t: number): number {
  const square = k / mass - rate ** 2
  const left =
    square > 0
      ? Math.cos(Math.sqrt(square) * t) + (rate / Math.sqrt(square)) * Math.sin(Math.sqrt(square) * t)
      : Math.cosh(Math.sqrt(-square) * t) + (rate / Math.sqrt(-square)) * Math.sinh(Math.sqrt(-square) * t)
  return (force / k) * (1 - Math.exp(-rate * t) * left)
}

/** Swings from rest under a force. */
function swung(dynamics: Dynamics, k: readonly number[], force: Float64Array, steps: number): Swing {
  const swing = new Swing(frameOf(corner), dynamics)
  swing.stiffen(Float64Array.from(k))
  swing.release(force)
  for (let n = 0; n < steps; n++) swing.advance(force)
  return swing
}

describe('a lattice that swings', () => {
  it('without damping keeps its energy to rounding', () => {
    const frame = frameOf(paper)
    const k = stiffnesses(28)
    const still = linear(frame)
    still.stiffen(k)
    const swing = new Swing(frame, undamped)
    swing.stiffen(k)
    swing.u.set(rest(still, forces(paper, { '11.y': -WEIGHT, '2.x': 0.03 })))
    const nothing = new Float64Array(28)
    swing.release(nothing)
    const before = swing.energy()
    let [most, kinetic] = [0, 0]
    for (let n = 0; n < 5000; n++) {
      swing.advance(nothing)
      most = Math.max(most, Math.abs(swing.energy() / before - 1))
      kinetic = Math.max(kinetic, (dot(swing.v, swing.v) * undamped.mass) / 2)
    }
    // 5000 steps that each round to 1e-16 times the condition of the step, and do not add up alike.
    expect(most).toBeLessThan(1e-11)
    // It does move: most of the energy has been motion at one time.
    expect(kinetic).toBeGreaterThan(before / 2)
  })

  it('without damping keeps its energy less the work of a load that stays, in steps of any length', () => {
    for (const step of [1e-4, 1e-2, 1]) {
      const force = Float64Array.of(0, 0, 0, 0, 0.02, -0.05)
      const swing = swung({ ...undamped, step }, [120, 160], force, 3000)
      const scale = 0.02 ** 2 / 120 + 0.05 ** 2 / 160
      expect((swing.energy() - dot(force, swing.u)) / scale).toBeCloseTo(0, 11)
      expect(swing.energy()).toBeLessThan(3 * scale)
    }
  })

  it.each([
    ['undamped', 0, 0],
    ['damped', 40, 1e-4],
    ['over-damped', 900, 2e-3],
  ])('%s follows its closed form to second order in the step', (_, massDamping, stiffnessDamping) => {
    const force = Float64Array.of(0, 0, 0, 0, 0.02, -0.05)
    const k = [120, 160]
    const end = 0.05
    const errors = [1, 2, 4].map((finer) => {
      const step = 2.5e-4 / finer
      const dynamics = { ...undamped, massDamping, stiffnessDamping, step }
      let most = 0
      const swing = new Swing(frameOf(corner), dynamics)
      swing.stiffen(Float64Array.from(k))
      swing.release(force)
      for (let n = 1; n <= Math.round(end / step); n++) {
        swing.advance(force)
        for (const [d, stiff, newtons] of [
          [X, 120, 0.02],
          [Y, 160, -0.05],
        ]) {
          const rate = (massDamping + (stiffnessDamping * stiff) / dynamics.mass) / 2
          const wanted = stepAnswer(newtons, dynamics.mass, stiff, rate, n * step)
          most = Math.max(most, Math.abs(swing.u[d] - wanted) * (stiff / Math.abs(newtons)))
        }
      }
      return most
    })
    // Next order leaves a few percent at these steps.
    expect(errors[0] / errors[1]).toBeCloseTo(4, 0)
    expect(errors[1] / errors[2]).toBeCloseTo(4, 0)
    expect(errors[2]).toBeLessThan(0.03)
  })

  it('takes a new load in the middle of a swing as the sum of two closed forms, to second order', () => {
    const [mass, k, massDamping] = [2e-4, 150, 900]
    const [first, second] = [forces(corner, { 'mass.x': 0.03 }), forces(corner, { 'mass.x': -0.02 })]
    const rate = massDamping / 2
    const frequency = Math.sqrt(k / mass - rate ** 2)
    /** Slope of `stepAnswer` over time. */
    const speed = (force: number, t: number) =>
      ((force / mass) * Math.exp(-rate * t) * Math.sin(frequency * t)) / frequency
    const errors = [1, 2, 4].map((finer) => {
      const step = 1e-4 / finer
      const swing = new Swing(frameOf(corner), { ...undamped, mass, massDamping, step })
      swing.stiffen(Float64Array.of(k, k))
      let [off, fast] = [0, 0]
      // 3 ms under one, 17 under the other: it is moving when the load changes.
      for (let n = 0; n < 200 * finer; n++) {
        const later = n >= 30 * finer
        if (n === 0) swing.release(first)
        if (n === 30 * finer) swing.release(second)
        swing.advance(later ? second : first)
        const t = (n + 1) * step
        const u = stepAnswer(0.03, mass, k, rate, t) + (later ? stepAnswer(-0.05, mass, k, rate, t - 3e-3) : 0)
        const v = speed(0.03, t) + (later ? speed(-0.05, t - 3e-3) : 0)
        off = Math.max(off, Math.abs(swing.u[X] - u))
        fast = Math.max(fast, Math.abs(swing.v[X] - v))
      }
      return { off, fast }
    })
    // A start with a wrong acceleration would show in the velocities, to first order.
    for (const key of ['off', 'fast'] as const) {
      expect(errors[0][key] / errors[1][key]).toBeCloseTo(4, 0)
      expect(errors[1][key] / errors[2][key]).toBeCloseTo(4, 0)
    }
  })

  it.each([
    ['under-damped', 30],
    ['over-damped', 3000],
  ])('%s dies away at the rate of its closed form', (_, massDamping) => {
    const [mass, k] = [2e-4, 150]
    const dynamics = { ...undamped, mass, massDamping, step: 2e-5 }
    const swing = new Swing(frameOf(corner), dynamics)
    swing.stiffen(Float64Array.of(k, k))
    swing.u[X] = 1e-3
    const nothing = new Float64Array(6)
    swing.release(nothing)
    const energies: number[] = []
    for (let n = 0; n <= 5000; n++) {
      if (n % 1000 === 0) energies.push(swing.energy())
      swing.advance(nothing)
    }
    const square = k / mass - massDamping ** 2 / 4
    // Energy goes with the square of what is left: at twice c / 2m, or at twice the slower of two real rates.
    const rate = square > 0 ? massDamping : massDamping - 2 * Math.sqrt(-square)
    // Over 80 ms from 20 ms on, where the faster rate has died and the swing's phase averages out: within 5 %.
    const found = Math.log(energies[1] / energies[5]) / (4 * 1000 * 2e-5)
    expect(found / rate).toBeCloseTo(1, 1)
    for (let n = 1; n < energies.length; n++) expect(energies[n]).toBeLessThan(energies[n - 1])
  })

  it('keeps its pins, and a force at a pin moves nothing', () => {
    const swing = swung(PAPER_DYNAMICS, [120, 160], Float64Array.of(1, 1, 1, 1, 0, 0), 20)
    expect([...swing.u, ...swing.v, ...swing.a].every((x) => x === 0)).toBe(true)
  })

  it('refuses a mechanism, though its inertia would carry it', () => {
    expect(thrown(() => dynamic(frameOf(paper), PAPER_DYNAMICS).stiffen(stiffnesses(28).fill(0, 1, 2))).code).toBe(
      'MECHANISM',
    )
  })

  it.each(['mass', 'step', 'still', 'watch', 'patience', 'massDamping', 'stiffnessDamping'] as const)(
    'refuses a bad %s',
    (name) => {
      for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, ...(name.endsWith('Damping') ? [] : [0])])
        expect(thrown(() => dynamic(frameOf(paper), { ...PAPER_DYNAMICS, [name]: value }))).toMatchObject({
          code: 'CONFIG',
          message: expect.stringMatching(
            new RegExp(`lattice: ${name} of its dynamics must be (zero or )?positive and finite, got`),
          ),
        })
    },
  )
})

describe('a lattice that is waited for', () => {
  const k = stiffnesses(28)
  const loads = [[-WEIGHT], [0.2], [-0.01], [0]]

  it('shows the answer of the still lattice to within what counts as still, and says how long it took', async () => {
    await using still = device()
    await using lattice = device({ preset: 'swinging' })
    await still.store(k)
    await lattice.store(k)
    const [wanted, seen] = [await read(still, loads), await read(lattice, loads)]
    for (let n = 0; n < wanted.sense.length; n++)
      expect(Math.abs(seen.sense[n] - wanted.sense[n])).toBeLessThan(PAPER_DYNAMICS.still)
    expect(seen.sense.some((value, n) => value !== wanted.sense[n])).toBe(true)
    const { startedAt, endedAt } = seen.receipt
    expect(startedAt).toBe(0)
    // Whole watches, two at least for a load that is new, and nowhere near its patience.
    expect(((endedAt - startedAt) / PAPER_DYNAMICS.watch) % 1).toBeCloseTo(0, 6)
    expect(endedAt - startedAt).toBeGreaterThanOrEqual(4 * PAPER_DYNAMICS.watch - 1e-9)
    expect(endedAt - startedAt).toBeLessThan(loads.length * PAPER_DYNAMICS.patience)
  })

  it('errs where it creeps home by no more than what its detector can see', () => {
    // Over-damped: what is left falls by e^(-r watch) from one look to the next, and the detector sees the difference.
    const [mass, stiff, massDamping] = [2e-4, 150, 1e5]
    const dynamics = { ...undamped, mass, massDamping, patience: 100 }
    const rate = massDamping / 2 - Math.sqrt(massDamping ** 2 / 4 - stiff / mass)
    const lattice = dynamic(frameOf(corner), dynamics)
    lattice.stiffen(Float64Array.of(stiff, stiff))
    const left = 1e-3 - rest(lattice, forces(corner, { 'mass.x': 1e-3 * stiff }))[X]
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(dynamics.still / Math.expm1(rate * dynamics.watch))
  })

  it('gives no reading when it does not settle in time', async () => {
    const hasty = { kind: 'dynamic', ...PAPER_DYNAMICS, patience: 0.06 } as const
    await using lattice = device({ imperfections: { height: hasty } })
    await expect(read(lattice, [[-0.2]])).rejects.toMatchObject({
      code: 'INVALID_READING',
      message: expect.stringContaining('reading 0 of slot 0 is not a number after 4 measurements'),
    })
    // Four times it lost its patience; by now it may well have come to rest.
    const later = dynamic(frameOf(paper), hasty)
    later.stiffen(k)
    const rows = new Float64Array(28 * 200)
    for (let r = 0; r < 200; r++) rows.set(forces(paper, { '11.y': -0.2 }), 28 * r)
    const u = new Float64Array(rows.length)
    expect(later.settle(rows, 200, 0, u)).toBeLessThan(200 * 0.06)
    expect(Number.isNaN(u[27])).toBe(true)
    expect(largest(u.subarray(199 * 28))).toBeGreaterThan(1e-3)
  })

  it('never shows a row sooner than it is asked to', () => {
    const lattice = dynamic(frameOf(paper), PAPER_DYNAMICS)
    lattice.stiffen(k)
    const u = new Float64Array(28)
    expect(lattice.settle(new Float64Array(28), 1, 0, u)).toBeCloseTo(PAPER_DYNAMICS.watch, 12)
    expect(lattice.settle(new Float64Array(28), 1, 0.77, u)).toBeCloseTo(0.8, 12)
  })

  it('is put back in the middle of a swing, to the bit', async () => {
    const options = { imperfections: { height: { kind: 'dynamic', ...PAPER_DYNAMICS, patience: 0.06 } } } as const
    const patient = { imperfections: { height: { kind: 'dynamic', ...PAPER_DYNAMICS } } } as const
    await using hasty = device(options)
    await hasty.store(k)
    await expect(read(hasty, [[-0.2]])).rejects.toMatchObject({ code: 'INVALID_READING' })
    const snapshot = await hasty.state.snapshot()
    const theta = new Float64Array(28)
    const runs = await Promise.all(
      [0, 1].map(async () => {
        await using lattice = device(patient)
        await lattice.state.restore(snapshot, theta)
        expect([...theta]).toEqual([...k])
        const first = await read(lattice, loads)
        await lattice.state.restore(snapshot, theta)
        const again = await read(lattice, loads)
        expect([...again.sense, ...again.local]).toEqual([...first.sense, ...first.local])
        expect(again.receipt).toEqual(first.receipt)
        return [...first.sense]
      }),
    )
    expect(runs[0]).toEqual(runs[1])
    // It was swinging: from rest the same loads are shown otherwise in the last digits.
    await using fresh = device(patient)
    await fresh.store(k)
    expect([...(await read(fresh, loads)).sense]).not.toEqual(runs[0])
  })
})

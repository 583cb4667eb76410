import { describe, expect, it } from 'vitest'
import type { WaveField } from '../../sim/wave/field.ts'
import { emptyState, leapfrog, makeField, type OscillatorOptions, yoshida4 } from '../../sim/wave/index.ts'
import type { Splitting, WaveState } from '../../src/kernels/wave/state.ts'
import { order } from '../rules/local-tools.ts'
import { stepperOf } from './wave-fields.ts'

/** Runs a field from positions and momenta given by site; parameters as given. */
function ran(
  field: WaveField,
  splitting: Splitting,
  step: number,
  steps: number,
  given: { readonly q: (i: number) => number; readonly p?: (i: number) => number; readonly theta: number },
): WaveState {
  const state = emptyState(field)
  for (let i = 0; i < field.modes; i++) {
    state.q[i] = given.q(i)
    state.p[i] = given.p?.(i) ?? 0
  }
  state.theta.fill(given.theta)
  stepperOf(field, splitting, step).run([state], steps)
  return state
}

/** Mean of two numbers, arithmetic and geometric at once. */
function agm(a: number, b: number): number {
  for (let n = 0; n < 40; n++) [a, b] = [(a + b) / 2, Math.sqrt(a * b)]
  return a
}

describe('a harmonic lattice has the frequencies of its modes', () => {
  const k = 0.7
  const w = 1.3
  /** Mode m of n sites: where it is, and its w^2 without the sites' own. */
  const modes = {
    open: (n: number, m: number) => ({
      at: (i: number) => Math.cos((Math.PI * m * (i + 0.5)) / n),
      square: 2 * k * (1 - Math.cos((Math.PI * m) / n)),
    }),
    ring: (n: number, m: number) => ({
      at: (i: number) => Math.cos((2 * Math.PI * m * i) / n + 0.4),
      square: 2 * k * (1 - Math.cos((2 * Math.PI * m) / n)),
    }),
  }
  const cases = (['open', 'ring'] as const).flatMap((ends) =>
    (
      [
        [1, 2, 0, 1],
        [1, 3, 0, 1],
        [1, 8, 0, 3],
        [8, 1, 5, 0],
        [4, 6, 1, 2],
        [2, 3, 1, 1],
      ] as const
    ).map((shape) => [ends, ...shape] as const),
  )
  it.each(cases)('%s, %i x %i sites, mode %i, %i', (ends, rows, columns, m, n) => {
    const down = modes[ends](rows, m)
    const across = modes[ends](columns, n)
    const at = (i: number) => down.at(Math.floor(i / columns)) * across.at(i % columns)
    const square = w + down.square + across.square
    const [step, steps] = [0.1, 137]
    for (const learn of ['bonds', 'sites'] as const) {
      const field = makeField({ kind: 'phi-4', rows, columns, ends, g: 0, learn, site: w, bond: k })
      const theta = learn === 'bonds' ? k : w
      // Leapfrog turns a mode by acos(1 - w^2 dt^2 / 2) in a step, exactly.
      const angle = Math.acos(1 - (square * step ** 2) / 2)
      const { q } = ran(field, leapfrog, step, steps, { q: at, theta })
      const closed = Array.from(q, (_, i) => at(i) * Math.cos(steps * angle))
      for (let i = 0; i < q.length; i++) expect(Math.abs(q[i] - closed[i])).toBeLessThan(1e-12)
      // Yoshida's phase is off by less than a tenth of (w dt)^4 of itself.
      const off = 0.1 * (square * (step / 4) ** 2) ** 2 * Math.sqrt(square) * step * steps
      const fine = ran(field, yoshida4, step / 4, 4 * steps, { q: at, theta })
      for (let i = 0; i < q.length; i++)
        expect(Math.abs(fine.q[i] - at(i) * Math.cos(Math.sqrt(square) * step * steps))).toBeLessThan(off)
    }
  })
})

describe('a pendulum', () => {
  const alone: OscillatorOptions = { columns: 2, bond: 0, learn: 'sites' }
  it.each([0.1, 1, 2, 3])('that is let go at %d rad swings with the period of the elliptic integral', (angle) => {
    const w = 1.7
    const field = makeField({ kind: 'sine-gordon', ...alone })
    const period = (2 * Math.PI) / agm(1, Math.cos(angle / 2)) / Math.sqrt(w)
    const steps = 600
    const start = { q: (i: number) => (i === 0 ? angle : 0), theta: w }
    const whole = ran(field, yoshida4, period / steps, steps, start)
    // Fourth order with steps of a hundredth of a radian or so.
    expect(Math.abs(whole.q[0] - angle)).toBeLessThan(1e-7)
    expect(Math.abs(whole.p[0])).toBeLessThan(2e-6)
    const quarter = ran(field, yoshida4, period / steps, steps / 4, start)
    expect(Math.abs(quarter.q[0])).toBeLessThan(2e-6)
    // All its energy w (1 - cos a) is motion then.
    expect(Math.abs(quarter.p[0] + Math.sqrt(2 * w * (1 - Math.cos(angle))))).toBeLessThan(1e-6)
    expect([quarter.q[1], quarter.p[1]]).toEqual([0, 0])
  })
})

it('a quartic oscillator swings with the period of its elliptic integral', () => {
  // q'' = -g q^3 from rest at a: 4 K(1/2) / (a sqrt g), K(m = 1/2) = 1.854...
  const [g, a] = [0.8, 1.4]
  const quarter = Math.PI / 2 / agm(1, Math.SQRT1_2) / (a * Math.sqrt(g))
  const field = makeField({ kind: 'phi-4', columns: 2, g, bond: 0, learn: 'sites' })
  const steps = 200
  const { q, p } = ran(field, yoshida4, quarter / steps, steps, { q: (i) => (i === 0 ? a : 0), theta: 0 })
  expect(Math.abs(q[0])).toBeLessThan(1e-8)
  expect(Math.abs(p[0] + a ** 2 * Math.sqrt(g / 2))).toBeLessThan(1e-8)
})

it('a sine-Gordon kink travels, the better the finer the lattice', () => {
  const [speed, time, length] = [0.5, 8, 40]
  const sharp = 1 / Math.sqrt(1 - speed ** 2)
  const kink = (x: number, t: number) => 4 * Math.atan(Math.exp(sharp * (x - speed * t)))
  /** Largest distance from the continuum's kink with this distance of sites. */
  const missed = (h: number) => {
    // Energy of the sites w = 1 against bonds of stiffness 1 / h^2.
    const sites = Math.round(length / h)
    const field = makeField({ kind: 'sine-gordon', columns: sites })
    const x = (i: number) => (i + 0.5) * h - length / 2 + 2
    const p = (i: number) => (-2 * sharp * speed) / Math.cosh(sharp * x(i))
    const step = h / 4
    const { q } = ran(field, leapfrog, step, Math.round(time / step), { q: (i) => kink(x(i), 0), p, theta: h ** -2 })
    return q.reduce((most, value, i) => Math.max(most, Math.abs(value - kink(x(i), time))), 0)
  }
  const sizes = [0.4, 0.2, 0.1]
  const errors = sizes.map(missed)
  // The lattice is off by h^2 times a curvature of order one, over a flight of 8.
  expect(errors[2]).toBeLessThan(0.02)
  expect(Math.abs(order(sizes, errors) - 2)).toBeLessThan(0.2)
})

it('an FPUT ring has no force on its mean, and solitary waves of alpha go to the side that compresses', () => {
  const field = makeField({ kind: 'fput', columns: 64, ends: 'ring', alpha: 0.5 })
  const start = { q: () => 0, p: (i: number) => 0.3 * Math.exp(-((i - 32) ** 2) / 8) + 0.1, theta: 1 }
  const before = emptyState(field)
  for (let i = 0; i < 64; i++) before.p[i] = start.p(i)
  const sum = (list: Float64Array) => list.reduce((total, value) => total + value, 0)
  const after = ran(field, leapfrog, 0.1, 150, start)
  expect(Math.abs(sum(after.p) - sum(before.p))).toBeLessThan(1e-12)
  expect(Math.abs(sum(after.q) - 15 * sum(before.p))).toBeLessThan(1e-11)
  // alpha > 0 stiffens stretched bonds and softens pressed ones: a mirrored drive is not a mirrored wave.
  const mirrored = ran(field, leapfrog, 0.1, 150, { ...start, p: (i) => -start.p(i) })
  expect(Math.max(...after.q.map((value, i) => Math.abs(value + mirrored.q[i])))).toBeGreaterThan(0.1)
  // Turned around as well, it is: q_i -> -q_-i leaves every bond as it is.
  const turned = ran(field, leapfrog, 0.1, 150, { ...start, p: (i) => -start.p((64 - i) % 64) })
  after.q.forEach((value, i) => {
    expect(Math.abs(value + turned.q[(64 - i) % 64])).toBeLessThan(1e-11)
  })
})

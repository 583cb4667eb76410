import { describe, expect, it } from 'vitest'
import type { WaveField } from '../../sim/wave/field.ts'
import { combs, emptyState, kerrCavities, leapfrog, schrodinger, yoshida4 } from '../../sim/wave/index.ts'
import { hop } from '../../src/kernels/wave/kerr.ts'
import type { Splitting, WaveState } from '../../src/kernels/wave/state.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { CASES, fieldOf, flat, startOf, stepperOf } from './wave-fields.ts'

/** Sets a complex mode of two lists. */
function put(re: Float64Array, im: Float64Array, i: number, size: number, phase: number): void {
  re[i] = size * Math.cos(phase)
  im[i] = size * Math.sin(phase)
}

function run(field: WaveField, splitting: Splitting, state: WaveState, step: number, time: number): WaveState {
  stepperOf(field, splitting, step).run([state], Math.round(time / step))
  return state
}

/** Largest distance of two complex lists. */
function apart(re: Float64Array, im: Float64Array, wanted: (i: number) => readonly [number, number]): number {
  let most = 0
  for (let i = 0; i < re.length; i++) {
    const [x, y] = wanted(i)
    most = Math.max(most, Math.hypot(re[i] - x, im[i] - y))
  }
  return most
}

const squares = ({ q, p, theta, momentum }: WaveState, of: 'all' | 'wave') => {
  let sum = 0
  for (const list of of === 'all' ? [q, p, theta, momentum] : [q, p]) for (const x of list) sum += x * x
  return sum
}

it.each(CASES.filter(({ spec }) => ['kerr-cavities', 'schrodinger', 'combs'].includes(spec.kind)))(
  'the number of quanta stays: $name',
  (one) => {
    const field = fieldOf(one)
    // Of cavities and combs both fields together: the learning field of a Schroedinger wave is a potential.
    const of = one.spec.kind === 'schrodinger' ? 'wave' : 'all'
    for (const splitting of [leapfrog, yoshida4]) {
      const state = startOf(one, field)
      const before = squares(state, of)
      run(field, splitting, state, 0.04, 8)
      // Round-off of 200 steps, each with its transforms.
      expect(Math.abs(squares(state, of) / before - 1)).toBeLessThan(1e-12)
    }
  },
)

describe('Kerr cavities', () => {
  it('turn alone by g |z|^2 t', () => {
    const field = kerrCavities({ rows: 1, columns: 1, coupling: 0, g: -2 })
    const state = emptyState(field)
    put(state.theta, state.momentum, 0, 0.8, 0.3)
    put(state.q, state.p, 0, 1.1, -1)
    run(field, leapfrog, state, 0.05, 7)
    expect(
      Math.hypot(
        state.theta[0] - 0.8 * Math.cos(0.3 + 2 * 0.64 * 7),
        state.momentum[0] - 0.8 * Math.sin(0.3 + 2 * 0.64 * 7),
      ),
    ).toBeLessThan(1e-12)
    expect(
      Math.hypot(state.q[0] - 1.1 * Math.cos(2 * 1.21 * 7 - 1), state.p[0] - 1.1 * Math.sin(2 * 1.21 * 7 - 1)),
    ).toBeLessThan(1e-12)
  })

  it('exchange what they hold with their port at the Rabi frequency', () => {
    const kappa = 0.3
    const field = kerrCavities({ rows: 1, columns: 1, coupling: kappa, g: 0 })
    for (const time of [1, 5.2, 20]) {
      const state = emptyState(field)
      put(state.q, state.p, 0, 0.9, 0.5)
      run(field, leapfrog, state, 0.05, time)
      // psi cos(kappa t), t = -i psi sin(kappa t).
      const [c, s] = [0.9 * Math.cos(kappa * time), 0.9 * Math.sin(kappa * time)]
      expect(apart(state.q, state.p, () => [c * Math.cos(0.5), c * Math.sin(0.5)])).toBeLessThan(1e-13)
      expect(apart(state.theta, state.momentum, () => [s * Math.sin(0.5), -s * Math.cos(0.5)])).toBeLessThan(1e-13)
    }
  })

  it('detuned, exchange less of it, faster', () => {
    // A port off by D: the most that crosses is kappa^2 / (kappa^2 + D^2 / 4), after pi / (2 sqrt(kappa^2 + D^2 / 4)).
    const [kappa, off] = [0.3, 0.4]
    const normal = (place: number) => (place === 1 ? 1 : 0)
    const field = kerrCavities({ rows: 1, columns: 1, coupling: kappa, g: 0 }, { size: off, normal })
    const rate = Math.sqrt(kappa ** 2 + off ** 2 / 4)
    const state = emptyState(field)
    state.q[0] = 1
    run(field, yoshida4, state, Math.PI / (2 * rate) / 100, Math.PI / (2 * rate))
    // Fourth order in steps of 0.04: (0.36 dt)^4 is some 1e-8.
    expect(state.theta[0] ** 2 + state.momentum[0] ** 2).toBeCloseTo(kappa ** 2 / rate ** 2, 8)
  })

  it('hop as their sine modes do, with eigenvalues 2 J (cos a + cos b)', () => {
    const [rows, columns, hopping, time] = [3, 4, 10, 0.37]
    const field = kerrCavities({ rows, columns, hopping })
    for (const [m, n] of [
      [1, 1],
      [2, 3],
      [3, 4],
    ]) {
      const [a, b] = [(Math.PI * m) / (rows + 1), (Math.PI * n) / (columns + 1)]
      const mode = (i: number) => Math.sin(a * (Math.floor(i / columns) + 1)) * Math.sin(b * ((i % columns) + 1))
      const state = emptyState(field)
      for (let i = 0; i < rows * columns; i++) state.theta[i] = mode(i)
      field.drift(state, time)
      const phase = time * 2 * hopping * (Math.cos(a) + Math.cos(b))
      const wanted = (i: number) => [mode(i) * Math.cos(phase), -mode(i) * Math.sin(phase)] as const
      expect(apart(state.theta, state.momentum, wanted)).toBeLessThan(1e-14)
    }
  })

  it.each([1, 2, 3, 4, 9])('hop by a unitary matrix: a row of %i', (count) => {
    const { re, im } = hop(count, 3.3)
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let [x, y] = [0, 0]
        for (let k = 0; k < count; k++) {
          const [i, j] = [a * count + k, b * count + k]
          x += re[i] * re[j] + im[i] * im[j]
          y += im[i] * re[j] - re[i] * im[j]
        }
        expect(Math.hypot(x - (a === b ? 1 : 0), y)).toBeLessThan(1e-14)
        expect(Math.abs(re[a * count + b] - re[b * count + a])).toBeLessThan(1e-15)
      }
    }
  })

  it.each([0.5, 0.9, 1.1, 2])('trap themselves beyond |g| N / (4 kappa) = 1, as the dimer does: at %d', (strength) => {
    // Kenkre and Campbell, Phys. Rev. B 34, 4959 (1986): |psi|^2 - |t|^2 = cn(2 kappa t | k), and dn(k 2 kappa t | 1 / k).
    const kappa = 0.3
    const field = kerrCavities({ rows: 1, columns: 1, coupling: kappa, g: -4 * kappa * strength })
    const modulus = Math.min(strength, 1 / strength)
    const quarter = ellipticK(modulus) / Math.max(strength, 1)
    // From full to empty in twice a quarter of cn; dn falls to its least, sqrt(1 - k^2), in one.
    const time = (strength < 1 ? 2 * quarter : quarter) / (2 * kappa)
    const state = emptyState(field)
    state.q[0] = 1
    run(field, yoshida4, state, time / 400, time)
    const imbalance = state.q[0] ** 2 + state.p[0] ** 2 - state.theta[0] ** 2 - state.momentum[0] ** 2
    const least = strength < 1 ? -1 : Math.sqrt(1 - modulus ** 2)
    expect(Math.abs(imbalance - least)).toBeLessThan(1e-9)
    // It turns round there.
    const rate = emptyState(field)
    field.rate(state, rate)
    const slope = state.q[0] * rate.q[0] + state.p[0] * rate.p[0]
    expect(Math.abs(slope)).toBeLessThan(1e-6)
  })
})

/** Complete elliptic integral of the first kind of a modulus. */
function ellipticK(modulus: number): number {
  let [a, b] = [1, Math.sqrt(1 - modulus ** 2)]
  for (let n = 0; n < 40; n++) [a, b] = [(a + b) / 2, Math.sqrt(a * b)]
  return Math.PI / 2 / a
}

describe('a Schroedinger field', () => {
  it('carries a plane wave with k^2 / 2 + V + g |a|^2', () => {
    const [columns, spacing, g, size, V] = [16, 0.7, 0.8, 0.9, -0.4]
    for (const rows of [1, 4]) {
      const field = schrodinger({ rows, columns, spacing, g })
      const [kx, ky] = [(2 * Math.PI * -3) / (columns * spacing), rows === 1 ? 0 : (2 * Math.PI * 1) / (rows * spacing)]
      const phase = (i: number) => kx * spacing * (i % columns) + ky * spacing * Math.floor(i / columns)
      const state = emptyState(field)
      state.theta.fill(V)
      for (let i = 0; i < rows * columns; i++) put(state.q, state.p, i, size, phase(i))
      const w = (kx ** 2 + ky ** 2) / 2 + V + g * size ** 2
      // Its density is even, so that a split step is exact.
      const wave = run(field, leapfrog, state, 0.1, 6)
      const wanted = (i: number) => [size * Math.cos(phase(i) - 6 * w), size * Math.sin(phase(i) - 6 * w)] as const
      expect(apart(wave.q, wave.p, wanted)).toBeLessThan(1e-12)
      // The action on the potential: its density over time.
      for (const action of wave.momentum) expect(action).toBeCloseTo(-0.5 * size ** 2 * 6, 12)
    }
  })

  it('keeps the shape of a soliton where it attracts itself', () => {
    const [columns, spacing, size] = [128, 0.25, 1]
    const length = columns * spacing
    const field = schrodinger({ columns, spacing, g: -1 })
    const speed = (2 * Math.PI * 3) / length
    const at = (time: number) => (i: number) => {
      const x = i * spacing - length / 2
      const near = x - speed * time - length * Math.round((x - speed * time) / length)
      const height = size / Math.cosh(size * near)
      const angle = speed * x + ((size ** 2 - speed ** 2) / 2) * time
      return [height * Math.cos(angle), height * Math.sin(angle)] as const
    }
    const state = emptyState(field)
    for (let i = 0; i < columns; i++) [state.q[i], state.p[i]] = at(0)(i)
    const wave = run(field, yoshida4, state, 0.025, 20)
    // Spectral in space; Yoshida's phase, and tails of 1e-7 at the ends of the ring.
    expect(apart(wave.q, wave.p, at(20))).toBeLessThan(1e-4)
  })

  it('spreads a free Gaussian', () => {
    const [columns, spacing, width] = [128, 0.25, 0.9]
    const field = schrodinger({ columns, spacing, g: 0 })
    const state = emptyState(field)
    const x = (i: number) => (i - columns / 2) * spacing
    for (let i = 0; i < columns; i++) state.q[i] = Math.exp(-(x(i) ** 2) / (4 * width ** 2))
    const { q, p } = run(field, leapfrog, state, 0.1, 3)
    let [total, spread] = [0, 0]
    for (let i = 0; i < columns; i++) {
      total += q[i] ** 2 + p[i] ** 2
      spread += x(i) ** 2 * (q[i] ** 2 + p[i] ** 2)
    }
    // Free flight is exact; what is left are the tails.
    expect(spread / total).toBeCloseTo(width ** 2 + (3 / (2 * width)) ** 2, 9)
  })

  it('turns in place where it cannot move, and pushes a heavy potential down', () => {
    const field = schrodinger({ columns: 1, g: 2, inertia: 50 })
    const state = emptyState(field)
    state.q[0] = 0.6
    state.theta[0] = 0.3
    run(field, yoshida4, state, 0.02, 4)
    // dtheta/dt = momentum / m, dmomentum/dt = -|psi|^2 / 2.
    const theta = 0.3 - (0.5 * 0.36 * 4 ** 2) / 2 / 50
    expect(state.theta[0]).toBeCloseTo(theta, 13)
    const angle = 4 * (0.3 + 2 * 0.36) - (0.5 * 0.36 * 4 ** 3) / 6 / 50
    expect(Math.hypot(state.q[0] - 0.6 * Math.cos(angle), state.p[0] + 0.6 * Math.sin(angle))).toBeLessThan(1e-10)
  })
})

describe('combs', () => {
  const chi = 0.07

  /** H as it is written, line by line round the ring of the transform. */
  function written(lines: number, dispersion: number, { q, p, theta, momentum }: WaveState): number {
    const product = (re: Float64Array, im: Float64Array, k: number) => {
      let [x, y] = [0, 0]
      for (let j = 0; j < lines; j++) {
        const m = (j + k) % lines
        x += re[j] * re[m] + im[j] * im[m]
        y += re[j] * im[m] - im[j] * re[m]
      }
      return [x, y]
    }
    let sum = 0
    for (let k = 0; k < lines; k++) {
      const [a, b] = product(q, p, k)
      const [c, d] = product(theta, momentum, k)
      sum += 2 * chi * (a * c + b * d) + chi * (a * a + b * b) + chi * (c * c + d * d)
    }
    for (let n = 0; n < lines; n++) {
      const j = n < lines / 2 ? n : n - lines
      sum += ((dispersion * j ** 2) / 2) * (q[n] ** 2 + p[n] ** 2 + theta[n] ** 2 + momentum[n] ** 2)
    }
    return sum
  }

  it.each([1, 2, 4, 16])('have the energy that is written, of %i lines', (lines) => {
    const field = combs({ lines, chi, dispersion: 0.3 })
    const state = startOf({ name: '', spec: { kind: 'combs', lines }, size: 1, theta: [0, 1, 1], steps: [] }, field)
    expect(field.energy(state)).toBeCloseTo(written(lines, 0.3, state), 11)
  })

  it('of one line each turn by what both hold', () => {
    // Nothing to mix with: G_0 alone, so H = chi (|psi|^2 + |theta|^2)^2, and each line turns by 2 chi of that sum.
    const field = combs({ lines: 8, chi, dispersion: 0.3 })
    const state = emptyState(field)
    put(state.q, state.p, 2, 0.9, 0.2)
    put(state.theta, state.momentum, 6, 1.2, -0.7)
    run(field, leapfrog, state, 0.1, 5)
    const own = 2 * chi * (0.81 + 1.44)
    // Line 6 of 8 is -2 from the pump.
    const angle = 5 * (own + (0.3 * 4) / 2)
    expect(
      apart(state.q, state.p, (n) => (n === 2 ? [0.9 * Math.cos(0.2 - angle), 0.9 * Math.sin(0.2 - angle)] : [0, 0])),
    ).toBeLessThan(1e-13)
    expect(
      apart(state.theta, state.momentum, (n) =>
        n === 6 ? [1.2 * Math.cos(-0.7 - angle), 1.2 * Math.sin(-0.7 - angle)] : [0, 0],
      ),
    ).toBeLessThan(1e-13)
  })

  it('of two lines without dispersion turn angle by angle', () => {
    // In angle space psi_0 +- psi_1 each turn by 2 chi times half the density there, summed over both fields.
    const field = combs({ lines: 2, chi, dispersion: 0 })
    const start = startOf({ name: '', spec: { kind: 'combs', lines: 2 }, size: 1, theta: [0, 1, 1], steps: [] }, field)
    const turn = (sign: 1 | -1) => {
      const list = (x: Float64Array) => x[0] + sign * x[1]
      const z = [start.q, start.p, start.theta, start.momentum].map(list)
      const angle = 3 * 2 * chi * z.reduce((sum, x) => sum + x * x, 0)
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      return [c * z[0] + s * z[1], c * z[1] - s * z[0], c * z[2] + s * z[3], c * z[3] - s * z[2]]
    }
    const [plus, minus] = [turn(1), turn(-1)]
    const wanted = plus.flatMap((x, n) => [(x + minus[n]) / 2, (x - minus[n]) / 2])
    const state = run(field, leapfrog, start, 0.1, 3)
    expect(relativeDistance(flat(state), wanted)).toBeLessThan(1e-13)
  })
})

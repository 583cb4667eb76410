import { describe, expect, it } from 'vitest'
import type { WaveField } from '../../sim/wave/field.ts'
import { emptyState, leapfrog, phi4, recorded, reverse, waveSimulator, yoshida4 } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import type { Splitting, WaveState } from '../../src/kernels/wave/state.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { echoGradient, oneSidedGradient } from '../../src/rules/echo/contrast.ts'
import { order } from '../rules/local-tools.ts'
import { BONDS, chain, SITES, START, STEP, slopesOf } from './wave-chain.ts'
import { CASES, cloned, fieldOf, flat, startOf, stepperOf } from './wave-fields.ts'

const STRENGTHS = [1e-1, 1e-2, 1e-3]

/** An echo by hand, and what the adjoint says it brings back: return - start = eps bracket J d cost / d start, to first order. */
function echoOf(field: WaveField, splitting: Splitting, step: number, steps: number, start: WaveState) {
  const arrived = cloned(start)
  const pull = recorded(field, splitting, step, steps, arrived)
  const last = field.modes - 1
  // Half the squared distance to two targets, of a position and of a momentum.
  const slopes = { q: arrived.q[0] - 0.5, p: arrived.p[last] + 0.5 }
  const slope = emptyState(field)
  slope.q[0] = slopes.q
  slope.p[last] = slopes.p
  pull(slope)
  const { q, p, theta, momentum } = slope
  const minus = (list: Float64Array) => list.map((value) => -value)
  const wanted = Float64Array.of(...p, ...minus(q), ...momentum, ...minus(theta))
  const stepper = stepperOf(field, splitting, step)
  const back = (eps: number) => {
    const state = cloned(arrived)
    state.p[0] -= eps * field.bracket * slopes.q
    state.q[last] += eps * field.bracket * slopes.p
    reverse(state)
    stepper.run([state], steps)
    reverse(state)
    return flat(state)
  }
  const contrast = (a: Float64Array, b: Float64Array, span: number) =>
    relativeDistance(
      a.map((value, i) => (value - b[i]) / (span * field.bracket)),
      wanted,
    )
  return {
    two: (eps: number) => contrast(back(eps), back(-eps), 2 * eps),
    one: (eps: number) => contrast(back(eps), flat(start), eps),
  }
}

describe.each(CASES)('$name', (one) => {
  const field = fieldOf(one)

  it.each([leapfrog, yoshida4])('brings back the adjoint of all it started from, by $name', (splitting) => {
    const step = one.steps[one.steps.length - 1]
    const echo = echoOf(field, splitting, step, Math.round(4 / step), startOf(one, field))
    expect(echo.two(1e-4)).toBeLessThan(1e-8)
    expect(Math.abs(order(STRENGTHS, STRENGTHS.map(echo.two)) - 2)).toBeLessThan(0.1)
    expect(Math.abs(order(STRENGTHS, STRENGTHS.map(echo.one)) - 1)).toBeLessThan(0.05)
  })
})

/** T = 20; echo.md, section 3. */
describe('the reference chain', () => {
  const steps = 400
  const field = phi4({ columns: SITES })
  const begin = () => ({
    q: START.slice(0, SITES),
    p: START.slice(SITES),
    theta: BONDS.slice(),
    momentum: new Float64Array(SITES - 1),
  })
  const adjoint = () => {
    const state = begin()
    const pull = recorded(field, leapfrog, STEP, steps, state)
    const slope = emptyState(field)
    const slopes = slopesOf(state.q.subarray(29, 31))
    slope.q.set(slopes, 29)
    pull(slope)
    return { output: state.q.slice(29, 31), theta: slope.theta, drive: Float64Array.of(...slope.q, ...slope.p) }
  }

  it('has the gradient of differences', () => {
    const wanted = adjoint()
    const cost = (state: WaveState) => {
      stepperOf(field, leapfrog, STEP).run([state], steps)
      return ((state.q[29] - 0.5) ** 2 + (state.q[30] + 0.5) ** 2) / 2
    }
    const moved = (part: 'theta' | 'q' | 'p', i: number, by: number) => {
      const state = begin()
      state[part][i] += by
      return cost(state)
    }
    const scale = Math.max(...wanted.theta.map(Math.abs))
    for (const [part, i, found] of [
      ['theta', 3, wanted.theta[3]],
      ['theta', 28, wanted.theta[28]],
      ['theta', 29, wanted.theta[29]],
      ['q', 20, wanted.drive[20]],
      ['p', 29, wanted.drive[SITES + 29]],
    ] as const) {
      const at = (n: number) => moved(part, i, n * 2e-3)
      const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * 2e-3)
      // h^4 / 30 of a fifth derivative; round-off over h.
      expect(Math.abs(slope - found)).toBeLessThan(2e-7 * scale)
    }
  })

  it('is met by two echoes as eps^2, to 1e-8 at 1e-4, by parameters and drive', async () => {
    const device = await chain()
    const wanted = adjoint()
    const errors: { theta: number; drive: number }[] = []
    for (const eps of [...STRENGTHS, 1e-4]) {
      const found = await echoGradient(device, START, slopesOf, { eps })
      expect(relativeDistance(found.output, wanted.output)).toBeLessThan(1e-13)
      errors.push({
        theta: relativeDistance(found.theta, wanted.theta),
        drive: relativeDistance(found.drive, wanted.drive),
      })
    }
    for (const part of ['theta', 'drive'] as const) {
      const list = errors.map((error) => error[part])
      expect(list[3]).toBeLessThan(1e-8)
      expect(Math.abs(order(STRENGTHS, list.slice(0, 3)) - 2)).toBeLessThan(0.1)
    }
  })

  it('is met by one echo as eps', async () => {
    const device = await chain()
    const wanted = adjoint()
    const errors = []
    for (const eps of STRENGTHS) {
      const found = await oneSidedGradient(device, START, slopesOf, eps, {})
      errors.push(relativeDistance(found.theta, wanted.theta))
    }
    expect(Math.abs(order(STRENGTHS, errors) - 1)).toBeLessThan(0.05)
  })
})

describe('a harmonic oscillator', () => {
  // dC/dtheta = -(q(T) - y) q0 T sin(w T) / (2 w), of C = (q(T) - y)^2 / 2 from rest at q0; echo.md, section 2.
  const [q0, y, w, time] = [0.8, 0.5, 1.3, 3.2]
  const end = q0 * Math.cos(w * time)
  const byTheta = (-(end - y) * q0 * time * Math.sin(w * time)) / (2 * w)
  const byStart = (end - y) * Math.cos(w * time)
  const found = async (eps: number, step: number, sides: 'two' | 'one' = 'two') => {
    const device = attach(
      waveSimulator({
        field: { kind: 'phi-4', columns: 2, g: 0, bond: 0, learn: 'sites' },
        inputs: ['0.q'],
        outputs: ['0.q'],
        time,
        step,
      }),
    )
    await device.store(Float64Array.of(w ** 2, 1))
    const slopesOf = (output: Float64Array) => output.map((value) => value - y)
    if (sides === 'one') return oneSidedGradient(device, Float64Array.of(q0), slopesOf, eps, {})
    return echoGradient(device, Float64Array.of(q0), slopesOf, { eps })
  }

  it('gives its closed form for any eps, sign included, as the step goes to zero', async () => {
    for (const eps of [1e-3, 0.1, 1, 8]) {
      const sizes = [0.08, 0.04, 0.02]
      const results = []
      for (const step of sizes) results.push((await found(eps, step)) as Awaited<ReturnType<typeof echoGradient>>)
      const errors = results.map(({ theta }) => Math.abs(theta[0] - byTheta))
      expect(Math.abs(order(sizes, errors) - 2)).toBeLessThan(0.05)
      // (w dt)^2 / 24 of the phase and as much of the slope.
      expect(errors[2]).toBeLessThan(1e-3 * Math.abs(byTheta))
      expect(results[2].drive[0]).toBeCloseTo(byStart, 3)
      expect(results[2].theta[1]).toBe(0)
    }
  })

  it('depends on eps only on one side', async () => {
    const [faint, strong] = [await found(1e-3, 0.05), await found(5, 0.05)]
    expect(Math.abs(faint.theta[0] - strong.theta[0])).toBeLessThan(1e-11)
    const [weak, large] = [await found(1e-3, 0.05, 'one'), await found(1, 0.05, 'one')]
    expect(Math.abs(weak.theta[0] - large.theta[0])).toBeGreaterThan(1e-2)
  })
})

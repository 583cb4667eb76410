import { describe, expect, it } from 'vitest'
import { type Ride, returnError } from '../../sim/wave/health.ts'
import {
  emptyState,
  horizonWarning,
  LOST,
  leapfrog,
  phi4,
  rungeKutta4,
  waveHealth,
  yoshida4,
} from '../../sim/wave/index.ts'
import { damping, lossy } from '../../sim/wave/losses.ts'
import type { Splitting } from '../../src/kernels/wave/state.ts'
import { order } from '../rules/local-tools.ts'
import { CASES, startOf, stepperOf } from './wave-fields.ts'

/** Strongly coupled by its quartic sites, at large amplitude: chaos within tens of units of time. */
const wild = phi4({ columns: 12, g: 5 })
const tame = phi4({ columns: 12 })
const start = (size: number) => startOf({ ...CASES[0], size }, wild)
const ride = (step: number, time: number, splitting: Splitting = leapfrog, field = wild): Ride => ({
  field,
  stepper: stepperOf(field, splitting, step),
  step,
  steps: Math.round(time / step),
})

describe('the reversal horizon', () => {
  it.each([5, 20, 200])('is where the return error crosses the line, asked for %d units of time', (time) => {
    const step = 0.02
    const from = start(2)
    const health = waveHealth(ride(step, time), from, 64)
    const lost = (t: number) => !(returnError(ride(step, t), from, Math.round(t / step)) < LOST)
    let scanned = 10
    while (!lost(scanned)) scanned += 5
    // Round-off that grows by e^(0.2 t) comes to the line by jumps of its own of a few units of time.
    expect(Math.abs(health.horizon / scanned - 1)).toBeLessThan(0.1)
    expect(health.limit).toBe('round-off')
    // From 1e-16 to 1e-3 within the horizon.
    expect(Math.abs((health.lyapunov * health.horizon) / Math.log(1e13) - 1)).toBeLessThan(0.2)
    const warning = horizonWarning(health, 200)
    expect(warning).toContain(`horizon of ${Number(health.horizon.toPrecision(3))}`)
    expect(warning).toMatch(/a wave of 200 .* round-off grows/)
    expect(horizonWarning(health, 100)).toBeUndefined()
  })

  it('is not met by a tame wave, which says so', () => {
    const health = waveHealth(ride(0.05, 20, leapfrog, tame), start(0.7))
    expect(health).toMatchObject({ horizon: Number.POSITIVE_INFINITY, lyapunov: 0, limit: 'round-off' })
    expect(health.returnError).toBeLessThan(1e-13)
    expect(horizonWarning(health, 320)).toBeUndefined()
  })

  it('is Infinity at rest, where nothing is off', () => {
    const health = waveHealth(ride(0.05, 1, leapfrog, tame), emptyState(tame))
    expect(health).toMatchObject({ energyError: 0, returnError: 0, horizon: Number.POSITIVE_INFINITY })
  })

  it('of Runge and Kutta is blamed on steps that do not run backwards', () => {
    const health = waveHealth({ ...ride(0.5, 20, leapfrog, tame), stepper: rungeKutta4(tame, 0.5) }, start(0.7))
    expect(health).toMatchObject({ limit: 'one-way steps', lyapunov: 0 })
    expect(health.horizon).toBeLessThan(2)
    expect(horizonWarning(health, 20)).toMatch(/horizon of 0\.\d+: its steps do not run backwards/)
  })

  it('of a lossy wave is too', () => {
    const plain = ride(0.05, 20, leapfrog, tame)
    const damp = damping(tame, 0.05, { loss: 1e-3, learningLoss: 0 })
    const health = waveHealth({ ...plain, stepper: lossy(plain.stepper, damp) }, start(0.7))
    expect(health.limit).toBe('one-way steps')
    // A part of 1e-3 of the motion is lost in every unit of time.
    expect(health.horizon).toBeGreaterThan(0.3)
    expect(health.horizon).toBeLessThan(3)
  })

  it('of a step that is too long names the step', () => {
    // 2 / w of the fastest mode is 0.89, and less at this amplitude.
    for (const step of [0.8, 1.2]) {
      const health = waveHealth(ride(step, 24, leapfrog, tame), start(0.7))
      expect(health.limit).toBe('unstable steps')
      expect(health.horizon).toBeLessThan(20)
      expect(horizonWarning(health, 24)).toMatch(/steps are too long for the field, whose energy .*; shorten the step/)
    }
  })
})

it('the energy error of a health falls as the order of the step', () => {
  const steps = [0.1, 0.05, 0.025]
  for (const splitting of [leapfrog, yoshida4]) {
    const errors = steps.map((step) => waveHealth(ride(step, 10, splitting, tame), start(0.7), 1).energyError)
    expect(Math.abs(order(steps, errors) - splitting.order)).toBeLessThan(0.15)
  }
})

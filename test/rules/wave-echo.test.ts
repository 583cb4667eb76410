import { describe, expect, it } from 'vitest'
import { referenceGradient, type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { echoGradient } from '../../src/rules/echo/contrast.ts'
import { returnError } from '../../src/rules/echo/return-error.ts'
import { hamiltonianEcho } from '../../src/rules/hamiltonian-echo.ts'
import { recurrentEcho } from '../../src/rules/recurrent-echo.ts'
import { always, estimated, lessonOf, order } from './local-tools.ts'

const ports = { inputs: ['0.q', '1.p'], outputs: ['4.q', '5.q', '3.p'], time: 4, step: 0.05 }
const complex = { inputs: ['0.q', '1.p'], outputs: ['2.q', '3.q', '3.p'], time: 2, step: 0.02 }
const learning = { mass: 1, decay: 40 }

/** Fields of every kind, each on six or more modes. */
const FIELDS: readonly (readonly [string, WaveOptions])[] = [
  ['phi-4 chain', { ...ports, field: { kind: 'phi-4', columns: 8 } }],
  ['phi-4 chain by yoshida-4', { ...ports, field: { kind: 'phi-4', columns: 8 }, integrator: 'yoshida-4', step: 0.1 }],
  ['sine-gordon plane, sites', { ...ports, field: { kind: 'sine-gordon', rows: 3, columns: 3, learn: 'sites' } }],
  ['fput ring', { ...ports, field: { kind: 'fput', columns: 8, ends: 'ring', beta: 0.2 } }],
  ['phi-4 chain of light bonds', { ...ports, field: { kind: 'phi-4', columns: 8, inertia: 5 } }],
  ['kerr cavities', { ...complex, field: { kind: 'kerr-cavities' } }],
  ['schrodinger line', { ...complex, field: { kind: 'schrodinger', columns: 8 } }],
  ['combs', { ...complex, field: { kind: 'combs', lines: 8 } }],
]

/** Fields whose parameters may have either sign. */
const COMPLEX: readonly string[] = ['kerr-cavities', 'schrodinger', 'combs']

const random = draws(7, STREAM.readNoise)
const uniform = (count: number, low: number, high: number, first: number) =>
  Float64Array.from({ length: count }, (_, i) => low + (high - low) * random.uniform(first + i))

/** The device, parameters, a drive of so many frames, and targets. */
function setup(options: WaveOptions, frames: number) {
  const device = attach(waveSimulator(options))
  const [low, high] = COMPLEX.includes(options.field.kind) ? [-0.3, 0.3] : [0.5, 1.5]
  const theta = uniform(paramCount(device.sheet), low, high, 0)
  const numbers = uniform(frames * 5, -0.4, 0.4, 1000)
  return { device, theta, drive: numbers.slice(0, frames * 2), target: numbers.slice(frames * 2) }
}

describe.each(FIELDS)('%s', (_, options) => {
  it.each([1, 3])('echoes give the adjoint gradient by parameters and drive to 1e-8, %i frames', async (frames) => {
    const { device, theta, drive, target } = setup(options, frames)
    await device.store(theta)
    const slopesOf = (y: Float64Array) => y.map((value, i) => value - target[i])
    const wanted = referenceGradient(options, theta, drive, slopesOf)
    const found = await echoGradient(device, drive, slopesOf, { eps: 1e-4 })
    // The compiled step may sum in another order.
    expect(relativeDistance(found.output, wanted.output)).toBeLessThan(1e-13)
    expect(relativeDistance(found.theta, wanted.theta)).toBeLessThan(1e-8)
    expect(relativeDistance(found.drive, wanted.drive)).toBeLessThan(1e-8)
    expect((await returnError(device, drive)).error).toBeLessThan(1e-12)
  })

  it('errs by eps squared with two sides and by eps with one', async () => {
    const { device, theta, drive, target } = setup(options, 2)
    const wanted = referenceGradient(options, theta, drive, (y) => y.map((value, i) => value - target[i]))
    const lesson = { rows: 2, drive, target }
    const strengths = [0.02, 0.005]
    for (const [sides, slope] of [
      ['two', 2],
      ['one', 1],
    ] as const) {
      const errors = []
      for (const eps of strengths) {
        const { gradient } = await estimated(recurrentEcho({ eps, sides }), device, theta, lesson)
        errors.push(relativeDistance(gradient, wanted.theta))
      }
      expect(Math.abs(order(strengths, errors) - slope)).toBeLessThan(0.15)
    }
  })

  it.each(['simple', 'averaged'] as const)('%s moves its learning field by the stated rate', async (form) => {
    const { device, theta, drive, target } = setup({ ...options, learning }, 1)
    await device.store(theta)
    const eta = 1e-6
    const rule = hamiltonianEcho({ eta, form })
    const lessons = always(lessonOf([[...drive]], [[...target]]))
    const given = theta.slice()
    await rule.step(device, await rule.begin(device, theta), theta, lessons, {})
    const field = device.echo.learning
    if (field === undefined) throw new Error('no learning field')
    const held = new Float64Array(theta.length)
    await field.read(held)
    const { theta: slope, momentum } = referenceGradient(options, given, drive, (y) => y.map((v, i) => v - target[i]))
    const { bracket, gain } = field
    const wanted = slope.map((g, i) =>
      form === 'averaged' ? -2 * eta * bracket * gain * g : -eta * bracket * (gain * g - momentum[i]),
    )
    const moved = held.map((value, i) => value - given[i])
    expect(relativeDistance(moved, wanted)).toBeLessThan(1e-3)
    // The rule was told nothing of it.
    expect([...theta]).toEqual([...given])
  })
})

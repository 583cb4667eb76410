import { describe, expect, it } from 'vitest'
import {
  type FieldSpec,
  referenceGradient,
  type WaveImperfections,
  type WaveOptions,
  waveSimulator,
} from '../../../sim/index.ts'
import { waveTwin } from '../../../sim/twins/wave-field.ts'
import { attach } from '../../../src/contract/device.ts'
import { draws, fillUniform } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { calibrateTwin } from '../../../src/twins/calibrate.ts'
import { confront, requireTrust } from '../../../src/twins/confront.ts'
import { requireSlopes } from '../../../src/twins/differences.ts'
import { type Twin, twinParameterCount } from '../../../src/twins/twin.ts'

const uniform = (seed: number, length: number, low: number, high: number) =>
  fillUniform(draws(seed, STREAM.testInputs), low, high, new Float64Array(length))

const PORTS = { inputs: ['0.q', '1.p'], outputs: ['2.q', '3.p'], time: 2, step: 0.1 } as const

const FIELDS: readonly FieldSpec[] = [
  { kind: 'phi-4', columns: 5 },
  { kind: 'phi-4', rows: 2, columns: 3, learn: 'sites', inertia: 3 },
  { kind: 'sine-gordon', columns: 5, ends: 'ring' },
  { kind: 'fput', columns: 5 },
  { kind: 'schrodinger', columns: 8 },
  { kind: 'kerr-cavities', rows: 2, columns: 3, ports: [0, 2, 3, 5] },
  { kind: 'combs', lines: 8 },
]

const pointOf = (twin: Twin, rows = 2) => ({
  rows,
  theta: uniform(1, twin.width.theta, 0.5, 1.5),
  drive: uniform(2, rows * twin.width.drive, -0.5, 0.5),
  parameters: uniform(3, twinParameterCount(twin), -0.05, 0.1),
})

/** Four sites that learn, for calibrations. */
const SITES = { ...PORTS, field: { kind: 'phi-4', rows: 2, columns: 2, learn: 'sites' }, time: 4 } as const
const LOSSY = { loss: 0.08, disorder: 0.1 } as const

const made = (imperfections: Partial<WaveImperfections>): WaveOptions => ({ ...SITES, seed: 4, imperfections })

describe('the twin of a wave field', () => {
  it.each([
    ...FIELDS.map((field) => [field.kind, 'leapfrog', field] as const),
    ...[FIELDS[0], FIELDS[6]].map((field) => [field.kind, 'yoshida-4', field] as const),
  ])('has the slopes of its own forward: %s, %s', async (_, integrator, field) => {
    const twin = waveTwin({ ...PORTS, field, integrator })
    // The bound of the issue.
    const errors = await requireSlopes(twin, pointOf(twin), { tolerance: 1e-6, most: 8 })
    for (const { difference } of Object.values(errors)) expect(difference).not.toBe(0)
  })

  it('has own parameters for all that is scattered and lost', () => {
    const names = (field: FieldSpec) => waveTwin({ ...PORTS, field }).banks.map(({ name, width }) => [name, width])
    expect(names(FIELDS[0])).toEqual([
      ['loss', 1],
      ['scatter', 5],
    ])
    expect(names(FIELDS[5])).toEqual([
      ['loss', 1],
      ['learningLoss', 1],
      // Six cavities, four ports.
      ['scatter', 10],
    ])
    expect(waveTwin({ ...SITES, scatter: 0 }).banks.map(({ name }) => name)).toEqual(['loss'])
  })

  it('finds loss and disorder from readings, and then the gradient of the field that loses', async () => {
    const twin = waveTwin(SITES)
    const options = made(LOSSY)
    await using device = attach(waveSimulator(options))
    const theta = uniform(1, 4, 0.8, 1.2)
    const plan = { theta, settings: 3, rows: 6, reach: 0.1, drive: uniform(5, 12, -1, 1) }
    const { calibration } = await calibrateTwin(twin, device, plan)
    // Without noise: what is left is where the descent stops.
    expect(calibration.parameters[0]).toBeCloseTo(LOSSY.loss, 6)
    const drive = uniform(6, 2, -1, 1)
    const cotangent = Float64Array.of(0.7, -0.4)
    const exact = referenceGradient(options, theta, drive, () => cotangent)
    const found = { theta: new Float64Array(4), drive: new Float64Array(2) }
    const point = { theta, drive, rows: 1, parameters: calibration.parameters }
    void twin.vjp(point, { sense: exact.output }, cotangent, found)
    for (const [i, value] of exact.theta.entries()) expect(found.theta[i]).toBeCloseTo(value, 5)
    for (const [i, value] of exact.drive.entries()) expect(found.drive[i]).toBeCloseTo(value, 5)
  })

  it('agrees with a field off its design, and is refused where a sign is flipped', async () => {
    const twin = waveTwin(SITES)
    const flipped: Twin = {
      ...twin,
      vjp(point, measured, cotangent, into) {
        void twin.vjp(point, measured, cotangent, into)
        into.theta?.forEach((slope, i, all) => {
          all[i] = -slope
        })
      },
    }
    await using device = attach(waveSimulator(made({ ...LOSSY, readNoise: 1e-3 })))
    const at = { theta: uniform(1, 4, 0.8, 1.2), drive: uniform(7, 32, -1, 1), rows: 16 }
    const verdict = await confront({ twin }, device, at)
    expect(() => requireTrust({ twin }, device, verdict)).not.toThrow()
    const wrong = await confront({ twin: flipped }, device, at)
    expect(() => requireTrust({ twin: flipped }, device, wrong)).toThrow(expect.objectContaining({ code: 'TWIN' }))
  })

  it('refuses a frame that is no whole number of steps', () => {
    expect(() => waveTwin({ ...SITES, step: 0.3 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

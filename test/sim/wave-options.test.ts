import { describe, expect, it } from 'vitest'
import {
  emptyState,
  FIELD_KINDS,
  type FieldSpec,
  type Friction,
  latticeField,
  makeField,
  NO_IMPERFECTIONS,
  WAVE_PRESETS,
  type WaveImperfections,
  type WaveOptions,
  waveSimulator,
} from '../../sim/wave/index.ts'
import { attach } from '../../src/contract/device.ts'

const CHAIN: WaveOptions = {
  field: { kind: 'phi-4', columns: 4 },
  inputs: ['0.q'],
  outputs: ['3.q'],
  time: 2,
  step: 0.1,
}
const with_ = (change: Partial<WaveOptions>) => () => waveSimulator({ ...CHAIN, ...change })
const field = (spec: object) => () => makeField(spec as FieldSpec)
const inf = Number.POSITIVE_INFINITY

const FIELDS: readonly (readonly [object, RegExp])[] = [
  [{ kind: 'phi-5', columns: 4 }, /no field of kind "phi-5"/],
  [{ kind: 'phi-4', columns: 0 }, /phi-4: columns must be a whole number from 1, got 0/],
  [{ kind: 'phi-4', columns: 2.5 }, /phi-4: columns .* got 2.5/],
  [{ kind: 'sine-gordon', rows: -1, columns: 4 }, /sine-gordon: rows .* got -1/],
  [{ kind: 'fput', columns: 1 }, /fput: a lattice needs two sites, got 1/],
  [{ kind: 'phi-4', columns: 4, inertia: 0 }, /phi-4: inertia must be positive, got 0/],
  [{ kind: 'phi-4', columns: 4, inertia: Number.NaN }, /phi-4: inertia must be positive, got NaN/],
  [{ kind: 'phi-4', columns: 4, g: Number.NaN }, /phi-4: g must be a finite number, got NaN/],
  [{ kind: 'fput', columns: 4, beta: inf }, /fput: beta must be a finite number, got Infinity/],
  [{ kind: 'phi-4', columns: 4, ends: 'loop' }, /phi-4: ends must be open or ring, got "loop"/],
  [{ kind: 'phi-4', columns: 4, learn: 'bond' }, /phi-4: learn must be bonds or sites, got "bond"/],
  [{ kind: 'phi-4' }, /phi-4: columns must be a whole number from 1, got undefined/],
  [{ kind: 'phi-4', columns: 4, g: '1' }, /phi-4: g must be a finite number, got "1"/],
  [{ kind: 'phi-4', columns: 4, inertia: null }, /phi-4: inertia must be positive, got null/],
  [{ kind: 'phi-4', colums: 4 }, /phi-4: there is no option "colums"/],
  [{ kind: 'sine-gordon', columns: 4, g: 1 }, /sine-gordon: there is no option "g"/],
  [{ kind: 'kerr-cavities', ports: 3 }, /kerr-cavities: ports must be a list, got 3/],
  [{ kind: 'kerr-cavities', rows: 0 }, /kerr-cavities: rows must be a whole number from 1, got 0/],
  [{ kind: 'kerr-cavities', ports: [0, 16] }, /kerr-cavities: a port must sit on a cavity from 0 to 15, got 16/],
  [{ kind: 'kerr-cavities', ports: [3, 5, 3] }, /kerr-cavities: a cavity takes one port, got ports on 3, 5, 3/],
  [{ kind: 'kerr-cavities', hopping: Number.NaN }, /kerr-cavities: hopping must be a finite number, got NaN/],
  [{ kind: 'schrodinger', columns: 12 }, /schrodinger: columns must be a power of two, got 12/],
  [{ kind: 'schrodinger', columns: 8, rows: 0 }, /schrodinger: rows must be a power of two, got 0/],
  [{ kind: 'schrodinger', columns: 8, spacing: 0 }, /schrodinger: spacing must be positive and finite, got 0/],
  [{ kind: 'schrodinger', columns: 8, spacing: inf }, /schrodinger: spacing must be positive and finite, got Infinity/],
  [{ kind: 'schrodinger', columns: 8, inertia: -1 }, /schrodinger: inertia must be positive, got -1/],
  [{ kind: 'combs', lines: 6 }, /combs: lines must be a power of two, got 6/],
  [{ kind: 'combs', lines: 8, chi: Number.NaN }, /combs: chi must be a finite number, got NaN/],
]

const bad = (change: object): Partial<WaveOptions> => ({ imperfections: change as Partial<WaveImperfections> })
const range = { min: -1, max: 1, step: 0 }

const MACHINES: readonly (readonly [Partial<WaveOptions>, RegExp])[] = [
  [{ time: 2.05 }, /a frame of 2.05 must be a whole number of steps of 0.1/],
  [{ time: 0.04 }, /a frame of 0.04 must be a whole number of steps of 0.1/],
  [{ step: 0 }, /a frame of 2 must be a whole number of steps of 0$/],
  [{ step: -0.1 }, /steps of -0.1/],
  [{ time: Number.NaN }, /a frame of NaN/],
  [{ time: inf }, /a frame of Infinity/],
  [{ precision: 'f16' as 'f32' }, /precision must be f64 or f32, got "f16"/],
  [{ integrator: 'rk4' as 'leapfrog' }, /integrator must be leapfrog or yoshida-4, got rk4/],
  [{ learning: { mass: 0, decay: 1 } }, /the learning field needs a positive mass and decay, got 0 and 1/],
  [{ learning: { mass: inf, decay: 1 } }, /positive mass and decay, got Infinity and 1/],
  [{ learning: { mass: 1, decay: -1 } }, /positive mass and decay, got 1 and -1/],
  [{ inputs: [] }, /inputs needs at least one channel/],
  [{ inputs: ['4.q'] }, /inputs names mode 4; there are 4, from 0/],
  [{ outputs: ['1.q', '1.q'] }, /outputs names 1.q twice/],
  [{ outputs: ['q1'] }, /a channel of a wave field must be written mode.q or mode.p, got "q1"/],
  [{ preset: 'perfect' }, /preset must be one of ideal, .*, got perfect/],
  [bad({ los: 1 }), /there is no imperfection "los"/],
  [bad({ loss: -1 }), /loss must be zero or positive, got -1/],
  [bad({ readNoise: Number.NaN }), /readNoise must be zero or positive, got NaN/],
  [bad({ loss: inf }), /loss must be zero or positive, got Infinity/],
  [bad({ injectionLimit: 0 }), /injectionLimit must be positive, got 0/],
  [{ theta: { ...range, safe: 2 } }, /bank theta.safe must be within its limits, got 2/],
  [{ theta: { min: 1, max: 1, step: 0, safe: 1 } }, /bank theta.min..max must be a rising range/],
  [{ converters: { drive: range, sense: { ...range, max: -2 }, injection: range, local: range } }, /sense.min..max/],
  [bad({ shiftLimit: null }), /shiftLimit must be zero or positive, got null/],
  [bad({ loss: '1' }), /loss must be zero or positive, got "1"/],
  [{ learning: { mass: '1' as unknown as number, decay: 1 } }, /positive mass and decay, got "1" and 1/],
  [{ learning: { mass: 1, decay: 1, rate: 2 } as Friction }, /there is no learning option "rate"/],
  [{ maxFrames: 0 }, /maxFrames must be a whole number from 1, got 0/],
  [{ seed: 'x' as unknown as number }, /seed must be a number, got "x"/],
  [{ seed: 1.5 }, /seed must be a whole number from 0 to 4294967295, got 1.5/],
  [{ seed: -1 }, /seed must be a whole number from 0 to 4294967295, got -1/],
  [{ step: '0.1' as unknown as number }, /step must be a number, got "0.1"/],
  [{ field: undefined as unknown as FieldSpec }, /there is no field of kind undefined/],
  [{ outputs: undefined as unknown as string[] }, /outputs must be a list of channels, got undefined/],
  [{ integratr: 'yoshida-4' } as object, /there is no option "integratr"/],
  [{ maxSlots: 0 }, /maxSlots must be a whole number from 1, got 0/],
  [{ secondsPerUnit: -1 }, /slotSeconds must be zero or positive/],
]

describe('a field that cannot be made is refused by name', () => {
  it.each(FIELDS)('%o', (spec, message) => {
    expect(field(spec)).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }))
  })
})

describe('a machine that cannot be made is refused by name', () => {
  it.each(MACHINES)('%o', (change, message) => {
    expect(with_(change)).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }))
  })
})

it('the hint for a field there is not names all there are, and each of them can be made', () => {
  expect(field({ kind: 'x' })).toThrow(expect.objectContaining({ hint: `fields: ${FIELD_KINDS.join(', ')}` }))
  for (const kind of FIELD_KINDS) {
    const made = makeField({ kind, ...(kind === 'combs' ? { lines: 4 } : { columns: 4 }) } as FieldSpec)
    expect(made.name).toBe(kind)
    expect(made.offset?.some((value) => value !== 0) ?? false).toBe(false)
  }
})

it('presets name every imperfection and their source', () => {
  for (const [preset, { source, imperfections }] of Object.entries(WAVE_PRESETS)) {
    expect(source.length).toBeGreaterThan(10)
    expect(Object.keys(imperfections)).toEqual(Object.keys(NO_IMPERFECTIONS))
    expect(with_({ preset })().sheet.identity).toContain(preset)
  }
})

it('the sheet says what the machine is', () => {
  const { sheet } = with_({ seed: 7, imperfections: { loss: 0.01 }, learning: { mass: 2, decay: 3 } })()
  expect(sheet).toMatchObject({ machine: 'wave-field', kind: 'simulator', identity: 'phi-4, ideal changed, field 7' })
  // 2 units of a microsecond.
  expect(sheet.slotSeconds).toBeCloseTo(2e-6, 18)
  expect(sheet.settings).toMatchObject({ field: 'phi-4', time: 2, step: 0.1, integrator: 'leapfrog', seed: 7 })
  expect(sheet.settings.imperfections).toMatchObject({ loss: 0.01 })
  expect(JSON.parse(JSON.stringify(sheet.settings))).toEqual(sheet.settings)
})

it('what the caller changes later changes neither the machine nor its sheet', async () => {
  const ports = [0, 5]
  const inputs = ['0.q']
  const learning = { mass: 1, decay: 40 }
  const options = { field: { kind: 'kerr-cavities' as const, ports }, inputs, outputs: ['1.q'], time: 2, step: 0.04 }
  const machine = attach(waveSimulator({ ...options, learning }))
  const before = JSON.stringify(machine.sheet.settings)
  const theta = Float64Array.from({ length: 16 }, (_, i) => 0.1 * Math.sin(i))
  const moved = async () => {
    await machine.store(theta)
    await using flight = await machine.echo.launch(Float64Array.of(0.5))
    await flight.echo(Float64Array.of(0.01), { decay: 'plain' })
    const into = new Float64Array(16)
    await machine.echo.learning?.read(into)
    return into
  }
  const first = await moved()
  ports[1] = 9
  inputs[0] = '1.q'
  learning.mass = 1e9
  expect(await moved()).toEqual(first)
  expect(JSON.stringify(machine.sheet.settings)).toBe(before)
})

it('a lattice of given sites and bonds keeps them, and counts them', () => {
  const spec = {
    ...({ rows: 1, columns: 3, ends: 'open', onsite: 'phi4', g: 0, alpha: 0, beta: 0, learn: 'bonds' } as const),
    ...{ inertia: inf, sites: Float64Array.of(1, 2, 3), bonds: Float64Array.of(1, 1) },
  }
  const made = latticeField('three', spec)
  const state = { ...emptyState(made), q: Float64Array.of(1, 0, 0) }
  spec.sites[0] = 100
  expect(made.energy(state)).toBe(0.5)
  for (const [change, message] of [
    [{ sites: new Float64Array(2) }, /three: sites has 2 numbers, wanted 3/],
    [{ bonds: new Float64Array(3) }, /three: bonds has 3 numbers, wanted 2/],
  ] as const)
    expect(() => latticeField('three', { ...spec, ...change })).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringMatching(message) }),
    )
})

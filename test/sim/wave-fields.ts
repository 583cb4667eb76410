import type { WaveField } from '../../sim/wave/field.ts'
import type { FieldSpec } from '../../sim/wave/index.ts'
import { copyState, emptyState, makeField, plainStepper } from '../../sim/wave/index.ts'
import type { Splitting, WaveState, WaveStepper } from '../../src/kernels/wave/state.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** A field to test, how large its waves are, and the steps the published numbers were taken at. */
export interface Case {
  readonly name: string
  readonly spec: FieldSpec
  /** Standard deviation of q and p at the start. */
  readonly size: number
  /** Mean and standard deviation of theta at the start, and the latter of its momentum. */
  readonly theta: readonly [mean: number, deviation: number, momentum: number]
  readonly steps: readonly number[]
  /** Scatter of the frequencies. */
  readonly disorder?: number
}

const LATTICE_STEPS = [0.2, 0.1, 0.05]
const springs = { size: 0.7, theta: [1, 0.25, 0], steps: LATTICE_STEPS } as const
/** A learning field that moves: heavy, or bonds fall below zero within the time and the lattice flies apart. */
const heavy = { inertia: 400 }
const moving = { ...springs, theta: [1, 0.25, 1] } as const
const modes = { size: 0.5, theta: [0, 0.5, 0.5], steps: LATTICE_STEPS } as const
const CAVITY_STEPS = [0.08, 0.04]

/** Every field, in one and two dimensions, open and closed, with both learning fields, at rest and moving. */
export const CASES: readonly Case[] = [
  { name: 'phi-4 chain', spec: { kind: 'phi-4', columns: 7 }, ...springs },
  { name: 'phi-4 ring, sites', spec: { kind: 'phi-4', columns: 6, ends: 'ring', learn: 'sites' }, ...springs },
  { name: 'phi-4 plane, moving', spec: { kind: 'phi-4', rows: 3, columns: 4, ...heavy }, ...moving },
  {
    name: 'phi-4 torus, moving sites',
    spec: { kind: 'phi-4', rows: 3, columns: 3, ends: 'ring', learn: 'sites', ...heavy },
    ...moving,
    disorder: 0.03,
  },
  { name: 'sine-gordon chain', spec: { kind: 'sine-gordon', columns: 6 }, ...springs, size: 1.2 },
  {
    name: 'sine-gordon torus, moving sites',
    spec: { kind: 'sine-gordon', rows: 2, columns: 4, ends: 'ring', learn: 'sites', ...heavy },
    ...moving,
    disorder: 0.03,
  },
  { name: 'fput ring, moving', spec: { kind: 'fput', columns: 7, ends: 'ring', beta: 0.1, ...heavy }, ...moving },
  { name: 'fput plane', spec: { kind: 'fput', rows: 3, columns: 3, alpha: 0.2, beta: 0.1, site: 0.3 }, ...springs },
  { name: 'schrodinger line', spec: { kind: 'schrodinger', columns: 16 }, ...modes, theta: [0, 0.5, 0] },
  {
    name: 'schrodinger plane, moving',
    spec: { kind: 'schrodinger', rows: 2, columns: 8, g: -1, spacing: 0.8, inertia: 50 },
    ...modes,
    disorder: 0.03,
  },
  { name: 'combs', spec: { kind: 'combs', lines: 8 }, ...modes, disorder: 0.03 },
  {
    name: 'cavities',
    spec: { kind: 'kerr-cavities' },
    size: 0.5,
    theta: [0, 0.25, 0.1],
    steps: CAVITY_STEPS,
    disorder: 0.03,
  },
  {
    name: 'row of cavities',
    spec: { kind: 'kerr-cavities', columns: 5, rows: 1, ports: [1, 3], g: 1 },
    size: 0.5,
    theta: [0, 0.4, 0.4],
    steps: CAVITY_STEPS,
  },
]

/** The field of a case, with its disorder. */
export function fieldOf({ spec, disorder = 0 }: Pick<Case, 'spec' | 'disorder'>): WaveField {
  const { normal } = draws(1, STREAM.frequencyScatter)
  return makeField(spec, { size: disorder, normal })
}

/** A start of a case, drawn by seed. */
export function startOf({ size, theta: [mean, deviation, momentum] }: Case, field: WaveField, seed = 1): WaveState {
  const state = emptyState(field)
  const { normal } = draws(seed, STREAM.testInputs)
  let n = 0
  const fill = (list: Float64Array, deviation: number, mean = 0) => {
    for (let i = 0; i < list.length; i++) list[i] = mean + deviation * normal(n++)
  }
  fill(state.q, size)
  fill(state.p, size)
  fill(state.theta, deviation, mean)
  fill(state.momentum, momentum)
  return state
}

/** The stepper a simulator would use. */
export function stepperOf(field: WaveField, splitting: Splitting, step: number): WaveStepper {
  return field.stepper?.(splitting, step) ?? plainStepper(field, splitting, step)
}

export function cloned(state: WaveState): WaveState {
  const copy = emptyState({ modes: state.q.length, params: state.theta.length })
  copyState(state, copy)
  return copy
}

/** All numbers of a state, one list after the other: q, p, theta, momentum. */
export function flat({ q, p, theta, momentum }: WaveState): Float64Array {
  return Float64Array.of(...q, ...p, ...theta, ...momentum)
}

/** Calls `visit` with every number of a state by list and place, in the order of `flat`. */
export function eachNumber(state: WaveState, visit: (list: Float64Array, i: number) => void): void {
  for (const list of [state.q, state.p, state.theta, state.momentum])
    for (let i = 0; i < list.length; i++) visit(list, i)
}

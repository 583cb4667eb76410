import { InsituError } from '../../../src/errors.ts'
import {
  bondCounts,
  driftLattice,
  kickLattice,
  type LatticeSpec,
  potential,
  pullDriftLattice,
  pullKickLattice,
} from '../../../src/kernels/wave/lattice.ts'
import { latticeStepper } from '../../../src/kernels/wave/simd-lattice.ts'
import type { WaveState } from '../../../src/kernels/wave/state.ts'
import type { WaveField } from '../field.ts'
import { checkOptions, type Rules } from './check.ts'
import { NO_SCATTER, type Scatter, scattered } from './scatter.ts'

export interface OscillatorOptions {
  /** One row is a chain. */
  readonly rows?: number
  readonly columns: number
  /** Default open. */
  readonly ends?: 'open' | 'ring'
  /** Mass of the learning field; default Infinity: it stays what is stored. */
  readonly inertia?: number
  /** Which is the learning field: stiffness of the bonds (default) or of the sites. */
  readonly learn?: 'bonds' | 'sites'
  /** Stiffness of every site w and of every bond k, where they are not learned; default 1. */
  readonly site?: number
  readonly bond?: number
}

const RULES: Rules<OscillatorOptions> = {
  rows: 'side',
  columns: 'side',
  ends: ['open', 'ring'],
  inertia: 'mass',
  learn: ['bonds', 'sites'],
  site: 'number',
  bond: 'number',
}

/** phi-4 lattice: sites with w q^2 / 2 + g q^4 / 4 joined by springs; default g = 0.5. */
export function phi4(options: OscillatorOptions & { readonly g?: number }, scatter = NO_SCATTER): WaveField {
  checkOptions('phi-4', { rows: 1, ...options }, { ...RULES, g: 'number' })
  return oscillators('phi-4', options, scatter, { onsite: 'phi4', g: options.g ?? 0.5 })
}

/** sine-Gordon lattice: pendulums with w (1 - cos q) joined by springs. */
export function sineGordon(options: OscillatorOptions, scatter = NO_SCATTER): WaveField {
  checkOptions('sine-gordon', { rows: 1, ...options }, RULES)
  return oscillators('sine-gordon', options, scatter, { onsite: 'sine' })
}

/**
 * Fermi, Pasta, Ulam and Tsingou: springs with k d^2 / 2 + alpha d^3 / 3 + beta d^4 / 4 and nothing at the sites, unless
 * `site` says so; default alpha = 0.25, beta = 0.
 */
export function fput(
  options: OscillatorOptions & { readonly alpha?: number; readonly beta?: number },
  scatter = NO_SCATTER,
): WaveField {
  const { alpha = 0.25, beta = 0, site = 0 } = options
  checkOptions('fput', { rows: 1, ...options }, { ...RULES, alpha: 'number', beta: 'number' })
  return oscillators('fput', { ...options, site }, scatter, { onsite: 'phi4', alpha, beta })
}

function oscillators(
  name: string,
  options: OscillatorOptions,
  scatter: Scatter,
  own: Pick<LatticeSpec, 'onsite'> & Partial<LatticeSpec>,
): WaveField {
  const { rows = 1, columns, ends = 'open', inertia = Number.POSITIVE_INFINITY, learn = 'bonds' } = options
  const { site = 1, bond = 1 } = options
  if (rows * columns < 2) throw new InsituError('CONFIG', `${name}: a lattice needs two sites, got ${rows * columns}`)
  const { right, down } = bondCounts({ rows, columns, ends })
  const disorder = scattered(scatter, rows * columns)
  const spec: LatticeSpec = {
    rows,
    columns,
    ends,
    sites: disorder.map((value) => value + site),
    bonds: new Float64Array(right + down).fill(bond),
    g: 0,
    alpha: 0,
    beta: 0,
    learn,
    inertia,
    ...own,
  }
  const field = latticeField(name, spec)
  return learn === 'sites' ? { ...field, offset: disorder } : field
}

/**
 * A field of oscillators as the specification has it, disorder in sites and bonds included; throws `SHAPE` if there are not
 * as many of these as the lattice has.
 */
export function latticeField(name: string, given: LatticeSpec): WaveField {
  const spec: LatticeSpec = { ...given, sites: given.sites.slice(), bonds: given.bonds.slice() }
  const { right, down } = bondCounts(spec)
  for (const [what, { length }, wanted] of [
    ['sites', spec.sites, spec.rows * spec.columns],
    ['bonds', spec.bonds, right + down],
  ] as const)
    if (length !== wanted)
      throw new InsituError(
        'SHAPE',
        `${name}: ${what} has ${length} numbers, wanted ${wanted} (${spec.rows} x ${spec.columns} sites, ${spec.ends})`,
      )
  return {
    name,
    modes: spec.rows * spec.columns,
    params: spec.learn === 'bonds' ? spec.bonds.length : spec.sites.length,
    bracket: 1,
    learning: 'masses',
    grid: { rows: spec.rows, columns: spec.columns },
    ...(spec.learn === 'bonds' && { scattered: spec.sites.length }),
    energy: (state) => kinetic(spec, state) + potential(spec, state),
    rate: (state, into) => latticeRate(spec, state, into),
    drift: (state, time) => driftLattice(spec, state, time),
    kick: (state, time) => kickLattice(spec, state, time),
    pullDrift: (_before, time, slope) => pullDriftLattice(spec, time, slope),
    pullKick: (before, time, slope, byScatter) => pullKickLattice(spec, before, time, slope, byScatter),
    stepper: (splitting, step) => latticeStepper(spec, splitting, step),
  }
}

function kinetic({ inertia }: LatticeSpec, { p, momentum }: WaveState): number {
  let sum = 0
  for (const value of p) sum += (value * value) / 2
  for (const value of momentum) sum += (value * value) / (2 * inertia)
  return sum
}

/** A kick of unit time from rest is the force; positions move with the momenta. */
function latticeRate(spec: LatticeSpec, state: WaveState, into: WaveState): void {
  into.p.fill(0)
  into.momentum.fill(0)
  kickLattice(spec, { q: state.q, theta: state.theta, p: into.p, momentum: into.momentum }, 1)
  into.q.set(state.p)
  for (let i = 0; i < into.theta.length; i++) into.theta[i] = state.momentum[i] / spec.inertia
}

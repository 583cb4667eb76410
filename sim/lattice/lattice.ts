import {
  checkGeometry,
  elongationPort,
  type LatticeConverters,
  type LatticeSpec,
  latticeSheet,
  loadPort,
  type StiffnessBank,
  stiffnessBanks,
} from '../../devices/lattice/index.ts'
import type { Backend, CallOptions } from '../../src/contract/backend.ts'
import type { LoadedBlock } from '../../src/contract/block.ts'
import type { AdjointPort, LocalPort, StatePort } from '../../src/contract/facets.ts'
import { safeTheta } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { statePort } from '../state.ts'
import { LatticeBody } from './body.ts'
import { Camera } from './camera.ts'
import { dynamic } from './dynamic.ts'
import { finite } from './finite.ts'
import { Forces } from './forces.ts'
import { harmonic } from './harmonic.ts'
import { imperfectBonds } from './imperfect-bonds.ts'
import { linear } from './linear.ts'
import type { Mechanics } from './mechanics.ts'
import { creeping, sticking } from './memory.ts'
import { runInPieces, slotsPerTurn } from './pieces.ts'
import { type Height, type LatticeImperfections, latticePreset } from './presets.ts'
import { dofNumbers, type Frame, frameOf } from './topology.ts'

export interface LatticeOptions extends LatticeSpec {
  /** A name from `LATTICE_PRESETS`; default "ideal". */
  readonly preset?: string
  /** Changes to the preset. */
  readonly imperfections?: Partial<LatticeImperfections>
  /** Which lattice: its scatter, load angles, camera noise; default 1. */
  readonly seed?: number
  /** Most slots per exchange; default 4096. */
  readonly maxSlots?: number
  /** Time from one load to the next, s; default 0.1, and as long as it takes for a lattice that swings. */
  readonly slotSeconds?: number
}

/** A simulated lattice behind the contract. */
export interface LatticeSimulator extends Backend {
  readonly adjoint: AdjointPort
  readonly local: LocalPort
  readonly state: StatePort
}

/**
 * A simulated lattice of springs (`devices/lattice` says what it means), with `local`, `adjoint` and `state`.
 *
 * Throws `CONFIG` for a geometry that makes no sense and `MECHANISM` for one that is not rigid, naming its loose nodes.
 */
export function latticeSimulator(options: LatticeOptions): LatticeSimulator {
  const body = latticeBody(options)
  const { kind } = imperfectionsOf(options).height
  const run = (block: LoadedBlock, into: Float64Array, local: Float64Array | undefined, opts: CallOptions = {}) =>
    runInPieces(body, block, slotsPerTurn(kind, options.geometry.nodes.length, block), into, local, opts.signal)
  return {
    sheet: body.sheet,
    async store(theta) {
      body.store(theta)
    },
    measure: (block, into, opts) => run(block, into, undefined, opts),
    adjoint: { load: body.loadPort, hold: (block, into, opts) => run(block, into, undefined, opts) },
    local: { reads: 'root', sense: body.localPort, read: run },
    state: statePort(body),
    async [Symbol.asyncDispose]() {
      body.store(safeTheta(body.sheet))
    },
  }
}

/** Whether more was changed than the converters, which the sheet shows. */
function isChanged({ imperfections = {} }: LatticeOptions): boolean {
  return Object.keys(imperfections).some((name) => name !== 'converters')
}

function imperfectionsOf({ preset = 'ideal', imperfections }: LatticeOptions): LatticeImperfections {
  return { ...latticePreset(preset).imperfections, ...imperfections }
}

/** The body of a simulated lattice, for wrappers and servers. */
export function latticeBody(options: LatticeOptions): LatticeBody {
  const { geometry, inputs, outputs } = options
  const preset = options.preset ?? 'ideal'
  const made = imperfectionsOf(options)
  const { height, camera } = made
  checkGeometry(geometry, inputs, outputs, height.kind === 'harmonic' ? { require: 'free' } : { require: 'pinned' })
  checkFaults(made, geometry.bonds.length)
  const seed = options.seed ?? 1
  const banks = stiffnessBanks(options).map((bank) => stiffnessGrid(bank, made.levels))
  const spec: LatticeSpec = { geometry, inputs, outputs, stiffness: banks }
  checkSpan(banks)
  const forces = new Forces(spec, made.converters, made.misalignment, seed)
  const mechanics = mechanicsOf(frameOf(geometry), banks, forces, made, seed)
  const { converters: given, ...settings } = made
  const converters = { ...given, sense: pixelled(given.sense, camera.pixel) }
  // Rounding to pixels is noise to whoever does not know what was rounded.
  const noise = Math.hypot(camera.noise, camera.pixel / Math.sqrt(12))
  const sheet = latticeSheet(spec, {
    kind: 'simulator',
    identity: `${geometry.name}, ${preset}${isChanged(options) ? ' changed' : ''}, lattice ${seed}`,
    converters,
    noise,
    maxSlots: options.maxSlots ?? 4096,
    slotSeconds: height.kind === 'dynamic' ? 0 : (options.slotSeconds ?? 0.1),
    repeatable: true,
    settings: { preset, imperfections: settings, seed },
  })
  return new LatticeBody({
    sheet,
    local: elongationPort(spec, converters, noise),
    load: loadPort(spec, converters),
    mechanics,
    forces,
    camera: new Camera(camera, geometry.nodes.length, seed),
    outputs: dofNumbers(geometry, outputs),
  })
}

function mechanicsOf(
  frame: Frame,
  banks: readonly StiffnessBank[],
  forces: Forces,
  made: LatticeImperfections,
  seed: number,
): Mechanics {
  let mechanics = heightOf(frame, forces, made.height)
  const { scatter, broken, stuck, creep, play } = made
  const faulty = scatter > 0 || broken.length > 0 || Object.keys(stuck).length > 0
  if (faulty || banks.some(({ step }) => step > 0)) {
    const converters = banks.flatMap((bank) => new Array<StiffnessBank>(bank.width).fill(bank))
    mechanics = imperfectBonds(mechanics, made, converters, seed)
  }
  if (creep !== undefined) mechanics = creeping(mechanics, creep)
  return play > 0 ? sticking(mechanics, play) : mechanics
}

function heightOf(frame: Frame, forces: Forces, height: Height): Mechanics {
  switch (height.kind) {
    case 'linear':
      return linear(frame, forces.axes())
    case 'finite':
      return finite(frame)
    case 'dynamic':
      return dynamic(frame, height)
    case 'harmonic':
      return harmonic(frame, height)
  }
}

/** The steps that readings come in: the camera's, where the converter's fit into them. */
function pixelled(sense: LatticeConverters['sense'], pixel: number): LatticeConverters['sense'] {
  const fits = sense.step === 0 || Number.isInteger(pixel / sense.step)
  return pixel > sense.step && fits ? { ...sense, step: pixel } : sense
}

/** Stiffness bounds further apart than this leave no room between a soft bond and a loose node in 64 bits. */
const SPAN = 1e6

function checkSpan(banks: readonly StiffnessBank[]): void {
  const most = banks.reduce((top, { max }) => Math.max(top, max), 0)
  const least = banks.reduce((low, { min }) => (min > 0 ? Math.min(low, min) : low), Number.POSITIVE_INFINITY)
  if (most <= SPAN * least) return
  throw new InsituError(
    'CONFIG',
    `lattice: stiffness from ${least} to ${most} N/m; at most a factor of ${SPAN} can be told apart`,
    {
      hint: 'bonds that soft next to bonds that stiff cannot be told from a mechanism',
    },
  )
}

/** Bounds as they are with so many levels between them, all of them multiples of one step. */
function stiffnessGrid(range: StiffnessBank, levels: number): StiffnessBank {
  if (levels === 0) return range
  const step = (range.max - range.min) / (levels - 1)
  if (Number.isInteger(levels) && levels >= 2 && Math.abs(range.min / step - Math.round(range.min / step)) < 1e-9)
    return { ...range, step }
  throw new InsituError(
    'CONFIG',
    `lattice: ${levels} levels between ${range.min} and ${range.max} N/m are not all multiples of one step`,
    { hint: 'for the paper’s bounds choose an odd number of levels, for example 3, 5, 9 or 33' },
  )
}

function checkFaults(
  { broken, stuck, scatter, play, misalignment, camera, creep }: LatticeImperfections,
  bonds: number,
) {
  const bad = (what: string, wanted: string, given: unknown) =>
    new InsituError('CONFIG', `lattice: ${what} must be ${wanted}, got ${String(given)}`)
  for (const bond of [...broken, ...Object.keys(stuck).map(Number)])
    if (!Number.isInteger(bond) || bond < 0 || bond >= bonds)
      throw bad('a bond', `a number from 0 to ${bonds - 1}`, bond)
  for (const [bond, value] of Object.entries(stuck))
    if (!(value > 0 && Number.isFinite(value))) throw bad(`the stiffness of bond ${bond}`, 'positive', value)
  const positive = { scatter, play, misalignment, noise: camera.noise, pixel: camera.pixel }
  for (const [name, value] of Object.entries(positive)) if (!(value >= 0)) throw bad(name, 'zero or positive', value)
  if (!(camera.dropout >= 0 && camera.dropout < 1)) throw bad('dropout', 'from 0 to below 1', camera.dropout)
  if (creep !== undefined && !(creep.share >= 0 && creep.seconds > 0))
    throw bad('creep', 'a share from 0 and a positive time', `${creep.share}, ${creep.seconds} s`)
}

import { type DataSheet, dataSheet, type Kind, type Port, type Readings } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { type Dof, formatDof } from './dof.ts'
import { drawing } from './drawing.ts'
import type { LatticeGeometry } from './geometry.ts'

/** A range of values and the step the hardware resolves, 0 if continuous. */
export interface SteppedRange {
  readonly min: number
  readonly max: number
  readonly step: number
}

/**
 * A lattice of springs: the stiffness of every bond is a parameter (N/m), forces on nodes are its drive (N), displacements
 * of nodes its answer (m).
 *
 * A force is positive along the axis it is named by, and so is a displacement. A bond's local reading is its elongation,
 * positive where it is longer than it was drawn. A load on an output is a force along that output's axis.
 */
export interface LatticeSpec {
  readonly geometry: LatticeGeometry
  readonly inputs: readonly Dof[]
  readonly outputs: readonly Dof[]
  /** Bounds and grid of the bonds' stiffness, N/m, not negative: one for all, or banks of bonds in their order. */
  readonly stiffness: SteppedRange | readonly StiffnessBank[]
}

/** Bonds with bounds of their own: `width` of them, after those of the banks before. */
export interface StiffnessBank extends SteppedRange {
  readonly name: string
  readonly width: number
}

/** Ranges of what is applied (N) and read (m). */
export interface LatticeConverters {
  readonly drive: SteppedRange
  readonly load: SteppedRange
  readonly sense: SteppedRange
  readonly local: SteppedRange
}

const A = 16e-3
const YOUNG = 5.5e5
const THICKNESS = 2e-3

/**
 * Bonds of the paper's elastomer, k = Y w t / a with Y = 0.55 MPa, w = 1.5 to 2.5 mm, t = 2 mm, a = 16 mm: 103.125 to
 * 171.875 N/m (Li and Mao 2024, settings in the authors' code).
 */
export const PAPER_STIFFNESS: SteppedRange = {
  min: (YOUNG * 1.5e-3 * THICKNESS) / A,
  max: (YOUNG * 2.5e-3 * THICKNESS) / A,
  step: 0,
}

/** Weights up to 25 g (the paper's lattice folds under more on every node) and displacements up to 32 mm, without steps. */
export const IDEAL_RANGES: LatticeConverters = {
  drive: { min: -0.25, max: 0.25, step: 0 },
  load: { min: -0.25, max: 0.25, step: 0 },
  sense: { min: -0.032, max: 0.032, step: 0 },
  local: { min: -0.064, max: 0.064, step: 0 },
}

/** 16-bit converters of the lattice's controller: loads in steps of 2^-17 N, displacements in steps of 1 um. */
export const COUNTED_RANGES: LatticeConverters = {
  drive: { min: -0.25, max: 32767 / 2 ** 17, step: 2 ** -17 },
  load: { min: -0.25, max: 32767 / 2 ** 17, step: 2 ** -17 },
  sense: { min: -0.032, max: 0.032, step: 1e-6 },
  local: { min: -0.064, max: 0.064, step: 2e-6 },
}

export interface LatticeSheetOptions {
  readonly kind: Kind
  readonly identity: string
  readonly converters: LatticeConverters
  /** Standard deviation of one displacement, m; an elongation has sqrt(2) times that, being a difference of two. */
  readonly noise: number
  readonly maxSlots: number
  /** Time from one load to the next, seconds; 0 if it depends on how long the lattice takes to settle. */
  readonly slotSeconds: number
  readonly repeatable: boolean
  readonly settings?: Readonly<Record<string, unknown>>
}

/** Nodes above which a sheet does not carry the geometry: it must fit a description on the wire. */
const MOST_NODES = 400

/** The banks of a lattice: `k` for all bonds, unless the specification has its own. Throws `CONFIG`. */
export function stiffnessBanks({ geometry, stiffness }: LatticeSpec): readonly StiffnessBank[] {
  const count = geometry.bonds.length
  if (typeof stiffness !== 'object' || stiffness === null)
    throw new InsituError('CONFIG', `lattice ${geometry.name}: it needs a stiffness, { min, max, step } in N/m`)
  const banks = 'min' in stiffness ? [{ ...stiffness, name: 'k', width: count }] : stiffness
  for (const { name, min, max, step } of banks) {
    if (![min, max, step].every(Number.isFinite))
      throw new InsituError(
        'CONFIG',
        `lattice: the stiffness of bank ${name} must be finite, got ${min} to ${max} N/m, step ${step}`,
      )
    if (min >= 0) continue
    throw new InsituError('CONFIG', `lattice: the stiffness of bank ${name} must not be negative, got ${min} N/m`, {
      hint: 'a bond with negative stiffness pushes itself apart; choose bounds from 0 N/m',
    })
  }
  const total = banks.reduce((sum, bank) => sum + bank.width, 0)
  if (total === count) return banks
  throw new InsituError('CONFIG', `lattice ${geometry.name}: its banks have ${total} bonds, wanted ${count}`)
}

/** The data sheet of a lattice: a stiffness per bond; its safe value is the middle of its range. */
export function latticeSheet(spec: LatticeSpec, options: LatticeSheetOptions): DataSheet {
  const { geometry, inputs, outputs } = spec
  const { converters, noise } = options
  return dataSheet({
    machine: 'lattice',
    kind: options.kind,
    identity: options.identity,
    banks: stiffnessBanks(spec).map((bank) => ({
      ...bank,
      unit: 'N/m',
      safe: middle(bank),
      slew: Number.POSITIVE_INFINITY,
    })),
    drive: { width: inputs.length, unit: 'N', ...converters.drive },
    sense: { width: outputs.length, unit: 'm', ...converters.sense, noise },
    maxSlots: options.maxSlots,
    slotSeconds: options.slotSeconds,
    repeatable: options.repeatable,
    settings: {
      inputs: inputs.map(formatDof),
      outputs: outputs.map(formatDof),
      ...(geometry.nodes.length <= MOST_NODES && { geometry: drawing(geometry) }),
      ...options.settings,
    },
  })
}

function middle({ min, max, step }: SteppedRange): number {
  const centre = (min + max) / 2
  return step === 0 ? centre : Math.round(centre / step) * step
}

/** What one elongation is, for the facet `local`. */
export function elongationPort(spec: LatticeSpec, converters: LatticeConverters, noise: number): Readings {
  return { width: spec.geometry.bonds.length, unit: 'm', ...converters.local, noise: Math.SQRT2 * noise }
}

/** What can be held on an output, for the facet `adjoint`. */
export function loadPort(spec: LatticeSpec, converters: LatticeConverters): Port {
  return { width: spec.outputs.length, unit: 'N', ...converters.load }
}

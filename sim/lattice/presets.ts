import { COUNTED_RANGES, IDEAL_RANGES, type LatticeConverters } from '../../devices/lattice/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { CAMERA_NOISE, type CameraOptions } from './camera.ts'
import type { Dynamics } from './dynamic.ts'
import type { BondFaults } from './imperfect-bonds.ts'
import type { Creep } from './memory.ts'

/** How deep the mechanics go. */
export type Height =
  | { readonly kind: 'linear' }
  | { readonly kind: 'finite' }
  | ({ readonly kind: 'dynamic' } & Dynamics)
  | { readonly kind: 'harmonic'; readonly mass: number; readonly omega: number }

/** Everything that may be wrong with a simulated lattice. */
export interface LatticeImperfections extends BondFaults {
  readonly height: Height
  readonly camera: CameraOptions
  readonly creep: Creep | undefined
  /** Play of every node, m. */
  readonly play: number
  /** Standard deviation of the angle at which a load pulls, rad. */
  readonly misalignment: number
  readonly converters: LatticeConverters
  /** Levels of the stiffness between its bounds, 0 for a continuum. */
  readonly levels: number
}

export interface LatticePreset {
  /** Where the numbers come from. */
  readonly source: string
  readonly imperfections: LatticeImperfections
}

const ideal: LatticeImperfections = {
  height: { kind: 'linear' },
  camera: { noise: 0, pixel: 0, dropout: 0 },
  scatter: 0,
  broken: [],
  stuck: {},
  creep: undefined,
  play: 0,
  misalignment: 0,
  converters: IDEAL_RANGES,
  levels: 0,
}

/**
 * The paper's lattice as something that swings: 28 bonds of 16 x 2 x 2 mm rubber (1.1 g/cm3) weigh 0.14 g a node, half
 * as much again for markers; a damping ratio of about 0.11 at the slowest mode is usual for soft elastomers.
 */
export const PAPER_DYNAMICS: Dynamics = {
  mass: 2e-4,
  massDamping: 2,
  stiffnessDamping: 1e-3,
  step: 1e-3,
  still: 1e-7,
  watch: 0.05,
  patience: 20,
}

/** Named lattices, each with its source. */
export const LATTICE_PRESETS = {
  ideal: { source: 'small displacements, read as they are', imperfections: ideal },
  finite: {
    source: 'geometric nonlinearity alone: energy sum k (l - a)^2 / 2',
    imperfections: { ...ideal, height: { kind: 'finite' } },
  },
  camera: {
    source:
      '10 um per axis and image: under loads as large as theirs it errs as the bench of Li and Mao (2024) did, 12.5 % over all bonds',
    imperfections: { ...ideal, camera: { noise: CAMERA_NOISE, pixel: 0, dropout: 0 } },
  },
  bench: {
    source:
      'camera noise 10 um as in the preset camera, finite strain; pixel step, markers lost, bond scatter and load angle are round numbers of ours',
    imperfections: {
      ...ideal,
      height: { kind: 'finite' },
      camera: { noise: CAMERA_NOISE, pixel: 1e-6, dropout: 1e-3 },
      scatter: 0.02,
      misalignment: 0.01,
      converters: COUNTED_RANGES,
    },
  },
  counted: {
    source: 'converters of the lattice controller, docs/explanation/lattice.md; small displacements, no noise',
    imperfections: { ...ideal, converters: COUNTED_RANGES },
  },
  swinging: {
    source: 'mass of the printed bonds and markers, damping usual for soft elastomers; settle time follows',
    imperfections: { ...ideal, height: { kind: 'dynamic', ...PAPER_DYNAMICS } },
  },
  rubber: {
    source: 'creep by 3 % within 20 s and play of 2 um: round numbers of ours in the range of silicone rubbers',
    imperfections: {
      ...ideal,
      height: { kind: 'finite' },
      camera: { noise: CAMERA_NOISE, pixel: 0, dropout: 0 },
      creep: { share: 0.03, seconds: 20 },
      play: 2e-6,
    },
  },
} as const satisfies Record<string, LatticePreset>

/** Finds a preset by name; `CONFIG` names the known ones. */
export function latticePreset(name: string): LatticePreset {
  if (Object.hasOwn(LATTICE_PRESETS, name)) return LATTICE_PRESETS[name as keyof typeof LATTICE_PRESETS]
  throw new InsituError(
    'CONFIG',
    `lattice: preset must be one of ${Object.keys(LATTICE_PRESETS).join(', ')}, got ${name}`,
  )
}

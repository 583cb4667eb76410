import { type Dof, type LatticeGeometry, PAPER_STIFFNESS, paperLattice, parseDof } from '../../../../devices/index.ts'
import { type LatticeImperfections, type LatticeOptions, latticeSimulator } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { bounded } from '../../../optim/bounded.ts'
import type { Optimizer } from '../../../optim/optimizer.ts'
import { choice, real } from '../settings.ts'

/** A lattice that experiments train. */
export type LatticeDevice = Device<'adjoint' | 'local' | 'state'>

/** How deep the simulator goes, and what its camera adds. */
export const STRAIN_SETTINGS = {
  strain: choice(['linear', 'finite'], 'linear', 'small displacements, or bonds that turn and stretch as they move'),
  noiseUm: real(0, 'camera noise per axis and image, um'),
} as const

/** The published training: Adam on a latent variable, which keeps every stiffness within its bounds. */
export const TRAINING_SETTINGS = {
  eps: real(Math.sqrt(Number.EPSILON), 'epsilon of Adam; the published one is the root of the machine epsilon'),
  update: choice(
    ['published', 'chain'],
    'published',
    'what Adam is given for the latent variable: dL/dk as published, or dL/dz by the chain rule',
  ),
} as const

export interface LatticeSettings {
  readonly strain: 'linear' | 'finite'
  readonly noiseUm: number
}

/** The paper's lattice with these ports; `changes` for what the settings do not say. */
export function paperMachine(
  ports: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  { strain, noiseUm }: LatticeSettings,
  seed: number,
  changes: { readonly geometry?: LatticeGeometry; readonly imperfections?: Partial<LatticeImperfections> } = {},
): LatticeDevice {
  const options: LatticeOptions = {
    geometry: changes.geometry ?? paperLattice(),
    inputs: dofs(ports.inputs),
    outputs: dofs(ports.outputs),
    stiffness: PAPER_STIFFNESS,
    seed,
    imperfections: {
      height: { kind: strain },
      camera: { noise: noiseUm * 1e-6, pixel: 0, dropout: 0 },
      ...changes.imperfections,
    },
  }
  return attach(latticeSimulator(options))
}

export function dofs(texts: readonly string[]): readonly Dof[] {
  return texts.map(parseDof)
}

/** The published optimizer for a machine's bounds. */
export function publishedOptimizer(
  device: LatticeDevice,
  settings: {
    readonly alpha: number
    readonly beta: number
    readonly eps: number
    readonly update: 'published' | 'chain'
  },
): Optimizer {
  const { banks } = device.sheet
  const each = (of: (bank: (typeof banks)[number]) => number) =>
    banks.flatMap((bank) => new Array<number>(bank.width).fill(of(bank)))
  const { alpha, beta, eps, update } = settings
  const inner = adam(alpha, { epsilon: eps })
  return bounded(inner, { low: each((bank) => bank.min), high: each((bank) => bank.max), beta, update })
}

/** The middle of every range: latent variables of zero. */
export function middleTheta(device: LatticeDevice): Float64Array {
  return Float64Array.from(device.sheet.banks.flatMap(({ width, safe }) => new Array<number>(width).fill(safe)))
}

/** Shows rows of forces once, unperturbed. */
export async function answers(device: LatticeDevice, drive: Float64Array, rows: number): Promise<Float64Array> {
  const into = new Float64Array(rows * device.sheet.sense.width)
  await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, into)
  return into
}

/** Moves parameters at a bound away from it by a share of their range, in place: a latent value there is out of reach. */
export function within(device: LatticeDevice, theta: Float64Array, share: number): void {
  let i = 0
  for (const { width, min, max } of device.sheet.banks) {
    const edge = share * (max - min)
    for (const end = i + width; i < end; i++) theta[i] = Math.min(Math.max(theta[i], min + edge), max - edge)
  }
}

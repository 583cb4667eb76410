import { type LatticeGeometry, type NamedPorts, paperSpec } from '../../../../devices/index.ts'
import { type LatticeImperfections, latticeSimulator } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import type { DataSheet } from '../../../contract/sheet.ts'
import { project } from '../../../rules/project.ts'
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

/** The paper's lattice with these ports; `changes` for what the settings do not say. */
export function paperMachine(
  ports: NamedPorts,
  { strain, noiseUm }: { readonly strain: 'linear' | 'finite'; readonly noiseUm: number },
  seed: number,
  changes: { readonly geometry?: LatticeGeometry; readonly imperfections?: Partial<LatticeImperfections> } = {},
): LatticeDevice {
  const { geometry, imperfections } = changes
  return attach(
    latticeSimulator({
      ...paperSpec(ports, geometry === undefined ? {} : { geometry }),
      seed,
      imperfections: {
        height: { kind: strain },
        camera: { noise: noiseUm * 1e-6, pixel: 0, dropout: 0 },
        ...imperfections,
      },
    }),
  )
}

/** Shows rows of forces once, unperturbed. */
export async function answers(device: LatticeDevice, drive: Float64Array, rows: number): Promise<Float64Array> {
  const into = new Float64Array(rows * device.sheet.sense.width)
  await device.measure({ slots: rows, drive: { kind: 'track', data: drive, hold: 1 } }, into)
  return into
}

/**
 * Moves parameters at a bound away from it by a share of their range, in place: a latent value there is out of reach.
 * Returns how many were there.
 */
export function within({ sheet }: { readonly sheet: DataSheet }, theta: Float64Array, share: number): number {
  return project(
    sheet,
    theta,
    sheet.banks.map(({ min, max }) => share * (max - min)),
  )
}

import * as v from 'valibot'
import type { LatticeGeometry, PinAxis } from '../../../devices/lattice/index.ts'
import type { DataSheet } from '../../contract/sheet.ts'
import type { NamedPicture } from '../../report/lattice.ts'
import type { Strain } from './solve.ts'

const axes = v.object({ geometry: v.object({ pinAxes: v.array(v.picklist(['x', 'y', 'xy'])) }) })
const height = v.object({ imperfections: v.object({ height: v.object({ kind: v.string() }) }) })
const stuck = v.object({ imperfections: v.object({ stuck: v.record(v.string(), v.pipe(v.number(), v.minValue(0))) }) })
const pinned = v.object({ geometry: v.object({ pins: v.array(v.number()) }) })

/** What a lattice is apart from its picture. */
export interface LatticeMachine {
  /** The same to solve with. */
  readonly geometry: LatticeGeometry
  /** Bonds that do not answer to their parameter, with their stiffness, N/m. */
  readonly stuck: ReadonlyMap<number, number>
  /** How the machine itself was simulated, where it was. */
  readonly strain: Strain
  /** What people should know beside a picture under loads. */
  readonly caution?: string
}

/** What a lattice's sheet says beyond its picture: which axes its pins hold, and how it was simulated. */
export function machineOf(sheet: DataSheet, picture: NamedPicture): LatticeMachine {
  const said = v.safeParse(axes, sheet.settings)
  const pins = v.safeParse(pinned, sheet.settings)
  const nodes = pins.success ? pins.output.geometry.pins : picture.pins
  const held = said.success && said.output.geometry.pinAxes.length === nodes.length ? said.output.geometry.pinAxes : []
  const made = v.safeParse(height, sheet.settings)
  const fixed = v.safeParse(stuck, sheet.settings)
  const kind = made.success ? made.output.imperfections.height.kind : 'linear'
  const cautions = [
    ...(held.length < nodes.length ? ['the data sheet does not say which axes are pinned: both are held'] : []),
    ...(kind === 'dynamic' || kind === 'harmonic' ? ['the machine swings; the picture is of its rest'] : []),
  ]
  return {
    geometry: geometryOf(
      picture,
      nodes.map((node, at) => ({ node, axis: held[at] ?? 'xy' })),
    ),
    stuck: new Map(
      Object.entries(fixed.success ? fixed.output.imperfections.stuck : {}).map(([bond, k]) => [Number(bond), k]),
    ),
    strain: kind === 'finite' ? 'finite' : 'linear',
    ...(cautions.length > 0 && { caution: cautions.join('; ') }),
  }
}

function geometryOf(
  { name, names = [], x, y, bonds }: NamedPicture,
  pins: readonly { readonly node: number; readonly axis: PinAxis }[],
): LatticeGeometry {
  return {
    name,
    nodes: x.map((value, node) => ({ name: names[node] ?? String(node), x: value, y: y[node] })),
    bonds: Array.from({ length: bonds.length / 2 }, (_, bond) => [bonds[2 * bond], bonds[2 * bond + 1]] as const),
    pins,
  }
}

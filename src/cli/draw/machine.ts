import * as v from 'valibot'
import { saysPinAxes } from '../../../devices/lattice/drawing.ts'
import { geometryOf, type LatticeGeometry } from '../../../devices/lattice/index.ts'
import type { DataSheet } from '../../contract/sheet.ts'
import type { Strain } from './solve.ts'

const height = v.object({ imperfections: v.object({ height: v.object({ kind: v.string() }) }) })
const stuck = v.object({ imperfections: v.object({ stuck: v.record(v.string(), v.pipe(v.number(), v.minValue(0))) }) })

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

/** What a lattice's sheet says beyond its picture, and how it was simulated; undefined if it carries no geometry. */
export function machineOf(sheet: DataSheet): LatticeMachine | undefined {
  const geometry = geometryOf(sheet)
  if (geometry === undefined) return undefined
  const made = v.safeParse(height, sheet.settings)
  const fixed = v.safeParse(stuck, sheet.settings)
  const kind = made.success ? made.output.imperfections.height.kind : 'linear'
  const cautions = [
    ...(saysPinAxes(sheet) ? [] : ['the data sheet does not say which axes are pinned: both are held']),
    ...(kind === 'dynamic' || kind === 'harmonic' ? ['the machine swings; the picture is of its rest'] : []),
  ]
  return {
    geometry,
    stuck: new Map(
      Object.entries(fixed.success ? fixed.output.imperfections.stuck : {}).map(([bond, k]) => [Number(bond), k]),
    ),
    strain: kind === 'finite' ? 'finite' : 'linear',
    ...(cautions.length > 0 && { caution: cautions.join('; ') }),
  }
}

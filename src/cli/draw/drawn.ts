import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  formatDof,
  type LatticePlan,
  NAMED_LATTICES,
  namedLattice,
  readGeometry,
} from '../../../devices/lattice/index.ts'
import { type DataSheet, nameOf } from '../../contract/sheet.ts'
import { InsituError } from '../../errors.ts'
import { type LatticePicture, type NamedPicture, pictureOf, stiffnessOf } from '../../report/lattice.ts'
import { type EvaluationEvent, eventsOf, newestCheckpoint, readBulk, readRun } from '../../run/index.ts'

/** Something to draw. */
export interface Drawn {
  /** Undeformed and without colours. */
  readonly picture: NamedPicture
  /** Stiffness of the bonds, where it is known. */
  readonly stiffness?: Pick<LatticePicture, 'values' | 'quantity'>
  /** Where the picture goes if nothing is said. */
  readonly file: string
  /** What people should know beside the picture. */
  readonly note?: string
}

/** Finds what the user means: a built-in lattice, a run directory, or a JSON file. */
export function drawn(what: string): Drawn {
  const named = namedLattice(what)
  if (named !== undefined) {
    const picture = pictureOfPlan({ geometry: named, inputs: [], outputs: [] })
    return { picture, file: `${what.replace(':', '-')}.svg` }
  }
  if (!existsSync(what)) {
    throw new InsituError(
      'CONFIG',
      `there is nothing to draw called "${what}": no run directory, no JSON file and no built-in lattice`,
      { hint: `built-in lattices are ${NAMED_LATTICES.join(', ')}, e.g. triangular:8x8` },
    )
  }
  if (statSync(what).isDirectory()) return drawnRun(what)
  // A lattice without pins can be looked at, if not loaded.
  const plan = readGeometry(readFileSync(what, 'utf8'), what, { require: 'free' })
  const stem = basename(what).replace(/\.json$/i, '')
  return { picture: pictureOfPlan(plan), file: `${stem}.svg` }
}

function drawnRun(path: string): Drawn {
  const run = readRun(path)
  const { sheet } = run.start
  const picture = pictureOf(sheet)
  if (picture === undefined) throw noPicture(path, sheet)
  const file = join(path, 'lattice.svg')
  const look = eventsOf<EvaluationEvent>(run, 'evaluation').at(-1)
  const checkpoint = newestCheckpoint(path)
  const later = checkpoint !== undefined && checkpoint.step >= (look?.step ?? 0)
  const theta = later ? checkpoint.theta : look && readBulk(path, look.theta)
  const found = stiffnessOf(sheet, picture, theta === undefined ? [] : [theta])
  if (found === undefined) return { picture, file, note: 'the run has recorded no stiffness yet: the lattice alone' }
  return { picture, stiffness: { values: found.series[0], quantity: found.quantity }, file }
}

function noPicture(path: string, sheet: DataSheet): InsituError {
  const reason =
    sheet.machine === 'lattice'
      ? `the data sheet of ${nameOf(sheet)} carries no geometry`
      : `its machine is ${nameOf(sheet)}, not a lattice`
  return new InsituError('CONFIG', `${path} cannot be drawn: ${reason}`, {
    hint: `insitu report ${path} shows what else there is`,
  })
}

function pictureOfPlan({ geometry, inputs, outputs }: LatticePlan): NamedPicture {
  const index = new Map(geometry.nodes.map(({ name }, node) => [name, node]))
  const ports = (dofs: LatticePlan['inputs']) =>
    dofs.map((dof) => {
      const node = index.get(dof.node)
      if (node === undefined) throw new InsituError('INTERNAL', `${geometry.name}: ${formatDof(dof)} was not checked`)
      return { node, axis: dof.axis }
    })
  return {
    name: geometry.name,
    names: geometry.nodes.map(({ name }) => name),
    x: geometry.nodes.map(({ x }) => x),
    y: geometry.nodes.map(({ y }) => y),
    bonds: geometry.bonds.flat(),
    pins: geometry.pins.map(({ node }) => node),
    inputs: ports(inputs),
    outputs: ports(outputs),
  }
}

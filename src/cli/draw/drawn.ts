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
import { bondStiffness, type NamedPicture, pictureOf, pictureOfGeometry, stiffnessOf } from '../../report/lattice.ts'
import { type EvaluationEvent, eventsOf, newestCheckpoint, readBulk, readRun } from '../../run/index.ts'
import type { Shown } from './colours.ts'
import { type LatticeMachine, machineOf } from './machine.ts'

/** Something to draw. */
export interface Drawn extends LatticeMachine {
  /** Undeformed and without colours. */
  readonly picture: NamedPicture
  readonly isRun: boolean
  /** The last stiffness of a run, N/m, and what is shown of it. */
  readonly recorded?: { readonly values: Float64Array; readonly shown: Shown; readonly step: number }
  /** Where the picture goes if nothing is said. */
  readonly file: string
  /** What people should know beside the picture. */
  readonly note?: string
}

/** Finds what the user means: a built-in lattice, a run directory, or a JSON file. */
export function drawn(what: string): Drawn {
  const named = namedLattice(what)
  if (named !== undefined) {
    return drawnPlan({ geometry: named, inputs: [], outputs: [] }, `${what.replace(':', '-')}.svg`)
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
  return drawnPlan(plan, `${basename(what).replace(/\.json$/i, '')}.svg`)
}

function drawnPlan({ geometry, inputs, outputs }: LatticePlan, file: string): Drawn {
  const picture = pictureOfGeometry(geometry, inputs.map(formatDof), outputs.map(formatDof))
  return { picture, geometry, isRun: false, stuck: new Map(), strain: 'linear', file }
}

function drawnRun(path: string): Drawn {
  const run = readRun(path)
  const { sheet } = run.start
  const picture = pictureOf(sheet)
  const machine = machineOf(sheet)
  if (picture === undefined || machine === undefined) throw noPicture(path, sheet)
  const drawn = { picture, ...machine, isRun: true, file: join(path, 'lattice.svg') }
  const look = eventsOf<EvaluationEvent>(run, 'evaluation').at(-1)
  const checkpoint = newestCheckpoint(path)
  const later = checkpoint !== undefined && checkpoint.step >= (look?.step ?? 0)
  const theta = later ? checkpoint.theta : look && readBulk(path, look.theta)
  const values = theta && bondStiffness(sheet, picture, theta)
  const found = theta && stiffnessOf(sheet, picture, [theta])
  if (values === undefined || found === undefined)
    return { ...drawn, note: 'the run has recorded no stiffness yet: the lattice alone' }
  const step = later ? checkpoint.step : (look?.step ?? 0)
  return { ...drawn, recorded: { values, shown: { values: found.series[0], quantity: found.quantity }, step } }
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

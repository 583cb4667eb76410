import { checkGeometry, type LatticeGeometry } from '../../../devices/lattice/index.ts'
import { finite } from '../../../sim/lattice/finite.ts'
import { finiteGradient, linearGradient } from '../../../sim/lattice/index.ts'
import { linear } from '../../../sim/lattice/linear.ts'
import { dofNumbers, frameOf } from '../../../sim/lattice/topology.ts'
import type { Load } from './loads.ts'

/** Small displacements, or bonds that turn and stretch as they move. */
export type Strain = 'linear' | 'finite'

/** What loads do to a lattice. */
export interface Solved {
  /** Two per node, m. */
  readonly displacement: Float64Array
  /** One per bond, m, positive where it is longer. */
  readonly elongation: Float64Array
  /** dL/dk of every bond, m^2, for L = minus the work of the adjoint load; absent without one. */
  readonly gradient?: Float64Array
}

export interface Problem {
  readonly geometry: LatticeGeometry
  /** Of every bond, N/m. */
  readonly stiffness: Float64Array
  readonly loads: readonly Load[]
  readonly adjoint: readonly Load[]
  readonly strain: Strain
}

/** Lets the simulator settle under the loads, without camera, creep or play. Throws `MECHANISM` and `NO_EQUILIBRIUM`. */
export function solve({ geometry, stiffness, loads, adjoint, strain }: Problem): Solved {
  checkGeometry(geometry, loads.map(dof), adjoint.length > 0 ? adjoint.map(dof) : loads.map(dof))
  const mechanics = { linear, finite }[strain](frameOf(geometry))
  const force = new Float64Array(2 * geometry.nodes.length)
  dofNumbers(geometry, loads.map(dof)).forEach((d, n) => {
    force[d] += loads[n].load
  })
  const displacement = new Float64Array(force.length)
  const elongation = new Float64Array(stiffness.length)
  mechanics.stiffen(stiffness)
  mechanics.settle(force, 1, 0, displacement)
  mechanics.elongate(displacement, 1, elongation)
  if (adjoint.length === 0) return { displacement, elongation }
  const spec = { geometry, inputs: loads.map(dof), outputs: adjoint.map(dof) }
  const [drive, load] = [loads, adjoint].map((list) => Float64Array.from(list, (one) => one.load))
  const gradient = { linear: linearGradient, finite: finiteGradient }[strain]({ spec, stiffness, drive, load })
  return { displacement, elongation, gradient }
}

const dof = (load: Load) => load.dof

import { type LatticeGeometry, PAPER_STIFFNESS, paperLattice, parseDof } from '../../devices/index.ts'
import { type LatticeOptions, latticeSimulator } from '../../sim/index.ts'
import type { Mechanics } from '../../sim/lattice/mechanics.ts'
import { dofNumbers, type Frame } from '../../sim/lattice/topology.ts'
import type { LoadedBlock } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import type { InsituError } from '../../src/errors.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export const paper = paperLattice()

/** Distance between neighbours of the paper's lattice, m, and the stiffness in the middle of its bonds' bounds, N/m. */
export const A = 16e-3
export const MIDDLE = 137.5
/** The weight of the published figures, N. */
export const WEIGHT = 49e-3

/** Stiffnesses within the paper's bounds, drawn by seed. */
export function stiffnesses(count: number, seed = 1): Float64Array {
  return fillUniform(draws(seed, STREAM.testInputs), PAPER_STIFFNESS.min, PAPER_STIFFNESS.max, new Float64Array(count))
}

/** Number of the degree of freedom '11.y'. */
export function at(geometry: LatticeGeometry, dof: string): number {
  return dofNumbers(geometry, [parseDof(dof)])[0]
}

/** Forces on the nodes, 2 numbers each, from those that are not zero: { '11.y': -0.049 }. */
export function forces(geometry: LatticeGeometry, given: Readonly<Record<string, number>>): Float64Array {
  const into = new Float64Array(2 * geometry.nodes.length)
  for (const [dof, newtons] of Object.entries(given)) into[at(geometry, dof)] += newtons
  return into
}

/** Where a lattice comes to rest. */
export function rest(mechanics: Mechanics, force: Float64Array): Float64Array {
  const u = new Float64Array(force.length)
  mechanics.settle(force, 1, 0, u)
  return u
}

export function elongations(mechanics: Mechanics, u: Float64Array): Float64Array {
  const e = new Float64Array(mechanics.frame.bonds.length / 2)
  mechanics.elongate(u, 1, e)
  return e
}

/**
 * What the bonds pull with and the energy in them at finite strain, straight from lengths: the forces on the nodes that
 * hold the lattice at `u`, which are the slopes of sum k (l - a)^2 / 2.
 */
export function pulled({ positions, bonds }: Frame, k: Float64Array, u: Float64Array) {
  const force = new Float64Array(u.length)
  let energy = 0
  for (let b = 0; b < k.length; b++) {
    const [i, j] = [2 * bonds[2 * b], 2 * bonds[2 * b + 1]]
    const [x, y] = [positions[i] - positions[j], positions[i + 1] - positions[j + 1]]
    const [nx, ny] = [x + u[i] - u[j], y + u[i + 1] - u[j + 1]]
    const [drawn, now] = [Math.hypot(x, y), Math.hypot(nx, ny)]
    energy += (k[b] * (now - drawn) ** 2) / 2
    const pull = (k[b] * (now - drawn)) / now
    force[i] += pull * nx
    force[i + 1] += pull * ny
    force[j] -= pull * nx
    force[j + 1] -= pull * ny
  }
  return { force, energy }
}

/** The same to first order: C^T diag(k) C u. */
export function pulledLinearly({ positions, bonds }: Frame, k: Float64Array, u: Float64Array): Float64Array {
  const force = new Float64Array(u.length)
  for (let b = 0; b < k.length; b++) {
    const [i, j] = [2 * bonds[2 * b], 2 * bonds[2 * b + 1]]
    const [x, y] = [positions[i] - positions[j], positions[i + 1] - positions[j + 1]]
    const length = Math.hypot(x, y)
    const pull = (k[b] * (x * (u[i] - u[j]) + y * (u[i + 1] - u[j + 1]))) / length ** 2
    force[i] += pull * x
    force[i + 1] += pull * y
    force[j] -= pull * x
    force[j + 1] -= pull * y
  }
  return force
}

export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

/** |a - b| / |b|. */
export function relative(a: Float64Array, b: Float64Array): number {
  return norm(a.map((value, i) => value - b[i])) / norm(b)
}

export function cosine(a: Float64Array, b: Float64Array): number {
  return dot(a, b) / (norm(a) * norm(b))
}

export function largest(a: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
}

export function deviation(values: ArrayLike<number>): number {
  const middle = mean(values)
  return Math.sqrt(mean(Array.from(values, (value) => (value - middle) ** 2)))
}

/** The paper's lattice under a weight on node 11, its behaviour read at nodes 13 and 14. */
export function machine(options: Partial<LatticeOptions> = {}) {
  return latticeSimulator({
    geometry: paper,
    inputs: [parseDof('11.y')],
    outputs: ['13.y', '14.y'].map(parseDof),
    stiffness: PAPER_STIFFNESS,
    ...options,
  })
}

export const device = (options: Partial<LatticeOptions> = {}) => attach(machine(options))

/** What `read` needs of a machine, checked or not. */
export type Readable = Pick<ReturnType<typeof device>, 'sheet' | 'local'>

/** Rows of forces on the inputs, and of loads on the outputs: outputs, elongations and the receipt. */
export async function read(
  machine: Readable,
  rows: readonly (readonly number[])[],
  loads?: readonly (readonly number[])[],
  hold = 1,
) {
  const slots = rows.length * hold
  const sense = new Float64Array(slots * machine.sheet.sense.width)
  const local = new Float64Array(slots * paramCount(machine.sheet))
  const track = (data: readonly (readonly number[])[]) =>
    ({ kind: 'track', data: Float64Array.from(data.flat()), hold }) as const
  const block: LoadedBlock = { slots, drive: track(rows), ...(loads && { load: track(loads) }) }
  const receipt = await machine.local.read(block, sense, local)
  return { sense, local, receipt }
}

/** The error a call throws, which must be one of ours. */
export function thrown(call: () => unknown): Pick<InsituError, 'code' | 'message'> {
  try {
    call()
  } catch (error) {
    return error as InsituError
  }
  throw new Error('nothing was thrown')
}

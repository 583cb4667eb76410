import { loadKernel } from './module.ts'
import { elongationWasm } from './wasm/elongation.ts'

interface Exports {
  elongate(ends: number, direction: number, count: number, u: number, into: number): number
}

/** Bonds between nodes of the plane, and the unit vector of each from its second node to its first. */
export interface DrawnBonds {
  readonly count: number
  /** Node numbers, two per bond. */
  readonly ends: Int32Array
  /** x and y per bond. */
  readonly direction: Float64Array
}

/**
 * Writes the elongations (one per bond, m) of one row of displacements (2 per node, m); returns the largest size among
 * them, NaN if one is no number.
 */
export type Elongator = (displacements: Float64Array, into: Float64Array) => number

/** Up to this many bonds the plain loop is the faster: the copies into and out of the kernel's memory cost more. */
const FEW = 40
const BASE = 1024

/** e_b = t_b (u_i - u_j), in WebAssembly where that pays; the same bits either way. */
export function elongator(bonds: DrawnBonds, nodes: number): Elongator {
  return bonds.count <= FEW ? (u, into) => elongate(bonds, u, into) : simdElongator(bonds, nodes)
}

/** The plain loop: the oracle of the kernel. */
export function elongate({ count, ends, direction }: DrawnBonds, u: Float64Array, into: Float64Array): number {
  let most = 0
  for (let b = 0; b < count; b++) {
    const i = 2 * ends[2 * b]
    const j = 2 * ends[2 * b + 1]
    const e = direction[2 * b] * (u[i] - u[j]) + direction[2 * b + 1] * (u[i + 1] - u[j + 1])
    into[b] = e
    most = Math.max(most, Math.abs(e))
  }
  return most
}

function simdElongator({ count, ends, direction }: DrawnBonds, nodes: number): Elongator {
  const kernel = loadKernel<Exports>(elongationWasm)
  const endsAt = BASE
  const directionAt = endsAt + 8 * count
  const from = directionAt + 16 * count
  const to = from + 16 * nodes
  kernel.reserve(to + 8 * count)
  const offsets = kernel.u32.subarray(endsAt / 4, endsAt / 4 + 2 * count)
  for (let n = 0; n < 2 * count; n++) offsets[n] = 16 * ends[n]
  kernel.f64.set(direction, directionAt / 8)
  const out = kernel.f64.subarray(to / 8, to / 8 + count)
  return (u, into) => {
    kernel.f64.set(u, from / 8)
    const most = kernel.exports.elongate(endsAt, directionAt, count, from, to)
    into.set(out)
    return most
  }
}

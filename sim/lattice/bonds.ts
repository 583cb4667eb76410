import { type DrawnBonds, elongator } from '../../src/kernels/elongation.ts'
import type { SpringTopology } from '../../src/kernels/spring.ts'
import type { Mechanics } from './mechanics.ts'

/** Directions and lengths of bonds as drawn: t = (x_i - x_j) / |x_i - x_j|. */
export interface Bonds extends DrawnBonds {
  /** Drawn length, m. */
  readonly length: Float64Array
}

export function drawnBonds({ positions, bonds }: SpringTopology): Bonds {
  const count = bonds.length / 2
  const direction = new Float64Array(2 * count)
  const length = new Float64Array(count)
  for (let b = 0; b < count; b++) {
    const [i, j] = [bonds[2 * b], bonds[2 * b + 1]]
    const x = positions[2 * i] - positions[2 * j]
    const y = positions[2 * i + 1] - positions[2 * j + 1]
    length[b] = Math.hypot(x, y)
    direction[2 * b] = x / length[b]
    direction[2 * b + 1] = y / length[b]
  }
  return { count, ends: bonds, direction, length }
}

/** Elongations to first order, e_b = t_b (u_i - u_j), of rows of displacements: what a camera sees along the drawn bonds. */
export function projection(bonds: Bonds, nodes: number): Mechanics['elongate'] {
  const one = elongator(bonds, nodes)
  const width = 2 * nodes
  return (u, rows, into) => {
    let most = 0
    for (let r = 0; r < rows; r++) {
      const row = into.subarray(r * bonds.count, (r + 1) * bonds.count)
      most = Math.max(most, one(u.subarray(r * width, (r + 1) * width), row))
    }
    return most
  }
}

/** Bond blocks k t t^T: 3 numbers per bond (xx, xy, yy), for `SpringSolver.factor`. */
export function linearBlocks({ count, direction }: Bonds, stiffness: Float64Array, into: Float64Array): void {
  for (let b = 0; b < count; b++) {
    const [x, y] = [direction[2 * b], direction[2 * b + 1]]
    const k = stiffness[b]
    into[3 * b] = k * x * x
    into[3 * b + 1] = k * x * y
    into[3 * b + 2] = k * y * y
  }
}

/** Takes K x away from `from`: the forces with which bonds of these blocks answer a displacement. */
export function takePull({ count, ends }: Bonds, blocks: Float64Array, x: Float64Array, from: Float64Array): void {
  for (let b = 0; b < count; b++) {
    const [i, j] = [2 * ends[2 * b], 2 * ends[2 * b + 1]]
    const [dx, dy] = [x[i] - x[j], x[i + 1] - x[j + 1]]
    const fx = blocks[3 * b] * dx + blocks[3 * b + 1] * dy
    const fy = blocks[3 * b + 1] * dx + blocks[3 * b + 2] * dy
    from[i] -= fx
    from[i + 1] -= fy
    from[j] += fx
    from[j + 1] += fy
  }
}

import type { SpringTopology } from '../../src/kernels/spring.ts'

/** Directions and lengths of bonds as drawn. */
export interface Bonds {
  readonly count: number
  /** Node numbers, two per bond. */
  readonly ends: Int32Array
  /** Unit vector from the second node to the first, 2 numbers per bond: t = (x_i - x_j) / |x_i - x_j|. */
  readonly direction: Float64Array
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

/** Elongations to first order, e_b = t_b (u_i - u_j): what a camera sees along the drawn bonds. */
export function project({ count, ends, direction }: Bonds, u: Float64Array, rows: number, into: Float64Array): void {
  const width = u.length / rows
  for (let r = 0; r < rows; r++) {
    const at = r * width
    for (let b = 0; b < count; b++) {
      const i = at + 2 * ends[2 * b]
      const j = at + 2 * ends[2 * b + 1]
      into[r * count + b] = direction[2 * b] * (u[i] - u[j]) + direction[2 * b + 1] * (u[i + 1] - u[j + 1])
    }
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

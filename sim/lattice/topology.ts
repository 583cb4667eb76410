import { type Dof, findNode, type LatticeGeometry } from '../../devices/lattice/index.ts'
import type { SpringTopology } from '../../src/kernels/spring.ts'

/** A lattice as the solver takes it, and what its nodes are called. */
export interface Frame extends SpringTopology {
  readonly names: readonly string[]
}

export function frameOf({ nodes, bonds, pins }: LatticeGeometry): Frame {
  const pinned = new Uint8Array(2 * nodes.length)
  for (const { node, axis } of pins) {
    if (axis !== 'y') pinned[2 * node] = 1
    if (axis !== 'x') pinned[2 * node + 1] = 1
  }
  return {
    names: nodes.map((node) => node.name),
    nodes: nodes.length,
    positions: Float64Array.from(nodes.flatMap(({ x, y }) => [x, y])),
    bonds: Int32Array.from(bonds.flat()),
    pinned,
  }
}

/** Numbers of degrees of freedom: twice the node's number, plus 1 for y. */
export function dofNumbers(geometry: LatticeGeometry, dofs: readonly Dof[]): Int32Array {
  return Int32Array.from(dofs, ({ node, axis }) => 2 * findNode(geometry, node) + (axis === 'y' ? 1 : 0))
}

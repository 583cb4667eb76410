import type { Dof } from './dof.ts'
import { indexByName, type LatticeGeometry } from './geometry.ts'

/** Nodes that no path of bonds joins to one of `from`, in rising order; paths end at a node of `ends`. */
export function unreached(
  { nodes, bonds }: LatticeGeometry,
  from: ReadonlySet<number>,
  ends: ReadonlySet<number> = new Set(),
): number[] {
  const neighbours: number[][] = nodes.map(() => [])
  for (const [a, b] of bonds) {
    neighbours[a].push(b)
    neighbours[b].push(a)
  }
  const seen = new Set(from)
  // A set hands out what is added while it is walked: it is its own queue.
  for (const node of seen) {
    if (ends.has(node)) continue
    for (const next of neighbours[node]) seen.add(next)
  }
  return nodes.map((_, node) => node).filter((node) => !seen.has(node))
}

/** Outputs that no input can move, since every path of bonds between them passes a node held along both axes. */
export function unreachedOutputs(
  geometry: LatticeGeometry,
  inputs: readonly Dof[],
  outputs: readonly Dof[],
): readonly Dof[] {
  const index = indexByName(geometry)
  const held = { x: new Set<number>(), y: new Set<number>() }
  for (const { node, axis } of geometry.pins) {
    if (axis !== 'y') held.x.add(node)
    if (axis !== 'x') held.y.add(node)
  }
  const still = new Set([...held.x].filter((node) => held.y.has(node)))
  const loaded = inputs.map(({ node }) => index.get(node)).filter((node) => node !== undefined)
  const apart = new Set(unreached(geometry, new Set(loaded), still))
  return outputs.filter(({ node }) => apart.has(index.get(node) ?? -1))
}

import { InsituError } from '../../errors.ts'
import { findCycle } from './cycle.ts'
import { isNeurons, type NirGraph, type NirNode, type NodeShapes, shapeText } from './graph.ts'
import { fits, nodeShapes } from './shapes.ts'

type Edges = NirGraph['edges']
type Nodes = NirGraph['nodes']

/** The edges at each node. */
interface Neighbours {
  readonly before: ReadonlyMap<string, readonly string[]>
  readonly after: ReadonlyMap<string, readonly string[]>
}

/**
 * Checks that nodes and edges make a network, and finds the shape of everything in it.
 *
 * Throws `CONFIG` for a graph that is none and `SHAPE` where sizes differ along an edge, naming the nodes.
 */
export function checkGraph(name: string, nodes: Nodes, edges: Edges): NirGraph['shapes'] {
  const neighbours = checkEdges(name, nodes, edges)
  checkEnds(name, nodes)
  checkReach(name, nodes, neighbours)
  return checkShapes(name, nodes, edges, neighbours)
}

function checkEdges(name: string, nodes: Nodes, edges: Edges): Neighbours {
  const before = new Map<string, string[]>([...nodes.keys()].map((key) => [key, []]))
  const after = new Map<string, string[]>([...nodes.keys()].map((key) => [key, []]))
  for (const [from, to] of edges) {
    // Edges are a set: one that is written twice would silently double every weight on its way.
    if (after.get(from)?.includes(to))
      throw new InsituError('CONFIG', `${name}: the edge ${from} -> ${to} is there twice`)
    for (const end of [from, to]) {
      if (nodes.has(end)) continue
      throw new InsituError('CONFIG', `${name}: the edge ${from} -> ${to} needs a node "${end}", which is not there`, {
        hint: `nodes are ${[...nodes.keys()].join(', ')}`,
      })
    }
    if (nodes.get(from)?.type === 'Output') throw wrongEnd(name, from, to, `"${from}" is an output`)
    if (nodes.get(to)?.type === 'Input') throw wrongEnd(name, from, to, `"${to}" is an input`)
    after.get(from)?.push(to)
    before.get(to)?.push(from)
  }
  return { before, after }
}

const wrongEnd = (name: string, from: string, to: string, why: string) =>
  new InsituError('CONFIG', `${name}: the edge ${from} -> ${to} runs the wrong way, ${why}`)

function checkEnds(name: string, nodes: Nodes): void {
  for (const type of ['Input', 'Output'] as const) {
    const found = [...nodes].filter(([, node]) => node.type === type).map(([key]) => `"${key}"`)
    if (found.length === 1) continue
    const given = found.length === 0 ? 'none' : found.join(', ')
    throw new InsituError('CONFIG', `${name}: wanted one node of type ${type}, found ${given}`)
  }
}

function checkReach(name: string, nodes: Nodes, { before, after }: Neighbours): void {
  const end = (type: NirNode['type']) => [...nodes].filter(([, node]) => node.type === type).map(([key]) => key)
  const reached = spread(end('Input'), after)
  const leading = spread(end('Output'), before)
  for (const key of nodes.keys()) {
    const why = reached.has(key) ? 'leads to no output' : 'is not reached from the input'
    if (!reached.has(key) || !leading.has(key)) throw new InsituError('CONFIG', `${name}: node "${key}" ${why}`)
  }
  const operators = [...nodes].filter(([, node]) => !isNeurons(node)).map(([key]) => key)
  const loop = findCycle(operators, (key) =>
    (after.get(key) ?? []).filter((next) => !isNeurons(nodes.get(next) as NirNode)),
  )
  if (loop !== undefined) {
    throw new InsituError('CONFIG', `${name}: the loop ${loop.join(' -> ')} has no neurons in it, so it has no time`)
  }
}

function spread(from: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(from)
  for (const key of found) for (const next of edges.get(key) ?? []) found.add(next)
  return found
}

function checkShapes(name: string, nodes: Nodes, edges: Edges, { before, after }: Neighbours): NirGraph['shapes'] {
  const shapes = new Map<string, NodeShapes>()
  const where = (key: string) => `${name}: node "${key}"`
  // Neurons and ends know their own shape; the operators between them are found from there, in order.
  for (const [key, node] of nodes) {
    if (isNeurons(node) || node.type === 'Input' || node.type === 'Output') {
      shapes.set(key, nodeShapes(node, undefined, where(key)))
    }
  }
  const waiting = new Map(
    [...nodes].filter(([key]) => !shapes.has(key)).map(([key]) => [key, (before.get(key) ?? []).length]),
  )
  const settle = (key: string) => {
    for (const next of after.get(key) ?? []) {
      const left = waiting.get(next)
      if (left !== undefined) waiting.set(next, left - 1)
      if (left === 1) ready.push(next)
    }
  }
  const ready: string[] = []
  for (const key of [...shapes.keys()]) settle(key)
  for (const key of ready) {
    const first = before.get(key)?.[0] ?? ''
    shapes.set(key, nodeShapes(nodes.get(key) as NirNode, shapes.get(first)?.output, where(key)))
    settle(key)
  }
  for (const [from, to] of edges) {
    const [given, wanted] = [shapes.get(from)?.output ?? [], shapes.get(to)?.input ?? []]
    if (fits(given, wanted)) continue
    throw new InsituError(
      'SHAPE',
      `${name}: the edge ${from} -> ${to} does not fit: "${from}" gives ${shapeText(given)}, "${to}" takes ${shapeText(wanted)}`,
    )
  }
  return shapes
}

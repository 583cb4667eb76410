import { InsituError } from '../../src/errors.ts'
import { isNeurons, type NirGraph, sizeOf } from '../../src/exchange/nir/index.ts'
import type { Population, Projection, SpikingNetwork } from './network.ts'
import { signals } from './signals.ts'
import { identity } from './synapses.ts'

/**
 * Turns a graph into populations of neurons and the synapses between them; operators are unrolled and merged.
 *
 * Throws `CONFIG` for an output that is not fed by the neurons of one node, and where neurons without spikes (LI,
 * CubaLI) lead on: what they give has no place in a tick.
 */
export function compileNetwork(graph: NirGraph): SpikingNetwork {
  const { name, nodes, shapes } = graph
  const arriving = signals(graph)
  const order = neuronsInOrder(graph)
  const populations: Population[] = []
  const projections: Projection[] = []
  for (const [to, key] of order.entries()) {
    const neurons = nodes.get(key)
    if (neurons === undefined || !isNeurons(neurons)) continue
    const size = sizeOf(neurons.shape)
    const { ways, bias = new Float64Array(size) } = arriving(key)
    populations.push({ name: key, size, neurons, bias })
    for (const { from, path, synapses = identity(size) } of ways) {
      const source = nodes.get(from)?.type
      if (source === 'LI' || source === 'CubaLI') {
        throw new InsituError('CONFIG', `${name}: node "${from}" of type ${source} leads to "${key}"`, {
          hint: 'neurons without spikes may only feed the output',
        })
      }
      projections.push({
        from: source === 'Input' ? 'drive' : order.indexOf(from),
        to,
        path: `${path} -> ${key}`,
        synapses,
      })
    }
  }
  const [input] = [...nodes].filter(([, { type }]) => type === 'Input').map(([key]) => key)
  return {
    name,
    inputs: sizeOf(shapes.get(input)?.output ?? []),
    populations,
    projections,
    output: outputOf(graph, order),
  }
}

/** Nodes with neurons, nearest to the input first. */
function neuronsInOrder({ nodes, edges }: NirGraph): string[] {
  const after = new Map<string, string[]>()
  for (const [from, to] of edges) after.set(from, [...(after.get(from) ?? []), to])
  const found = new Set([...nodes].filter(([, { type }]) => type === 'Input').map(([key]) => key))
  for (const key of found) for (const next of after.get(key) ?? []) found.add(next)
  return [...found].filter((key) => {
    const node = nodes.get(key)
    return node !== undefined && isNeurons(node)
  })
}

function outputOf({ name, nodes, edges }: NirGraph, order: readonly string[]): number {
  const feeding = edges.filter(([, to]) => nodes.get(to)?.type === 'Output').map(([from]) => from)
  const index = order.indexOf(feeding[0])
  if (feeding.length === 1 && index >= 0) return index
  const found = feeding.map((key) => `"${key}" (${nodes.get(key)?.type})`).join(', ')
  throw new InsituError('CONFIG', `${name}: the output must be fed by one node with neurons, found ${found}`, {
    hint: 'a readout after the last neurons can be an LI node',
  })
}

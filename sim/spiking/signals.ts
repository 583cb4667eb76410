import { InsituError } from '../../src/errors.ts'
import {
  isNeurons,
  type NirGraph,
  type NirNode,
  type NirOperator,
  type NodeShapes,
} from '../../src/exchange/nir/index.ts'
import { unrolled } from './operators.ts'
import { compose, deliver, type Synapses } from './synapses.ts'

/** What arrives at a node: one map per way from neurons or the input, and a constant. */
export interface Signal {
  readonly ways: readonly Way[]
  readonly bias?: Float64Array
}

export interface Way {
  readonly from: string
  /** Every node on the way, for messages. */
  readonly path: string
  /** Absent where nothing lies between. */
  readonly synapses?: Synapses
}

/** What every node hears, followed from the neurons and the input through the operators; edges into one node are added. */
export function signals(graph: NirGraph): (key: string) => Signal {
  const { name, nodes, shapes } = graph
  const leaving = new Map<string, Signal>()
  const before = new Map<string, string[]>()
  for (const [from, to] of graph.edges) before.set(to, [...(before.get(to) ?? []), from])

  function arriving(key: string): Signal {
    const all = (before.get(key) ?? []).flatMap((from) => leaving.get(from) ?? [])
    const biases = all.flatMap(({ bias }) => (bias === undefined ? [] : [bias]))
    const ways = all.flatMap(({ ways }) => ways)
    return biases.length === 0 ? { ways } : { ways, bias: biases.reduce((a, b) => a.map((value, i) => value + b[i])) }
  }

  function through(key: string, node: NirOperator, own: NodeShapes): Signal {
    const who = `${name}: node "${key}"`
    const { ways, bias } = arriving(key)
    const map = unrolled(node, own, who)
    const added = map.bias?.slice() ?? new Float64Array(map.synapses.rows)
    if (bias !== undefined) deliver(map.synapses, bias, added)
    return {
      ways: ways.map(({ from, path, synapses }) => ({
        from,
        path: `${path} -> ${key}`,
        synapses: synapses === undefined ? map.synapses : compose(synapses, map.synapses, who),
      })),
      bias: added,
    }
  }

  // In the order of the shapes every operator comes after what leads to it.
  for (const [key, own] of shapes) {
    const node = nodes.get(key)
    if (node === undefined) throw new InsituError('INTERNAL', `${name}: no node "${key}"`)
    leaving.set(key, isOperator(node) ? through(key, node, own) : { ways: [{ from: key, path: key }] })
  }
  return arriving
}

function isOperator(node: NirNode): node is NirOperator {
  return node.type !== 'Input' && node.type !== 'Output' && !isNeurons(node)
}

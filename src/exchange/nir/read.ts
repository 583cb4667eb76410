import { InsituError } from '../../errors.ts'
import { checkGraph } from './check.ts'
import { fields } from './fields.ts'
import type { NirGraph } from './graph.ts'
import { type Folder, withHdf5 } from './hdf5.ts'
import { readNode } from './nodes.ts'

/** More is a damaged file. */
const MOST_NODES = 4096

/**
 * Reads a network from the bytes of a NIR file (neuromorphic intermediate representation, HDF5).
 *
 * `name` is what messages call it, usually the path. Throws `CONFIG` for bytes that are no such network, `SHAPE` for sizes
 * that disagree, `NOT_FINITE` and `LIMIT` for numbers that cannot be; each names the node and the field, what was wanted
 * and what was found. Source of the format: Pedersen et al., Nature Communications 15, 8122 (2024), doi
 * 10.1038/s41467-024-52259-9.
 */
export function readNir(bytes: Uint8Array, name: string): Promise<NirGraph> {
  return withHdf5(bytes, name, readGraph)
}

/** Reads a network from the root of an open file. */
export function readGraph(root: Folder): NirGraph {
  const name = root.file
  if (!root.has('node')) {
    throw new InsituError('CONFIG', `${name}: wanted a group "node", found ${root.names().join(', ') || 'nothing'}`, {
      hint: 'this HDF5 file holds no NIR network',
    })
  }
  const graph = root.folder('node')
  const top = fields(graph, 'the graph itself')
  const type = top.word('type')
  if (type !== 'NIRGraph') top.fail('type', '"NIRGraph"', `"${type}"`)
  if (!graph.has('nodes')) top.fail('nodes', 'a group', 'nothing')
  const folders = graph.folder('nodes')
  const count = folders.names().length
  if (count > MOST_NODES) throw new InsituError('LIMIT', `${name}: ${count} nodes, at most ${MOST_NODES} can be read`)
  const nodes = new Map(folders.names().map((key) => [key, readNode(fields(folders.folder(key), key))]))
  const edges = readEdges(graph, top.fail)
  const shapes = checkGraph(name, nodes, edges)
  const version = root.has('version') ? fields(root, 'the file itself').word('version') : ''
  return { name, version, nodes, edges, shapes }
}

function readEdges(
  graph: Folder,
  fail: (name: string, wanted: string, given: string) => never,
): readonly (readonly [string, string])[] {
  if (!graph.has('edges')) fail('edges', 'pairs of names', 'nothing')
  const values = graph.values('edges')
  if (!('words' in values)) return fail('edges', 'pairs of names', 'numbers')
  const { shape, words } = values
  if (shape.length !== 2 || shape[1] !== 2 || words.length !== 2 * shape[0]) {
    return fail('edges', 'pairs of names', `shape [${shape.join(', ')}]`)
  }
  return Array.from({ length: shape[0] }, (_, k) => [words[2 * k], words[2 * k + 1]] as const)
}

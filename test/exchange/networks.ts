import { readFileSync } from 'node:fs'
import type { Folder, Values } from '../../src/exchange/nir/hdf5.ts'
import { type NirGraph, readNir } from '../../src/exchange/nir/index.ts'
import { readGraph } from '../../src/exchange/nir/read.ts'
import { hdf5File, Numbers, type Tree } from './hdf5-file.ts'

/** Numbers of a shape, row by row. */
export const numbers = (shape: readonly number[], ...data: readonly number[]) =>
  new Numbers(shape, Float64Array.from(data))

/** A graph as its file has it. */
export const graphTree = (nodes: Tree, edges: readonly (readonly [string, string])[]): Tree => ({
  node: { type: 'NIRGraph', nodes, edges },
  version: '1.0',
})

/** A line of nodes between an input and an output, joined in order. */
export function chainTree(inputs: number, nodes: Tree, outputs: number): Tree {
  const names = ['input', ...Object.keys(nodes), 'output']
  const ends = { input: { type: 'Input', shape: [inputs] }, output: { type: 'Output', shape: [outputs] } }
  return graphTree(
    { ...ends, ...nodes },
    names.slice(1).map((to, n) => [names[n], to] as const),
  )
}

export async function graphOf(tree: Tree, name = 'test.nir'): Promise<NirGraph> {
  return readNir(await hdf5File(tree), name)
}

/** The network in fixtures/nir/two-layers.nir. */
export const TWO_LAYERS: Tree = graphTree(
  {
    input: { type: 'Input', shape: [2] },
    first: { type: 'Affine', weight: numbers([3, 2], 2, 1, -1, 3, 1.5, 2), bias: [0.25, 0, -0.5] },
    hidden: {
      type: 'LIF',
      tau: [0.002, 0.003, 0.004],
      r: [1, 1, 1],
      v_leak: [0, 0, 0],
      v_threshold: [0.5, 0.5, 0.5],
    },
    recurrent: { type: 'Linear', weight: numbers([3, 3], 0, -2, 0, 0, 0, -2, 1, 1, 0) },
    second: { type: 'Linear', weight: numbers([1, 3], 7, 10, -4) },
    last: {
      type: 'CubaLIF',
      tau_mem: [0.002],
      tau_syn: [0.001],
      r: [1],
      v_leak: [0],
      v_threshold: [0.25],
      v_reset: [0],
      w_in: [1],
    },
    output: { type: 'Output', shape: [1] },
  },
  [
    ['input', 'first'],
    ['first', 'hidden'],
    ['hidden', 'recurrent'],
    ['recurrent', 'hidden'],
    ['hidden', 'second'],
    ['second', 'last'],
    ['last', 'output'],
  ],
)

/** A file of this repository. */
export const fixture = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url))

/** A graph without a file. */
export const memoryGraph = (tree: Tree): NirGraph => readGraph(memoryFolder(tree))

/** A tree as an open file would show it, without a file: for what has nothing to do with HDF5. */
export function memoryFolder(tree: Tree, file = 'x.nir'): Folder {
  return {
    file,
    names: () => Object.keys(tree).sort(),
    has: (name) => Object.hasOwn(tree, name),
    folder: (name) => memoryFolder(tree[name] as Tree, file),
    values: (name) => memoryValues(tree[name]),
  }
}

function memoryValues(value: Tree[string]): Values {
  if (typeof value === 'string') return { shape: [], words: [value] }
  if (value instanceof Numbers) return { shape: value.shape, numbers: Float64Array.from(value.data, Number) }
  const list = value as readonly (number | readonly string[])[]
  if (list.every((one) => typeof one === 'number')) return { shape: [list.length], numbers: Float64Array.from(list) }
  const pairs = list as readonly (readonly string[])[]
  return { shape: [pairs.length, pairs[0].length], words: pairs.flat() }
}

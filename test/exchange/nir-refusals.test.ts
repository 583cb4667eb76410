import { describe, expect, it } from 'vitest'
import { InsituError } from '../../src/errors.ts'
import { NODE_TYPES, readNir } from '../../src/exchange/nir/index.ts'
import { readGraph } from '../../src/exchange/nir/read.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { hdf5File, Numbers, type Tree } from './hdf5-file.ts'
import { chainTree, fixture, graphOf, graphTree, memoryFolder, numbers, TWO_LAYERS } from './networks.ts'

const refused = async (bytes: Uint8Array) =>
  readNir(bytes, 'x.nir').then(
    () => undefined,
    (error: unknown) => error,
  )

const whole = TWO_LAYERS.node as { type: string; nodes: Tree; edges: readonly (readonly [string, string])[] }
/** The network with one node changed, or left out. */
const but = (name: string, fields?: Tree) =>
  graphTree(
    Object.fromEntries(
      Object.entries(whole.nodes).flatMap(([key, value]) =>
        key !== name ? [[key, value]] : fields === undefined ? [] : [[key, { ...(value as Tree), ...fields }]],
      ),
    ),
    whole.edges,
  )
const edges = (...more: readonly (readonly [string, string])[]) => graphTree(whole.nodes, [...whole.edges, ...more])
const without = (node: string, field: string) => {
  const { [field]: _, ...rest } = whole.nodes[node] as Tree
  return graphTree({ ...whole.nodes, [node]: rest }, whole.edges)
}
const lif = { type: 'LIF', tau: [1], r: [1], v_leak: [0], v_threshold: [1] }
const conv = { type: 'Conv2d', bias: [0], stride: [1], padding: [0], dilation: [1], groups: [1] }
const pool = { type: 'SumPool2d', kernel_size: [3], stride: [1], padding: [0] }
const image = (shape: readonly number[], node: Tree) =>
  graphTree({ input: { type: 'Input', shape: [...shape] }, node, lif, output: { type: 'Output', shape: [1] } }, [
    ['input', 'node'],
    ['node', 'lif'],
    ['lif', 'output'],
  ])

const CASES: readonly (readonly [string, Tree, string, RegExp])[] = [
  ['an HDF5 file of another kind', { data: [1, 2] }, 'CONFIG', /x\.nir: wanted a group "node", found data/],
  ['a graph that is none', { node: { type: 'LIF' } }, 'CONFIG', /type must be "NIRGraph", found "LIF"/],
  ['a graph without nodes', { node: { type: 'NIRGraph' } }, 'CONFIG', /nodes must be a group, found nothing/],
  ['a graph without edges', { node: { type: 'NIRGraph', nodes: { lif } } }, 'CONFIG', /edges must be pairs/],
  [
    'edges of three ends',
    { node: { ...whole, edges: [['a', 'b', 'c']] } },
    'CONFIG',
    /pairs of names, found shape \[1, 3\]/,
  ],
  ['edges that are numbers', { node: { ...whole, edges: [1, 2] } }, 'CONFIG', /pairs of names, found numbers/],
  ['an unknown type', but('first', { type: 'Dropout' }), 'CONFIG', /node "first": nodes of type "Dropout"/],
  ['a graph in a graph', but('first', { type: 'NIRGraph' }), 'CONFIG', /node "first": nodes of type "NIRGraph"/],
  ['a type that is a number', but('first', { type: [1] }), 'CONFIG', /node "first": type must be one word/],
  ['a missing field', without('hidden', 'tau'), 'CONFIG', /node "hidden": tau is missing; it has r, type/],
  ['words for numbers', but('hidden', { tau: 'fast' }), 'CONFIG', /tau must be numbers, found "fast"/],
  [
    'a weight of one axis',
    but('first', { weight: [1, 2] }),
    'CONFIG',
    /weight must be an array of 2 axes, found shape \[2\]/,
  ],
  [
    'NaN',
    but('hidden', { tau: [1, Number.NaN, 1] }),
    'NOT_FINITE',
    /node "hidden": tau must be finite, found NaN at 1/,
  ],
  ['an infinite weight', but('second', { weight: numbers([1, 3], 1, Infinity, 1) }), 'NOT_FINITE', /"second": weight/],
  ['a time constant of 0', but('hidden', { tau: [1, 0, 1] }), 'LIMIT', /tauMem of neuron 1 must be above 0 s, found 0/],
  ['a threshold at the reset', but('last', { v_reset: [0.25] }), 'LIMIT', /neuron 0 would never stop spiking/],
  ['parameters of two shapes', but('hidden', { r: [1, 1] }), 'SHAPE', /node "hidden": r is 2, other parameters are 3/],
  ['a bias of another length', but('first', { bias: [1, 2] }), 'SHAPE', /node "first": bias has shape \[2\], wanted 3/],
  [
    'an edge that does not fit',
    but('second', { weight: numbers([1, 2], 1, 2) }),
    'SHAPE',
    /hidden -> second does not fit: "hidden" gives 3, "second" takes 2/,
  ],
  [
    'an edge to nowhere',
    edges(['hidden', 'third']),
    'CONFIG',
    /hidden -> third needs a node "third", which is not there/,
  ],
  ['an edge into the input', edges(['hidden', 'input']), 'CONFIG', /hidden -> input runs the wrong way/],
  ['an edge out of the output', edges(['output', 'hidden']), 'CONFIG', /output -> hidden runs the wrong way/],
  ['an edge given twice', edges(['input', 'first']), 'CONFIG', /input -> first is there twice/],
  [
    'no input',
    graphTree({ lif, output: { type: 'Output', shape: [1] } }, [['lif', 'output']]),
    'CONFIG',
    /one node of type Input, found none/,
  ],
  [
    'two outputs',
    graphTree({ ...whole.nodes, other: { type: 'Output', shape: [1] } }, whole.edges),
    'CONFIG',
    /of type Output, found "other", "output"/,
  ],
  [
    'a node nobody reaches',
    graphTree({ ...whole.nodes, lost: lif }, [...whole.edges, ['lost', 'last']]),
    'CONFIG',
    /node "lost" is not reached from the input/,
  ],
  [
    'a node that leads nowhere',
    graphTree({ ...whole.nodes, end: { ...lif, tau: [1, 1, 1] } }, [...whole.edges, ['hidden', 'end']]),
    'CONFIG',
    /node "end" leads to no output/,
  ],
  [
    'a loop without neurons',
    edges(['recurrent', 'recurrent']),
    'CONFIG',
    /the loop recurrent -> recurrent has no neurons/,
  ],
  ['an enormous shape', but('input', { shape: [2 ** 20, 2 ** 20] }), 'LIMIT', /node "input": 1048576 x 1048576 values/],
  ['a shape of 0', but('input', { shape: [0] }), 'CONFIG', /shape must be whole numbers from 1, found 0/],
  [
    'channels that differ',
    image([3, 4, 4], { ...conv, weight: new Numbers([1, 2, 4, 4], new Float64Array(32).fill(1)) }),
    'SHAPE',
    /3 channels arrive, the weight has 2/,
  ],
  [
    'groups that do not divide',
    image([2, 4, 4], { ...conv, groups: [2], weight: new Numbers([1, 1, 4, 4], new Float64Array(16).fill(1)) }),
    'CONFIG',
    /groups must be a divisor of the 1 output channels/,
  ],
  ['a window larger than the image', image([1, 2, 2], pool), 'SHAPE', /a window of 3 does not fit into 2/],
  ['a pool of a list', image([9], pool), 'SHAPE', /wanted channels x rows x columns, 9 arrives/],
  [
    'an unknown padding',
    image([1, 4, 4], { ...conv, padding: 'full', weight: numbers([1, 1, 1, 1], 1) }),
    'CONFIG',
    /padding must be numbers, "same" or "valid", found "full"/,
  ],
  [
    'axes that are not there',
    image([1, 4], { type: 'Flatten', start_dim: [1], end_dim: [5] }),
    'SHAPE',
    /axes 1 to 5 cannot be flattened/,
  ],
]

/** What only a real file can get wrong. */
const KINDS: typeof CASES = [
  [
    'a node that is a dataset',
    graphTree({ ...whole.nodes, first: [1] }, whole.edges),
    'CONFIG',
    /first: wanted a group, found a dataset/,
  ],
  ['a field that is a group', but('hidden', { tau: { a: [1] } }), 'CONFIG', /tau: wanted a dataset, found a group/],
]

describe('NIR files are refused by name', () => {
  it.each(CASES)('%s', (_, tree, code, message) => {
    const found = expect.objectContaining({ code, message: expect.stringMatching(message) })
    expect(() => readGraph(memoryFolder(tree))).toThrow(found)
    expect(() => readGraph(memoryFolder(tree))).toThrow(/^x\.nir: /)
  })

  it.each([...KINDS, CASES[0]])('%s, in a file', async (_, tree, code, message) => {
    const error = await refused(await hdf5File(tree))
    expect(error).toBeInstanceOf(InsituError)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('bytes that are no HDF5 file, or end too early', async () => {
    const good = fixture('nir/two-layers.nir')
    for (const bytes of [
      new Uint8Array(0),
      new TextEncoder().encode('hello'),
      good.subarray(0, 9000),
      good.subarray(8),
    ]) {
      const error = await refused(bytes)
      expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringMatching(/^x\.nir: wanted an HDF5 file; /) })
    }
  })

  it('what is supported is listed', async () => {
    const error = await refused(await hdf5File(but('first', { type: 'Dropout' })))
    for (const type of NODE_TYPES) expect((error as InsituError).hint).toContain(type)
  })

  it('damaged files are read or refused, and leave the reader as it was', async () => {
    const good = fixture('nir/two-layers.nir')
    const { word } = draws(7, STREAM.testInputs)
    let refusals = 0
    for (let n = 0; n < 12; n++) {
      const bytes = Uint8Array.from(good)
      const from = word(3 * n) % good.length
      bytes.fill(word(3 * n + 1), from, from + 1 + (word(3 * n + 2) % 400))
      const error = await refused(bytes)
      if (error === undefined) continue
      refusals++
      expect(error).toBeInstanceOf(InsituError)
    }
    expect(refusals).toBeGreaterThan(3)
    expect((await readNir(good, 'good')).nodes.size).toBe(7)
    expect((await graphOf(chainTree(1, { lif }, 1))).nodes.size).toBe(3)
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readNir } from '../../src/exchange/nir/index.ts'
import { hdf5File, Numbers } from './hdf5-file.ts'
import { chainTree, fixture, graphOf, numbers, TWO_LAYERS } from './networks.ts'

const EXTERNAL = new URL('../../../shared/data/external/', import.meta.url)
const present = existsSync(new URL('lif_norse.nir', EXTERNAL))
if (!present)
  console.warn('SKIPPED: networks of other programs are read from ../shared/data/external, which is not there')

const lif = (...more: readonly number[]) => ({
  type: 'LIF',
  tau: [0.01, ...more],
  r: [1],
  v_leak: [0],
  v_threshold: [1],
})

describe('reading NIR files', () => {
  it('the fixture is the network written down here', async () => {
    const read = await readNir(fixture('nir/two-layers.nir'), 'two-layers.nir')
    const made = await graphOf(TWO_LAYERS, 'two-layers.nir')
    expect(read).toEqual(made)
    expect([...read.shapes.keys()].sort()).toEqual([
      'first',
      'hidden',
      'input',
      'last',
      'output',
      'recurrent',
      'second',
    ])
    expect(read.edges).toHaveLength(7)
  })

  it('gives every neuron its parameters, and those the file leaves out their defaults', async () => {
    const { nodes } = await graphOf(TWO_LAYERS)
    expect(nodes.get('hidden')).toMatchObject({
      type: 'LIF',
      shape: [3],
      tauMem: Float64Array.of(0.002, 0.003, 0.004),
      vReset: new Float64Array(3),
      wIn: Float64Array.of(1, 1, 1),
    })
    const spread = await graphOf(chainTree(2, { lif: lif(0.02) }, 2))
    expect(spread.nodes.get('lif')).toMatchObject({ r: Float64Array.of(1, 1), vThreshold: Float64Array.of(1, 1) })
  })

  it('takes numbers of any width', async () => {
    const tree = chainTree(
      1,
      {
        a: { type: 'Linear', weight: new Numbers([1, 1], Float32Array.of(0.5)) },
        lif: { ...lif(), tau: new Numbers([1], Int32Array.of(2)), r: new Numbers([1], BigInt64Array.of(3n)) },
      },
      1,
    )
    const { nodes } = await graphOf(tree)
    expect(nodes.get('a')).toMatchObject({ weight: Float64Array.of(0.5) })
    expect(nodes.get('lif')).toMatchObject({ tauMem: Float64Array.of(2), r: Float64Array.of(3) })
  })

  it('finds the shapes of convolutions, pools and what is flattened', async () => {
    const image = (shape: readonly number[]) => ({ type: 'Input', shape: [...shape] })
    const tree = chainTree(
      0,
      {
        conv: {
          type: 'Conv2d',
          weight: new Numbers([4, 1, 3, 3], new Float64Array(36).fill(1)),
          bias: [0, 0, 0, 0],
          stride: [2, 1],
          padding: [1, 0],
          dilation: [1],
          groups: numbers([], 2),
        },
        pool: { type: 'SumPool2d', kernel_size: [2, 2], stride: [2, 2], padding: [0, 0] },
        flat: { type: 'Flatten', start_dim: numbers([], 0), end_dim: numbers([], -1), input_type: [4, 2, 3] },
        lif: { ...lif(), tau: new Numbers([24], new Float64Array(24).fill(0.01)) },
      },
      24,
    )
    const nodes = (tree.node as { nodes: Record<string, unknown> }).nodes
    nodes.input = image([2, 8, 8])
    const { shapes } = await graphOf(tree)
    expect(shapes.get('conv')).toEqual({ input: [2, 8, 8], output: [4, 4, 6] })
    expect(shapes.get('pool')).toEqual({ input: [4, 4, 6], output: [4, 2, 3] })
    expect(shapes.get('flat')).toEqual({ input: [4, 2, 3], output: [24] })
  })

  it.skipIf(!present)('networks of other programs', async () => {
    const read = async (file: string) => (await readNir(readFileSync(new URL(file, EXTERNAL)), file)).shapes
    expect((await read('cnn_sinabs.nir')).get('7')).toEqual({ input: [8, 8, 8], output: [8, 4, 4] })
    expect((await read('braille_bias_zero.nir')).get('lif1.lif')?.input).toEqual([38])
    expect((await read('braille_nobias_subtract.nir')).get('lif1.w_rec')?.output).toEqual([40])
    expect((await read('lif_norse.nir')).get('1')?.input).toEqual([1])
  })

  it('reads two files at once', async () => {
    const [small, large] = [chainTree(1, { lif: lif() }, 1), TWO_LAYERS]
    const files = await Promise.all([small, large, small].map(hdf5File))
    const graphs = await Promise.all(files.map((bytes, n) => readNir(bytes, `file ${n}`)))
    expect(graphs.map(({ name, nodes }) => [name, nodes.size])).toEqual([
      ['file 0', 3],
      ['file 1', 7],
      ['file 2', 3],
    ])
  })
})

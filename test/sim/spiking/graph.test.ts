import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileNetwork, deviation, spikingModel, traceSpikes } from '../../../sim/index.ts'
import { deliver } from '../../../sim/spiking/synapses.ts'
import { windows } from '../../../sim/spiking/windows.ts'
import { readNir } from '../../../src/exchange/nir/index.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { chainTree, graphTree, memoryGraph, numbers, TWO_LAYERS } from '../../exchange/networks.ts'

const EXTERNAL = new URL('../../../../shared/data/external/', import.meta.url)
const present = existsSync(new URL('lif_norse.nir', EXTERNAL))
if (!present) console.warn('SKIPPED: networks of other programs run from ../shared/data/external, which is not there')

const MODELS = ['exact', 'euler', 'loihi2'] as const
const { uniform } = draws(11, STREAM.testInputs)
const someSpikes = (length: number, share: number) => Float64Array.from({ length }, (_, i) => +(uniform(i) < share))

describe('graphs', () => {
  it('unrolls operators and merges them: a pool, a scale and two matrices are one set of synapses', () => {
    const graph = memoryGraph(
      chainTree(
        2,
        {
          a: { type: 'Affine', weight: numbers([3, 2], 1, 2, 3, 4, 5, 6), bias: [1, 2, 3] },
          s: { type: 'Scale', scale: [2, -1, 0] },
          b: { type: 'Affine', weight: numbers([2, 3], 1, 1, 1, 0, 1, 2), bias: [0.5, -0.5] },
          lif: { type: 'LIF', tau: [1, 1], r: [1, 1], v_leak: [0, 0], v_threshold: [9, 9] },
        },
        2,
      ),
    )
    const { populations, projections } = compileNetwork(graph)
    expect(projections.map(({ path, from, to }) => [path, from, to])).toEqual([
      ['input -> a -> s -> b -> lif', 'drive', 0],
    ])
    // b (s (a x + bias)): with x = (1, 10).
    const into = populations[0].bias.slice()
    deliver(projections[0].synapses, [1, 10], into)
    const mid = [2 * (1 + 20 + 1), -(3 + 40 + 2), 0]
    expect([...into]).toEqual([mid[0] + mid[1] + 0.5, mid[1] - 0.5])
  })

  it('follows chains of operators as long as a file may have them', () => {
    const scales = Array.from(
      { length: 4000 },
      (_, n) => [`s${n}`, { type: 'Scale', scale: [n === 7 ? 3 : 1] }] as const,
    )
    const lif = { type: 'LIF', tau: [1], r: [1], v_leak: [0], v_threshold: [9] }
    const { projections } = compileNetwork(memoryGraph(chainTree(1, { ...Object.fromEntries(scales), lif }, 1)))
    expect(projections.map(({ synapses }) => [...synapses.weights])).toEqual([[3]])
  })

  it('refuses part of a row of a drive, and ticks of no length', () => {
    const graph = memoryGraph(TWO_LAYERS)
    expect(() => traceSpikes(spikingModel('exact', graph), new Float64Array(5))).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('5 numbers, wanted rows of 2') }),
    )
    for (const dt of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => spikingModel('exact', graph, { dt })).toThrow(`dt must be above 0 s, got ${dt}`)
  })

  it.each([
    [{ channels: 4, out: 6, groups: 2, kernel: [3, 2], stride: [2, 1], padding: [1, 2], dilation: [1, 2] }],
    [{ channels: 1, out: 1, groups: 1, kernel: [2, 3], stride: [1, 3], padding: [0, 0], dilation: [2, 1] }],
  ] as const)(
    'a convolution is the sum over its windows: %o',
    ({ channels, out, groups, kernel, stride, padding, dilation }) => {
      const [rows, columns] = [5, 6]
      const size = ([5, 6] as const).map(
        (length, a) => Math.floor((length + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1) / stride[a]) + 1,
      )
      const [input, output] = [
        [channels, rows, columns],
        [out, size[0], size[1]],
      ]
      const weight = (o: number, c: number, y: number, x: number) => uniform(1000 + ((o * 9 + c) * 9 + y) * 9 + x) - 0.5
      const image = Float64Array.from({ length: channels * rows * columns }, (_, i) => uniform(i))
      const found = new Float64Array(out * size[0] * size[1])
      deliver(windows({ input, output, kernel, stride, padding, dilation }, { groups, weight }, 'test'), image, found)
      const [inGroup, outGroup] = [channels / groups, out / groups]
      for (let o = 0; o < out; o++)
        for (let y = 0; y < size[0]; y++)
          for (let x = 0; x < size[1]; x++) {
            let sum = 0
            for (let c = 0; c < inGroup; c++)
              for (let ky = 0; ky < kernel[0]; ky++)
                for (let kx = 0; kx < kernel[1]; kx++) {
                  const [iy, ix] = [
                    y * stride[0] + ky * dilation[0] - padding[0],
                    x * stride[1] + kx * dilation[1] - padding[1],
                  ]
                  if (iy < 0 || iy >= rows || ix < 0 || ix >= columns) continue
                  const from = Math.floor(o / outGroup) * inGroup + c
                  sum += weight(o, c, ky, kx) * image[(from * rows + iy) * columns + ix]
                }
            expect(found[(o * size[0] + y) * size[1] + x]).toBeCloseTo(sum, 12)
          }
    },
  )

  it('a spike is felt in the next tick, forwards and in loops alike', () => {
    const cell = { type: 'IF', r: [1], v_threshold: [0.6] }
    const graph = memoryGraph(
      graphTree(
        {
          input: { type: 'Input', shape: [1] },
          one: cell,
          two: cell,
          back: { type: 'Linear', weight: numbers([1, 1], 1) },
          output: { type: 'Output', shape: [1] },
        },
        [
          ['input', 'one'],
          ['one', 'two'],
          ['two', 'back'],
          ['back', 'one'],
          ['two', 'output'],
        ],
      ),
    )
    const network = compileNetwork(graph)
    const spikesOf = (name: (typeof MODELS)[number], population: number) => [
      ...traceSpikes(spikingModel(name, network, { dt: 1 }), Float64Array.of(1, 0, 0, 0, 0, 0), population).spikes,
    ]
    for (const name of ['euler', 'loihi2'] as const) {
      const late = name === 'loihi2' ? [0] : []
      expect(spikesOf(name, 0)).toEqual([...late, 1, 0, 1, 0, 1, 0].slice(0, 6))
      expect(spikesOf(name, 1)).toEqual([...late, 0, 1, 0, 1, 0, 1].slice(0, 6))
    }
    expect(spikesOf('exact', 0).slice(0, 2)).toEqual([1, 0])
    expect(spikesOf('exact', 1).slice(0, 2)).toEqual([0, 1])
  })

  it('every model says how far it is from the exact solution, which is not at all for that itself', () => {
    const graph = memoryGraph(TWO_LAYERS)
    const drive = someSpikes(2 * 200, 0.4)
    const exact = traceSpikes(spikingModel('exact', graph), drive)
    expect(exact.times[0].length).toBeGreaterThan(5)
    for (const name of MODELS) {
      const model = spikingModel(name, graph)
      const far = deviation(model, traceSpikes(model, drive), exact)
      if (name === 'exact')
        expect(far).toEqual({ membraneRms: 0, membraneMax: 0, spikes: 0, shiftMean: 0, shiftMax: 0 })
      else expect(far.membraneRms).toBeGreaterThan(0)
    }
  })

  it.each([
    [
      'an output fed by an operator',
      { lif: { type: 'IF', r: [1], v_threshold: [1] }, a: { type: 'Linear', weight: numbers([1, 1], 1) } },
      /found "a" \(Linear\)/,
    ],
    [
      'membranes that lead on',
      { li: { type: 'LI', tau: [1], r: [1], v_leak: [0] }, lif: { type: 'IF', r: [1], v_threshold: [1] } },
      /node "li" of type LI leads to "lif"/,
    ],
  ])('refuses %s', (_, nodes, message) => {
    const graph = memoryGraph(chainTree(1, nodes, 1))
    expect(() => compileNetwork(graph)).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }),
    )
  })

  it.skipIf(!present).each([
    ['lif_norse.nir', 300, 0.3],
    ['braille_bias_zero.nir', 60, 0.2],
    ['braille_nobias_subtract.nir', 60, 0.3],
    ['cnn_sinabs.nir', 5, 0.1],
  ])('%s runs in all three models', async (file, ticks, share) => {
    const network = compileNetwork(await readNir(readFileSync(new URL(file, EXTERNAL)), file))
    const drive = someSpikes(ticks * network.inputs, share)
    for (const name of MODELS) {
      const model = spikingModel(name, network)
      // The first neurons: spikes need more ticks than these to cross six layers.
      const { spikes, membranes } = traceSpikes(model, drive, 0)
      expect(spikes.reduce((a, b) => a + b)).toBeGreaterThan(0)
      expect(membranes.every(Number.isFinite)).toBe(true)
    }
  })
})

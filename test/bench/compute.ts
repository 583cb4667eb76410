import { uniformTheta } from '../../devices/index.ts'
import { oracle } from '../../sim/chip/engine.ts'
import { makeNet } from '../../sim/chip/forward.ts'
import { GENERATED_LIMIT, generated } from '../../sim/chip/generated.ts'
import { drawNeurons } from '../../sim/chip/mismatch.ts'
import { simd } from '../../sim/chip/simd.ts'
import { chipBody, simulator } from '../../sim/index.ts'
import { createCode, isSignSource } from '../../src/codes/code.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { type Contender, race } from './measure.ts'
import { nativeRates, numpyRates } from './native.ts'
import type { BenchOptions, Part, Ratio, Result } from './part.ts'

const BLOCK = 256
const BLOCKS = [1, 16, 64, 256]

/** Perturb and measure on the simulated chip: the loops alone, the simulator, and the way through the contract. */
export const compute: Part = {
  name: 'compute',
  about: 'simulated chip: bare loop, simulator, Device in blocks, against C and numpy',
  run: async (options) => [
    await chip([2, 2, 1], options),
    await chip([4, 5, 3], options),
    await chip([49, 4, 4], options),
  ],
}

async function chip(layers: readonly number[], { short }: BenchOptions): Promise<Result> {
  const [rounds, seconds] = short ? [3, 0.05] : [9, 0.15]
  const rates = await race(contenders(layers), rounds, seconds)
  const peers = [nativeRates(layers, BLOCK, rounds, seconds), numpyRates(layers, Math.min(rounds, 3), seconds)]
  for (const peer of peers) if (typeof peer !== 'string') for (const [name, rate] of peer) rates.set(name, rate)
  const ratio = (of: string, to: string, bar?: number): readonly Ratio[] => {
    const [a, b] = [rates.get(of), rates.get(to)]
    if (a === undefined || b === undefined) return []
    return [{ name: `${of} / ${to}`, value: a / b, ...(bar !== undefined && { least: bar }) }]
  }
  const tiny = layers.join('-') === '2-2-1'
  const best = rates.has('C -O3, written-out') ? 'C -O3, written-out' : 'C -O3, generic'
  return {
    part: `compute ${layers.join('-')}`,
    rows: [...rates].map(([name, rate]) => ({ name, rate, unit: 'slots/s' })),
    ratios: [
      ...ratio('simulator', best, tiny ? 0.45 : undefined),
      ...ratio('simulator', 'bare loop'),
      ...ratio('Device, blocks of 256', 'simulator', 0.5),
      ...ratio('Device, blocks of 64', 'bare loop', tiny ? 0.5 : undefined),
      ...ratio('Device, blocks of 256', 'numpy', tiny ? 40 : undefined),
    ],
    skipped: peers.filter((peer) => typeof peer === 'string'),
  }
}

function contenders(layers: readonly number[]): readonly Contender[] {
  const spec = { layers, activation: 'sigmoid' } as const
  const net = makeNet(spec, drawNeurons(spec, 0, 1))
  const { paramCount, inputs, outputs } = net.layout
  const theta = uniformTheta(spec, -0.5, 0.5, 1)
  const code: Code = {
    kind: 'code',
    family: 'random',
    seed: 1,
    first: 0,
    amplitudes: new Array<number>(2 * (layers.length - 1)).fill(0.01),
    hold: 1,
    pairing: 'single',
  }
  const data = fillUniform(draws(1, STREAM.testInputs), 0, 1, new Float64Array(BLOCK * inputs))
  const into = new Float64Array(BLOCK * outputs)
  let first = 0
  const block = (slots: number): Block => {
    first = (first + slots) % 2 ** 31
    const drive = { kind: 'track', data: slots === BLOCK ? data : data.subarray(0, slots * inputs), hold: 1 } as const
    return { slots, drive, delta: { ...code, first } }
  }
  const source = createCode('random', 1, paramCount)
  const words = new Uint32Array(BLOCK * Math.ceil(paramCount / 32))
  const pairs = Float64Array.from({ length: 2 * paramCount }, (_, n) => theta[n >> 1] + (n % 2 === 0 ? 0.01 : -0.01))
  const loop = (name: string, engine: ReturnType<typeof oracle>): Contender => ({
    name,
    work() {
      first = (first + BLOCK) % 2 ** 31
      if (isSignSource(source)) source.words(first, BLOCK, words)
      engine.signs(pairs, words, 1, BLOCK, data, 1, into)
      return BLOCK
    },
  })
  const body = chipBody({ layers })
  body.store(theta)
  const device = attach(simulator(chipBody({ layers })))
  return [
    loop('readable loop', oracle(net)),
    loop('bare loop', (paramCount <= GENERATED_LIMIT ? generated : simd)(net)),
    {
      name: 'simulator',
      work() {
        body.run(block(BLOCK), into)
        return BLOCK
      },
    },
    ...BLOCKS.map((slots) => ({
      name: `Device, blocks of ${slots}`,
      async work() {
        for (let n = 0; n < BLOCK; n += slots) await device.measure(block(slots), into)
        return BLOCK
      },
    })),
  ]
}

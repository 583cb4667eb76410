import { describe, expect, test } from 'vitest'
import { type Engine, oracle } from '../../sim/chip/engine.ts'
import { makeNet } from '../../sim/chip/forward.ts'
import { generated } from '../../sim/chip/generated.ts'
import { drawNeurons } from '../../sim/chip/mismatch.ts'
import { simd } from '../../sim/chip/simd.ts'
import { committedKernel, compileKernel, kernelNames } from '../../src/kernels/build.ts'
import { threefryFill } from '../../src/kernels/threefry.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { threefry2x32 } from '../../src/random/threefry.ts'

test.each(kernelNames().map((name) => [name]))(
  'the committed module %s is what its source compiles to',
  async (name) => {
    expect(committedKernel(name)).toBe(await compileKernel(name))
  },
)

test('threefry words, four at a time, equal the reference', () => {
  const pair = new Uint32Array(2)
  for (const [seed, stream, first, per, count] of [
    [1, 1, 0, 1, 9],
    [0xdeadbeef, 3, 0xfffffff0, 4, 44],
    [7, 1, 5, 3, 5000],
    [7, 1, 123, 5000, 6001],
  ]) {
    const words = new Uint32Array(2 * count + 2).fill(9)
    threefryFill(seed, stream, first, per, count, words)
    for (let n = 0; n < count; n++) {
      threefry2x32(seed, stream, first + Math.floor(n / per), n % per, pair)
      expect([words[2 * n], words[2 * n + 1]]).toEqual([...pair])
    }
    expect([words[2 * count], words[2 * count + 1]]).toEqual([9, 9])
  }
})

const nets = [
  [2, 2, 1],
  [4, 5, 3],
  [1, 1],
  [3, 7, 9, 2, 5],
  [49, 4, 4],
  [16, 33, 10],
]
const cases = nets.flatMap((layers) =>
  (['sigmoid', 'tanh', 'relu'] as const).flatMap((activation) =>
    [0, 0.2].map((sigma) => [layers, activation, sigma] as const),
  ),
)

describe('the fast engines give the bits of the oracle', () => {
  test.each(cases)('%j %s, defects %d', (layers, activation, sigma) => {
    const spec = { layers, activation }
    const net = makeNet(spec, drawNeurons(spec, sigma, 3))
    const { inputs, outputs, paramCount } = net.layout
    const values = draws(5, STREAM.testInputs)
    const slots = 23
    const pairs = fillUniform(values, -2, 2, new Float64Array(2 * paramCount))
    const words = Uint32Array.from({ length: slots * Math.ceil(paramCount / 32) }, (_, i) => values.word(i))
    const drive = fillUniform(values, -1, 1, new Float64Array(slots * inputs))
    const run = (engine: Engine) => {
      const into = new Float64Array(7 * slots * outputs + 1).fill(9)
      let at = 0
      const next = () => {
        at += slots * outputs
        return into.subarray(at - slots * outputs, at)
      }
      engine.signs(pairs, words, 1, slots, drive, 1, next())
      engine.signs(pairs, words, 3, slots, drive, 5, next())
      engine.signs(pairs, words, slots, slots, drive, slots, next())
      engine.held(pairs.subarray(0, paramCount), 0, slots, drive, 1, next())
      engine.held(pairs.subarray(0, paramCount), 0, slots, drive, 4, next())
      const split = next()
      for (let t = 0; t < slots; t += 5)
        engine.held(pairs.subarray(0, paramCount), t, Math.min(t + 5, slots), drive, 3, split)
      engine.held(pairs.subarray(0, paramCount), 3, 4, drive, 1, next())
      return [...into]
    }
    const wanted = run(oracle(net))
    expect(wanted.at(-1)).toBe(9)
    expect(wanted.every(Number.isFinite)).toBe(true)
    expect(run(simd(net))).toEqual(wanted)
    expect(run(generated(net))).toEqual(wanted)
  })
})

import { describe, expect, it } from 'vitest'
import { schrodinger } from '../../sim/wave/fields/schrodinger.ts'
import { leapfrog, yoshida4 } from '../../sim/wave/splitting.ts'
import { fft } from '../../src/kernels/wave/fft.ts'
import { fourierTransform } from '../../src/kernels/wave/simd-fourier.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { bothWays } from './wave-states.ts'

const SHAPES = [
  [1, 1],
  [1, 2],
  [1, 4],
  [1, 8],
  [1, 16],
  [1, 128],
  [2, 2],
  [2, 16],
  [4, 8],
  [8, 4],
  [16, 32],
  [32, 16],
  [8, 1],
] as const

describe('in WebAssembly, bit for bit as the plain loops', () => {
  it.each(SHAPES)('the transform of %i x %i numbers and its inverse', (rows, columns) => {
    const [re, im] = [1, 2].map((seed) =>
      fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(rows * columns)),
    )
    const [along, across] = [fft(columns), fft(rows)]
    const { forward, inverse } = fourierTransform({ rows, columns })
    const [x, y, u, v] = [re.slice(), im.slice(), re.slice(), im.slice()]
    for (const [plain, fast] of [
      ['forward', forward],
      ['inverse', inverse],
      ['inverse', inverse],
    ] as const) {
      for (let r = 0; r < rows; r++) along[plain](x, y, r * columns)
      for (let c = 0; c < columns; c++) across[plain](x, y, c, columns)
      fast(u, v)
      expect(u).toEqual(x)
      expect(v).toEqual(y)
    }
  })

  it.each(SHAPES)('steps of a Schroedinger field of %i x %i', (rows, columns) => {
    for (const [inertia, splitting] of [
      [Number.POSITIVE_INFINITY, leapfrog],
      [20, yoshida4],
    ] as const) {
      const field = schrodinger({ rows, columns, g: 3, inertia })
      const stepper = field.stepper?.(splitting, 0.1)
      if (stepper === undefined) throw new Error('no compiled steps')
      const { seen, wanted } = bothWays(field, stepper, splitting, 0.1, 12)
      expect(seen).toEqual(wanted)
      expect(seen[0].q.every(Number.isFinite)).toBe(true)
      expect(seen[0].momentum).not.toEqual(seen[1].momentum)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { mgdChipTwin, thzEncoder, thzEncoderTwin } from '../../../sim/index.ts'
import { attach } from '../../../src/contract/device.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { expected } from '../../../src/twins/ask.ts'
import { chainTwin } from '../../../src/twins/chain.ts'
import { requireSlopes } from '../../../src/twins/differences.ts'
import { startParameters, type Twin, type TwinPoint } from '../../../src/twins/twin.ts'

const ROWS = 3
const MADE = { pixels: 6, patterns: 4, beam: { wave: 1.2e-3, light: 1.5e-3 } } as const

function somewhere(twin: Twin, low: number): TwinPoint {
  const random = draws(4, STREAM.testInputs)
  let n = 0
  const between = (length: number, from: number) =>
    Float64Array.from({ length }, () => from + (1 - from) * random.uniform(n++))
  return {
    theta: between(twin.width.theta, low),
    drive: between(ROWS * twin.width.drive, 0),
    rows: ROWS,
    parameters: startParameters(twin).map((value) => value + 0.1 * random.normal(n++)),
  }
}

async function read(options: Parameters<typeof thzEncoder>[0], { theta, drive }: TwinPoint): Promise<Float64Array> {
  await using device = attach(thzEncoder(options))
  await device.store(theta)
  const into = new Float64Array(ROWS * options.patterns)
  await device.measure({ slots: ROWS, drive: { kind: 'track', data: drive, hold: 1 } }, into)
  return into
}

describe('the twin of the THz encoder', () => {
  it.each([
    ['pairs', true],
    ['single frames', false],
  ])('has the slopes of its own differences by patterns, scenes and its parameters: %s', async (_, differential) => {
    const twin = thzEncoderTwin({ ...MADE, differential })
    await requireSlopes(twin, somewhere(twin, differential ? -1 : 0), { tolerance: 1e-6, most: 24 })
  })

  it.each([
    ['pairs', true],
    ['single frames', false],
  ])('expects what the ideal machine gives: %s', async (_, differential) => {
    const made = { ...MADE, beam: {}, differential }
    const twin = thzEncoderTwin(made)
    const point = { ...somewhere(twin, 0), parameters: startParameters(twin) }
    const [wanted, found] = [await read(made, point), await expected(twin, point)]
    // Sums over cells and over pixels in another order.
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i], 12)
  })

  it('has in its parameters what light does on each pixel', async () => {
    const made = { ...MADE, beam: { light: 1.5e-3 }, fineness: 1 }
    const twin = thzEncoderTwin(made)
    const point = { ...somewhere(twin, -1), parameters: startParameters(twin) }
    const light = point.parameters.subarray(2 * MADE.patterns)
    for (let p = 0; p < 36; p++) {
      const [x, y] = [((p % 6) - 2.5) * 320e-6, (Math.floor(p / 6) - 2.5) * 320e-6]
      light[p] = Math.exp(-(x * x + y * y) / 1.5e-3 ** 2)
    }
    const [wanted, found] = [await read(made, point), await expected(twin, point)]
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i], 12)
  })

  it('hands slopes on from a chip behind it', async () => {
    const twin = chainTwin(thzEncoderTwin(MADE), mgdChipTwin({ layers: [4, 3, 2], activation: 'sigmoid' }))
    await requireSlopes(twin, somewhere(twin, -1), { tolerance: 1e-6, most: 24 })
  })
})

import { describe, expect, it } from 'vitest'
import { FixedTheta } from '../../drivers/wire/fixed.ts'
import { firmwareTwin, mgdChip } from '../../sim/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { Family } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { layoutOf } from '../../src/wire/index.ts'
import { wired } from './bench.ts'

const FAMILIES: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']
const P = 43
const chip = () => mgdChip({ layers: [4, 5, 3] })
/** Uniform numbers; each `list` has its own. */
const numbers = (low: number, high: number, count: number, list = 0) =>
  fillUniform(draws(7 + list, STREAM.testInputs), low, high, new Float64Array(count))

/** The same work on a chip in the process and behind frames so small that it takes many. */
async function both<T>(
  work: (machine: Backend & Pick<Facets, 'codes' | 'learn' | 'state'>) => Promise<T>,
): Promise<readonly [T, T]> {
  const inside = await work(chip())
  const { wire } = await wired(chip(), { server: { maxFrame: 300 } })
  const outside = await work(wire as unknown as Backend & Pick<Facets, 'codes' | 'learn' | 'state'>)
  await wire[Symbol.asyncDispose]()
  return [inside, outside]
}

describe.each(FAMILIES)('in many frames, %s', (family) => {
  const code = { kind: 'code', family, seed: 5, first: 40, hold: 1, pairing: 'single' } as const
  const amplitudes = [0.1, 0.05, 0.1, 0.2]

  it('replays the codes that one request would replay', async () => {
    const [inside, outside] = await both(async (machine) => {
      const device = attach(machine)
      const theta = new Float64Array(P)
      await device.store(numbers(-1, 1, P))
      await device.codes.apply({ ...code, amplitudes }, numbers(-0.1, 0.1, 200, 1), theta)
      return theta
    })
    expect(outside).toEqual(inside)
  })

  it.each([1, 3, 5])(
    'measures pairs of opposite codes over inputs held %i slots as one request would',
    async (hold) => {
      const slots = 40
      const drive = { kind: 'track', data: numbers(-1, 1, 4 * Math.ceil(slots / hold), 4), hold } as const
      const delta = { ...code, hold: 1, pairing: 'opposite', amplitudes } as const
      const [inside, outside] = await both(async (machine) => {
        const device = attach(machine)
        const into = new Float64Array(3 * slots)
        await device.store(numbers(-1, 1, P))
        await device.measure({ slots, drive, delta }, into)
        return into
      })
      expect(outside).toEqual(inside)
    },
  )

  it('learns what one request would learn', async () => {
    const rows = 40
    const job = {
      rows,
      drive: numbers(-1, 1, 4 * rows, 2),
      target: numbers(0, 1, 3 * rows, 3),
      hold: 6,
      updateEvery: 4,
    }
    const [inside, outside] = await both(async (machine) => {
      const device = attach(machine)
      const [theta, costs] = [new Float64Array(P), new Float64Array(rows)]
      await device.store(numbers(-1, 1, P))
      const { slots } = await device.learn.run({ ...job, code: { ...code, amplitudes }, rate: 0.5 }, costs, theta)
      return [theta, costs, slots]
    })
    expect(outside).toEqual(inside)
  })

  it('is followed by the host to the last bit of fixed point', async () => {
    const twin = firmwareTwin({ layers: [4, 5, 3] })
    const fixed = new FixedTheta(layoutOf(twin.sheet, 'i16'))
    const theta = numbers(-1, 1, P)
    await twin.store(theta)
    fixed.load(theta)
    // Large increments bring every parameter to some fraction of a count; then come some of a few 2^-16 counts, so many
    // that what rounding leaves behind adds up to a part of a count, which some of the parameters must show.
    for (let n = 0; n < 60; n++) {
      const coefficients = numbers(-32767, 32767, 500, n).map(Math.round)
      const piece = { ...code, first: 500 * n, amplitudes }
      twin.chip.apply(piece, n === 0 ? 4 : 20, coefficients)
      fixed.apply(piece, n === 0 ? 4 : 20, coefficients)
    }
    const [wanted, held] = [new Float64Array(P), new Float64Array(P)]
    fixed.read(held)
    twin.chip.parameters.dac.forEach((count, i) => {
      wanted[i] = count * 2 ** -11
    })
    expect(held).toEqual(wanted)
  })
})

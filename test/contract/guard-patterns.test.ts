import { afterAll, describe, expect, it } from 'vitest'
import { attach } from '../../src/contract/device.ts'
import type { PatternWindow } from '../../src/contract/facets.ts'
import { Bench, contract, type Law, LawBroken, laws } from '../../src/testing/index.ts'
import { FromTheStart, Gappy, PatternToy, Swapped } from './pattern-toy.ts'

contract('toy that makes patterns', () => new PatternToy(), { describe, it, afterAll })

const LAW = 'patterns made on board read as their frames sent as drive'
const WINDOW: PatternWindow = { family: 'hadamard walsh', first: 0, count: 4, pairing: 'opposite', hold: 1 }

describe('the law of patterns', () => {
  it.each([
    ['shows the opposite first', () => new Swapped()],
    ['shows the opposite first, under noise', () => new Swapped({ noise: 0.01, repeatable: false })],
    ['always begins at the first', () => new FromTheStart()],
  ])('catches a machine that %s', async (_why, factory) => {
    const law = laws.find(({ name }) => name === LAW) as Law
    await expect(law.check(await Bench.open(factory))).rejects.toThrow(LawBroken)
  })
})

describe('patterns made on board, behind their guard', () => {
  it('are cut into windows of whole patterns that the machine takes', async () => {
    const toy = new PatternToy({ maxSlots: 5 })
    const device = attach(toy)
    await device.store(Float64Array.from({ length: 10 }, (_, i) => 0.1 * i))
    const [cut, whole] = [new Float64Array(16), new Float64Array(16)]
    const receipt = await device.codes.patterns?.measure(WINDOW, cut)
    expect(toy.windows.map(({ first, count }) => [first, count])).toEqual([
      [0, 2],
      [2, 2],
    ])
    expect(receipt?.slots).toBe(8)
    const other = attach(new PatternToy())
    await other.store(Float64Array.from({ length: 10 }, (_, i) => 0.1 * i))
    await other.codes.patterns?.measure(WINDOW, whole)
    expect(cut).toEqual(whole)
  })

  it('are measured again where a reading was lost, and the receipt says so', async () => {
    const device = attach(new Gappy())
    const into = new Float64Array(16)
    const receipt = await device.codes.patterns?.measure(WINDOW, into)
    expect(receipt?.retries).toBe(1)
    expect(into.every(Number.isFinite)).toBe(true)
  })

  it.each([
    ['a family it does not make', { family: 'raster' }, 'CAPABILITY'],
    ['no patterns', { count: 0 }, 'SHAPE'],
    ['a negative first pattern', { first: -1 }, 'SHAPE'],
    ['half a hold', { hold: 0.5 }, 'SHAPE'],
    ['an unknown pairing', { pairing: 'both' as 'single' }, 'SHAPE'],
    ['patterns longer than an exchange', { hold: 40 }, 'SHAPE'],
    ['too little room', {}, 'SHAPE', 15],
  ])('refuse %s before anything moves', async (_what, change, code, room = undefined) => {
    const toy = new PatternToy()
    const window = { ...WINDOW, ...change }
    const into = new Float64Array(room ?? Math.max(0, window.count * window.hold * 4))
    await expect(attach(toy).codes.patterns?.measure(window, into)).rejects.toMatchObject({ code })
    expect(toy.windows).toHaveLength(0)
  })

  it('refuse a size that is not the drive’s', () => {
    const toy = new PatternToy()
    const codes = { ...toy.codes, patterns: { ...toy.codes.patterns, rows: 3 } }
    expect(() => attach(Object.assign(toy, { codes }) as PatternToy)).toThrow(
      expect.objectContaining({ code: 'SHAPE' }),
    )
  })
})

import { encode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { pngScene, rasterScene, sampled, sceneOf } from '../../src/scenes/index.ts'

const SIDE = 1e-3

/** What a plane of the picture's own pixels sees: its levels. */
function levels(bytes: Uint8Array, size = 2): number[] {
  return Array.from(sampled(pngScene(bytes, SIDE), { rows: size, columns: size, pitch: SIDE / size }))
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 10))
const picture = (data: Uint8Array | Uint16Array, channels: number, depth: 1 | 2 | 4 | 8 | 16 = 8) =>
  encode({ width: 2, height: 2, data, channels, depth })

describe('a picture as a scene', () => {
  it('takes gray levels of 8 and 16 bits as they are', () => {
    expect(levels(picture(Uint8Array.of(0, 51, 102, 255), 1))).toEqual(close([0, 0.2, 0.4, 1]))
    expect(levels(picture(Uint16Array.of(0, 13107, 1, 65535), 1, 16))).toEqual(close([0, 0.2, 1 / 65535, 1]))
  })

  it('unpacks levels of a few bits, row by row', () => {
    // 3 x 3 pixels of one bit: every row takes a byte.
    const bits = encode({
      width: 3,
      height: 3,
      depth: 1,
      channels: 1,
      data: Uint8Array.of(0b10100000, 0b01000000, 0b11100000),
    })
    expect(levels(bits, 3)).toEqual(close([1, 0, 1, 0, 1, 0, 1, 1, 1]))
    const fours = encode({ width: 3, height: 1, depth: 4, channels: 1, data: Uint8Array.of(0x0f, 0x30) })
    expect(levels(fours, 3).slice(3, 6)).toEqual(close([0, 1, 0.2]))
  })

  it('sees nothing pass through transparent pixels', () => {
    expect(levels(picture(Uint8Array.of(255, 255, 255, 0, 255, 51, 102, 255), 2))).toEqual(close([1, 0, 0.2, 0.4]))
    const rgba = Uint8Array.of(255, 255, 255, 255, 255, 0, 0, 255, 0, 255, 0, 255, 255, 255, 255, 0)
    expect(levels(picture(rgba, 4))).toEqual(close([1, 0.2126, 0.7152, 0]))
  })

  it('looks colours of a palette up', () => {
    // fast-png writes no palettes: an indexed file of 2 x 2 pixels, made with Python's zlib.
    const file = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACAgMAAAAP2OW3AAAADFBMVEUAAAD/AAAA/wD///+2fNpDAAAADElEQVR42mMQYNgAAADkAMEZVTv7AAAAAElFTkSuQmCC',
      'base64',
    )
    expect(levels(file)).toEqual(close([0, 0.2126, 0.7152, 1]))
  })

  it('keeps its shape: a wide picture has opaque bands above and below', () => {
    const wide = encode({ width: 4, height: 2, channels: 1, data: new Uint8Array(8).fill(255) })
    const seen = levels(wide, 4)
    expect(seen.slice(0, 4)).toEqual([0, 0, 0, 0])
    expect(seen.slice(4, 12)).toEqual(close(new Array(8).fill(1)))
  })

  it('averages exactly over pixels that lie across its own, and agrees with its points', () => {
    const values = Float64Array.from({ length: 15 }, (_, n) => ((n * 7) % 11) / 11)
    const scene = rasterScene('r', { rows: 5, columns: 3, values }, SIDE)
    const seen = sampled(scene, { rows: 7, columns: 7, pitch: SIDE / 7 })
    const sum = values.reduce((all, value) => all + value, 0)
    expect(seen.reduce((all, value) => all + value, 0) / 49).toBeCloseTo(sum / 25, 12)
    const { mean: _, ...points } = scene
    // 16 points a side see an edge to 1/16 of a pixel.
    sampled(points, { rows: 7, columns: 7, pitch: SIDE / 7 }).forEach((value, n) => {
      expect(Math.abs(value - seen[n])).toBeLessThan(1 / 8)
    })
  })

  const good = picture(Uint8Array.of(0, 51, 102, 255), 1)
  const broken = good.slice()
  broken[45] ^= 0xff
  it.each([
    ['nothing', new Uint8Array(0), 'no PNG'],
    ['text', new TextEncoder().encode('hello'), 'no PNG'],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'JPEG'],
    ['a signature alone', good.slice(0, 8), 'ends after 8'],
    ['a cut file', good.slice(0, good.length - 14), 'cannot be read'],
    ['a broken file', broken, 'cannot be read'],
    ['an enormous one', good.with(16, 0x7f), 'pixels'],
  ])('refuses %s and says why', (_, bytes, why) => {
    let error: unknown
    try {
      pngScene(bytes, SIDE)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining(why) })
  })

  it('is read by whoever has files', async () => {
    const scene = await sceneOf('some.png', SIDE, async () => good)
    expect(scene.name).toBe('some.png')
    expect(scene.transmission(SIDE / 4, SIDE / 4)).toBeCloseTo(1, 12)
  })
})

import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { diverging, STEPS, stepOf } from '../../src/report/wave/colours.ts'
import { pngs } from '../../src/report/wave/png.ts'
import { image } from '../../src/report/wave/raster.ts'
import { reachOf, roundTicks } from '../../src/report/wave/reach.ts'
import { crc32 } from '../../src/wire/crc32.ts'

/** Reads our own PNG. */
function read(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const parts: Record<string, Uint8Array> = {}
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at)
    expect(view.getUint32(at + 8 + length)).toBe(crc32(bytes, at + 4, at + 8 + length))
    parts[String.fromCharCode(...bytes.subarray(at + 4, at + 8))] = bytes.slice(at + 8, at + 8 + length)
    at += 12 + length
  }
  const size = new DataView(parts.IHDR.buffer)
  return { parts, width: size.getUint32(0), height: size.getUint32(4), lines: inflateSync(parts.IDAT) }
}

describe('a PNG', () => {
  it('has its pixels, palette and checksums', () => {
    const data = Uint8Array.of(0, 1, 2, 2, 1, 0)
    const [file, other] = pngs({ width: 3, height: 2, data }, [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(9, 9, 9)])
    expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
    const { parts, width, height, lines } = read(file)
    expect(Object.keys(parts)).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
    expect([width, height]).toEqual([3, 2])
    expect([...lines]).toEqual([0, 0, 1, 2, 0, 2, 1, 0])
    expect([...parts.PLTE.subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...parts.tRNS.subarray(0, 3)]).toEqual([255, 255, 0])
    expect(read(other).parts.IDAT).toEqual(parts.IDAT)
  })
})

describe('a raster', () => {
  const box = { x: 0, y: 0, width: 40, height: 20 }
  const cells = (values: number[]) => ({ columns: 2, rows: 1, at: (column: number) => values[column] })
  const pixels = (svg: string) =>
    [...svg.matchAll(/base64,([^"]+)"/g)].map(([, text]) => read(Uint8Array.from(Buffer.from(text, 'base64'))))

  it('has sharp cells in the colours of their values', () => {
    const [{ width, height, lines }] = pixels(image(cells([-2, 1]), 2, box, 'light'))
    expect([width, height]).toEqual([60, 30])
    expect([...lines.subarray(1, 31)]).toEqual(new Array(30).fill(0))
    expect([...lines.subarray(61 + 31, 61 + 61)]).toEqual(new Array(30).fill(stepOf(1, 2)))
  })
  it('is clear where there is no value', () => {
    const [{ parts, lines }] = pixels(image(cells([Number.NaN, 0]), 1, box, 'dark'))
    expect(parts.tRNS[lines[1]]).toBe(0)
    expect(parts.tRNS[lines[60]]).toBe(255)
  })
  it('is there for light and dark on a page, and a reader without style sees the light one', () => {
    const svg = image(cells([0, 1]), 1, box, 'page')
    expect(svg.match(/<image class="on-light"/g)).toHaveLength(1)
    expect(svg.match(/<image class="on-dark"[^>]* display="none"/g) ?? []).toHaveLength(1)
    const [light, dark] = pixels(svg).map(({ parts }) => [...parts.PLTE.subarray(0, 3 * STEPS)])
    expect(light).toEqual([...diverging(1).palette('light')])
    expect(dark).toEqual([...diverging(1).palette('dark')])
  })
})

describe('the scale', () => {
  it('has 0 in the middle, and the last colour beyond its ends', () => {
    expect([-9, -1, 0, 1, 9].map((value) => stepOf(value, 1))).toEqual([0, 0, 127, 254, 254])
    expect(stepOf(3, 0)).toBe(127)
  })
  it.each(['light', 'dark'] as const)('is blue below and red above on a %s page, and evenly bright', (page) => {
    const colors = diverging(1).palette(page)
    const [red, , blue] = [0, 1, 2].map((c) => (step: number) => colors[3 * step + c])
    expect(blue(40)).toBeGreaterThan(red(40) + 40)
    expect(red(214)).toBeGreaterThan(blue(214) + 40)
    const light = (step: number) =>
      0.2126 * colors[3 * step] + 0.7152 * colors[3 * step + 1] + 0.0722 * colors[3 * step + 2]
    const away = Array.from({ length: 8 }, (_, n) => 127 + 16 * n)
    for (const sides of [away, away.map((step) => 254 - step)]) {
      const steps = sides.map(light)
      expect(steps).toEqual([...steps].sort((a, b) => (page === 'light' ? b - a : a - b)))
    }
  })
  it('ends at the largest value, or where nearly all are held', () => {
    expect(reachOf(Float64Array.of(-0.314, 0.2))).toEqual({ reach: 0.32, beyond: false })
    const many = new Float64Array(1000).fill(1)
    many[3] = -50
    expect(reachOf(many)).toEqual({ reach: 1, beyond: true })
    expect(reachOf(new Float64Array(4))).toEqual({ reach: 0, beyond: false })
    expect(reachOf(Float64Array.of(Number.NaN, 2)).reach).toBe(2)
  })
  it('has round ticks', () => {
    expect(roundTicks(0, 20, 5)).toEqual([0, 5, 10, 15, 20])
    expect(roundTicks(0.3, 1, 4)).toEqual([0.4, 0.6, 0.8, 1])
    expect(roundTicks(0, 0, 3)).toEqual([0])
  })
})

import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { imagePanels, imagePanelsSvg } from '../../src/report/imager/image-panels.ts'

const ramp = { name: 'ramp', rows: 2, columns: 3, data: Float64Array.of(0, 1, 2, 3, 4, 5) }

/** The palette entries of the first image of a drawing, and how wide it is. */
function pixelsOf(svg: string): { readonly width: number; readonly at: (x: number, y: number) => number } {
  const [, text] = /data:image\/png;base64,([^"]+)/.exec(svg) as RegExpExecArray
  const file = Buffer.from(text, 'base64')
  const width = file.readUInt32BE(16)
  const start = file.indexOf('IDAT')
  const lines = inflateSync(file.subarray(start + 4, start + 4 + file.readUInt32BE(start - 4)))
  return { width, at: (x, y) => lines[y * (width + 1) + 1 + x] }
}

test('the smallest value is black, the largest white, and rows go down', () => {
  const svg = imagePanelsSvg({ images: [ramp] })
  const { width, at } = pixelsOf(svg)
  const cell = width / 3
  expect([at(0, 0), at(width - 1, 0)]).toEqual([0, Math.round((254 * 2) / 5)])
  expect([at(0, cell), at(width - 1, cell)]).toEqual([Math.round((254 * 3) / 5), 254])
  expect(svg).toContain('0 to 5')
})

test('a signed image has the same reach either way, and a given range is kept', () => {
  const svg = imagePanelsSvg({ images: [{ ...ramp, signed: true, range: [-10, 5] }] })
  expect(pixelsOf(svg).at(0, 0)).toBe(127)
  expect(svg).toContain('blue −10, red 10')
})

test('names and scores are written under every image, and its numbers go along', () => {
  const { svg, rasters } = imagePanels({ title: 'two', images: [ramp, { ...ramp, name: 'tv', note: '12.5 dB' }] })
  for (const words of ['ramp', 'tv', '12.5 dB']) expect(svg).toContain(`>${words}</text>`)
  expect(rasters?.map(({ name, data }) => [name, ...data])).toEqual([
    ['ramp', 0, 1, 2, 3, 4, 5],
    ['tv', 0, 1, 2, 3, 4, 5],
  ])
})

test('an image that is not rows x columns is refused', () => {
  const images = [{ ...ramp, rows: 3 }]
  expect(() => imagePanelsSvg({ images })).toThrow(expect.objectContaining({ code: 'SHAPE' }))
})

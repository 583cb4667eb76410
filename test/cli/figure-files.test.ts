import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFigures } from '../../src/cli/figure-files.ts'
import { checkFolder } from '../../src/cli/files.ts'
import { imagePanels } from '../../src/report/imager/image-panels.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'insitu-png-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const chart = {
  title: 'Visibility & width',
  y: 'visibility',
  x: 'bar width, um',
  curves: [{ name: 'seen', color: 1, points: [60, 140].map((x) => ({ x, y: x / 200 })) }],
}

const panels = imagePanels({
  title: 'Letter F',
  images: [{ name: 'TV, 64', rows: 4, columns: 6, data: Float64Array.from({ length: 24 }, (_, i) => i) }],
})

/** Width and height in the head of a PNG file. */
function sizeOf(name: string): readonly [number, number] {
  const bytes = readFileSync(join(folder, 'new', name))
  expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG')
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

test('every figure becomes a file, named by its title, and every image in it one of its own size', async () => {
  const names = await writeFigures(join(folder, 'new'), [chart, panels])
  expect(names).toEqual(['01-visibility-width.png', '02-letter-f.png', '02-letter-f-tv-64.png'])
  expect(sizeOf('02-letter-f-tv-64.png')).toEqual([6, 4])
  // A picture over the whole width of a page, at 1.5 dots per px.
  expect(sizeOf('02-letter-f.png')[0]).toBe(1440)
  expect(sizeOf('01-visibility-width.png')[0]).toBe(690)
})

test('images whose names make the same file name are numbered', async () => {
  const image = (name: string, side: number) => ({
    name,
    rows: side,
    columns: side,
    data: new Float64Array(side * side).fill(side),
  })
  const twice = imagePanels({ title: 'Two', images: [image('TV, 64', 2), image('TV 64', 3), image('tv-64-2', 4)] })
  const names = await writeFigures(join(folder, 'new'), [twice])
  expect(new Set(names).size).toBe(4)
  expect(names.slice(1).map((name) => sizeOf(name)[0])).toEqual([2, 3, 4])
})

test('a folder that cannot hold files is refused before anything starts', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  for (const bad of [file, join(file, 'below'), '', join(folder, 'no', 'way')])
    expect(() => checkFolder(bad, '--png')).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  checkFolder(join(folder, 'new'), '--png')
  checkFolder(folder, '--png')
})

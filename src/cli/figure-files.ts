import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../errors.ts'
import type { Figure, NamedRaster } from '../report/experiment.ts'

/** Dots per px of a drawing. */
const ZOOM = 1.5

/**
 * Writes every figure as a PNG file of its own into a folder, which is made where it is missing, and the images in it as plain
 * grey PNG, black at the smallest value; images of the same name are numbered. Returns the names. Throws `RECORD`.
 */
export async function writeFigures(folder: string, figures: readonly Figure[]): Promise<readonly string[]> {
  const { Resvg } = await import('@resvg/resvg-js')
  const { figureSvg } = await import('../report/figure-svg.ts')
  const { grayPng } = await import('../report/imager/gray-png.ts')
  const names: string[] = []
  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    names.push(name)
  }
  try {
    mkdirSync(folder, { recursive: true })
    figures.forEach((figure, n) => {
      const stem = `${String(n + 1).padStart(2, '0')}-${slug(figure.title)}`
      const options = { fitTo: { mode: 'zoom', value: ZOOM }, font: { defaultFontFamily: 'Helvetica' } } as const
      write(`${stem}.png`, new Resvg(figureSvg(figure), options).render().asPng())
      const used = new Set<string>()
      for (const raster of rastersOf(figure)) write(`${stem}-${unused(slug(raster.name), used)}.png`, grayPng(raster))
    })
  } catch (cause) {
    throw new InsituError('RECORD', `figures cannot be written to ${folder}: ${(cause as Error).message}`, {
      cause,
      hint: 'choose another place with --png',
    })
  }
  return names
}

function rastersOf(figure: Figure): readonly NamedRaster[] {
  return 'svg' in figure ? (figure.rasters ?? []) : []
}

/** The name, with a number behind it where another image has it already; it is used then. */
function unused(name: string, used: Set<string>): string {
  let found = name
  for (let n = 2; found === '' || used.has(found); n++) found = `${name}-${n}`.replace(/^-/, '')
  used.add(found)
  return found
}

/** Words as part of a file's name. */
function slug(words: string): string {
  return words
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 48)
}

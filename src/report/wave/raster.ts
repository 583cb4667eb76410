import type { Theme } from '../lattice/ink.ts'
import { px } from '../lattice/numbers.ts'
import { diverging, type Scale, STEPS } from './colours.ts'
import { pngs } from './png.ts'

/** A place in a drawing, px. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A table of values to colour; `at` gives the value of a cell, row 0 on top, NaN where there is none. */
export interface Raster {
  readonly columns: number
  readonly rows: number
  at(column: number, row: number): number
}

/** Dots of the image per px of the drawing: cells keep sharp edges where a viewer smooths what it enlarges. */
const SHARPNESS = 1.5

/** A raster as an image in a box, coloured by the diverging scale that ends at -reach and reach. */
export function image(raster: Raster, reach: number, box: Box, theme: Theme): string {
  return scaledImage(raster, diverging(reach), box, theme)
}

/**
 * A raster as an image in a box, coloured by any scale. A page gets one for light and one for dark and shows the one that suits
 * its reader (`.on-light` and `.on-dark` of the report's style).
 */
export function scaledImage(raster: Raster, scale: Scale, box: Box, theme: Theme): string {
  const { columns, rows } = raster
  const [across, down] = [times(box.width, columns), times(box.height, rows)]
  const width = columns * across
  const data = new Uint8Array(width * rows * down)
  for (let row = 0; row < rows; row++) {
    const from = row * down * width
    for (let column = 0; column < columns; column++) {
      const value = raster.at(column, row)
      const start = from + column * across
      data.fill(Number.isNaN(value) ? STEPS : scale.step(value), start, start + across)
    }
    for (let copy = 1; copy < down; copy++) data.copyWithin(from + copy * width, from, from + width)
  }
  const pages = theme === 'page' ? (['light', 'dark'] as const) : [theme]
  const files = pngs(
    { width, height: rows * down, data },
    pages.map((page) => scale.palette(page)),
  )
  const place = `x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${px(box.height)}"`
  return files
    .map((file, n) => {
      const shown = theme !== 'page' ? '' : n === 0 ? ' class="on-light"' : ' class="on-dark" display="none"'
      return `<image${shown} ${place} preserveAspectRatio="none" image-rendering="pixelated" href="data:image/png;base64,${base64(file)}"/>`
    })
    .join('')
}

const times = (length: number, cells: number) => Math.max(1, Math.ceil((SHARPNESS * length) / cells))

function base64(bytes: Uint8Array): string {
  let text = ''
  // Pieces that fit on the stack.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

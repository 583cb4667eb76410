import { InsituError } from '../errors.ts'
import { escapeText } from './html.ts'
import { bonds, ghost } from './lattice/bonds.ts'
import { place } from './lattice/fit.ts'
import { inkOf, type Theme } from './lattice/ink.ts'
import { legend } from './lattice/legend.ts'
import { nodes } from './lattice/nodes.ts'
import { px } from './lattice/numbers.ts'
import type { LatticePicture } from './lattice/picture.ts'
import { scaleOf } from './lattice/scale.ts'

export type { Theme } from './lattice/ink.ts'
export { withUnit } from './lattice/numbers.ts'
export { type DrawnGeometry, pictureOfGeometry } from './lattice/of-geometry.ts'
export { pictureOf } from './lattice/of-sheet.ts'
export type { LatticePicture, NamedPicture, PicturePort, PictureQuantity } from './lattice/picture.ts'
export { bondStiffness, type Stiffness, stiffnessOf } from './lattice/stiffness.ts'

export interface LatticeSvgOptions {
  /** Width, px; 720 if nothing is said. The height follows. */
  readonly width?: number
  /** 'light' (if nothing is said) and 'dark' stand alone; 'page' is for the report and takes its colours. */
  readonly theme?: Theme
  /** A line above the drawing. */
  readonly title?: string
  /** A pale line below the title. */
  readonly subtitle?: string
  /** What it shows, for those who do not see it; the title if nothing is said. */
  readonly label?: string
  /** Factor of the displacements; a round number that shows them well if nothing is said. */
  readonly magnification?: number
}

/**
 * Draws a lattice as SVG text: bonds coloured by a quantity and thicker where it is large, pins, inputs, outputs, and
 * its deformed shape over a pale drawing of its rest. Lengths in m, y upwards. Throws `SHAPE` if lengths do not match.
 */
export function latticeSvg(picture: LatticePicture, options: LatticeSvgOptions = {}): string {
  checkPicture(picture)
  const { width = 720, theme = 'light', title, subtitle } = options
  const ink = inkOf(theme)
  // The report's figures bring a margin.
  const own = theme !== 'page'
  const top = title === undefined ? 6 : subtitle === undefined ? 36 : 54
  const placed = place(picture, width, top, options.magnification)
  const scale = scaleOf(picture)
  const key = legend(picture, placed, ink, scale, { width, top: top + placed.height + 8, side: own ? 18 : 2 })
  const height = Math.ceil(top + placed.height + 8 + key.height + 6)
  const name = options.label ?? title ?? 'A lattice of springs'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}"${own ? ` width="${px(width)}" height="${px(height)}"` : ''} role="img" aria-label="${escapeText(name)}" font-family="${own ? 'system-ui, Segoe UI, Roboto, Helvetica, Arial, sans-serif' : 'inherit'}">
${own ? `<rect width="100%" height="100%"${ink({ fill: 'card' })}/>` : ''}
${title === undefined ? '' : `<text x="18" y="27" font-size="16" font-weight="600"${ink({ fill: 'ink' })}>${escapeText(title)}</text>`}
${title === undefined || subtitle === undefined ? '' : `<text x="18" y="46" font-size="12.5"${ink({ fill: 'pale' })}>${escapeText(subtitle)}</text>`}
${ghost(picture, placed, ink)}
${bonds(picture, placed, ink, scale)}
${nodes(picture, placed, ink)}
${key.svg}
</svg>
`
}

function checkPicture(picture: LatticePicture): void {
  const { x, y, bonds, names, values, displacement } = picture
  const count = bonds.length / 2
  const wrong = (what: string, wanted: string, given: unknown) =>
    new InsituError('SHAPE', `picture of a lattice: ${what} must be ${wanted}, got ${given}`)
  if (x.length === 0) throw wrong('x', 'the places of one node or more', 'none')
  if (y.length !== x.length) throw wrong('y', `${x.length} numbers as x`, y.length)
  if (names !== undefined && names.length !== x.length) throw wrong('names', `${x.length}, one per node`, names.length)
  if (!Number.isInteger(count)) throw wrong('bonds', 'two nodes per bond', `${bonds.length} nodes`)
  if (values !== undefined && values.length !== count)
    throw wrong('values', `${count} numbers, one per bond`, values.length)
  if (displacement !== undefined && displacement.length !== 2 * x.length)
    throw wrong('displacement', `${2 * x.length} numbers, two per node`, displacement.length)
  const ports = [...(picture.inputs ?? []), ...(picture.outputs ?? [])].map(({ node }) => node)
  for (const node of [...bonds, ...picture.pins, ...ports]) {
    if (!(Number.isInteger(node) && node >= 0 && node < x.length))
      throw wrong('a node', `a number from 0 to ${x.length - 1}`, node)
  }
}

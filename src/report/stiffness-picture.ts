import type { DataSheet } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import type { Picture } from './experiment.ts'
import { type DrawnGeometry, latticeSvg, type NamedPicture, pictureOf, stiffnessOf } from './lattice.ts'

export interface StiffnessPictureOptions {
  readonly title?: string
  /** One sentence under the picture. */
  readonly note?: string
  /** Earlier parameters: what is drawn is the change since then. */
  readonly since?: ArrayLike<number>
  /** For lattices whose sheet carries none, because they are large. */
  readonly geometry?: DrawnGeometry
}

/** A figure of a lattice coloured by the stiffness of its bonds. Throws `CONFIG` where there is nothing to draw. */
export function stiffnessPicture(
  sheet: DataSheet,
  theta: ArrayLike<number>,
  options: StiffnessPictureOptions = {},
): Picture {
  const { since, note, geometry } = options
  const picture = pictureOf(sheet, geometry)
  if (picture === undefined)
    throw new InsituError('CONFIG', `picture of stiffness: the data sheet of ${sheet.machine} carries no geometry`, {
      hint: 'hand over the geometry, { geometry }',
    })
  const found = stiffnessOf(sheet, picture, since === undefined ? [theta] : [since, theta])
  if (found === undefined)
    throw new InsituError(
      'CONFIG',
      `picture of stiffness: the parameters in N/m must be ${picture.bonds.length / 2}, one per bond`,
    )
  const { series, quantity } = found
  if (since === undefined) {
    return drawn({ ...picture, values: series[0], quantity }, options.title ?? 'Stiffness of the bonds', note)
  }
  const values = series[1].map((value, bond) => value - series[0][bond])
  const change = { title: 'change of stiffness', unit: quantity.unit, scale: 'diverging' } as const
  return drawn({ ...picture, values, quantity: change }, options.title ?? 'Change of stiffness', note)
}

/** Nodes from which a picture takes the whole width. */
const MANY = 400

function drawn(picture: NamedPicture, title: string, note: string | undefined): Picture {
  const wide = picture.x.length > MANY
  const svg = latticeSvg(picture, { width: wide ? 960 : 460, theme: 'page', label: `${title}: ${picture.name}` })
  return { title, svg, wide, ...(note !== undefined && { note }) }
}

import type { DataSheet } from '../contract/sheet.ts'
import { escapeText } from './html.ts'
import { latticeSvg, type NamedPicture, pictureOf, stiffnessOf } from './lattice.ts'

const WIDTH = 460

/**
 * Figures of a lattice machine's stiffness at the first and the last look, and of the change between them; undefined
 * for other machines and for sheets that carry no geometry. `thetas` are the parameters at each look.
 */
export function latticeFigures(sheet: DataSheet, thetas: readonly Float64Array[]): string | undefined {
  const picture = pictureOf(sheet)
  if (picture === undefined) return undefined
  const found = stiffnessOf(sheet, picture, [...thetas.slice(0, 1), ...thetas.slice(1).slice(-1)])
  if (found === undefined) return figure(picture, 'The lattice')
  const { quantity } = found
  const [start, end] = found.series
  if (end === undefined) return figure({ ...picture, values: start, quantity }, 'Stiffness')
  return [
    figure({ ...picture, values: start, quantity }, 'Stiffness at the start'),
    figure({ ...picture, values: end, quantity }, 'Stiffness at the end'),
    figure(
      {
        ...picture,
        values: end.map((value, bond) => value - start[bond]),
        quantity: { title: 'change of stiffness', unit: quantity.unit, scale: 'diverging' },
      },
      'What training changed',
    ),
  ].join('\n')
}

function figure(picture: NamedPicture, title: string): string {
  const svg = latticeSvg(picture, { width: WIDTH, theme: 'page', label: `${title}: ${picture.name}` })
  return `<figure><figcaption><b>${escapeText(title)}</b> <small>${escapeText(picture.name)}</small></figcaption>
${svg}</figure>`
}

import type { DataSheet } from '../contract/sheet.ts'
import { escapeText } from './html.ts'
import { latticeSvg, type NamedPicture, pictureOf, stiffnessOf } from './lattice.ts'

const WIDTH = 460

/**
 * Figures of a lattice machine's stiffness at the first and the last look, and of the change between them; undefined
 * for other machines and for sheets that carry no geometry. `thetas` are the parameters at each look, `steps` when it
 * was.
 */
export function latticeFigures(
  sheet: DataSheet,
  thetas: readonly Float64Array[],
  steps: readonly number[] = [],
): string | undefined {
  const picture = pictureOf(sheet)
  if (picture === undefined) return undefined
  const found = stiffnessOf(sheet, picture, [...thetas.slice(0, 1), ...thetas.slice(1).slice(-1)])
  if (found === undefined) return figure(picture, 'The lattice')
  const { quantity } = found
  const [start, end] = found.series
  const at = (step: number | undefined) => (step === undefined ? '' : `, after step ${step.toLocaleString('en')}`)
  const [first, last] = [at(steps[0]), at(steps.at(-1))]
  if (end === undefined) return figure({ ...picture, values: start, quantity }, 'Stiffness', first)
  return [
    figure({ ...picture, values: start, quantity }, 'Stiffness at the first look', first),
    figure({ ...picture, values: end, quantity }, 'Stiffness at the end', last),
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

function figure(picture: NamedPicture, title: string, when = ''): string {
  const svg = latticeSvg(picture, { width: WIDTH, theme: 'page', label: `${title}: ${picture.name}` })
  return `<figure><figcaption><b>${escapeText(title)}</b> <small>${escapeText(picture.name + when)}</small></figcaption>
${svg}</figure>`
}

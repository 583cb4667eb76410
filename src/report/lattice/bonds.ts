import { escapeText } from '../html.ts'
import type { Fit } from './fit.ts'
import type { Ink } from './ink.ts'
import { clamp } from './margins.ts'
import { CROWDED } from './nodes.ts'
import { px, written } from './numbers.ts'
import type { LatticePicture } from './picture.ts'
import type { Scale, Tone } from './scale.ts'

/** Bonds above which each has no element of its own: equal colours share a path, and nothing answers the pointer. */
const MOST_LINES = 600

/** Bonds of a lattice that is drawn without a quantity: the report's blue. */
const PLAIN: Tone = { light: '#2a6fc9', dark: '#6aa6f2' }

/** Line widths, px: of the thickest bond, of the thinnest, and of what is only hinted at. */
export function widths(fit: Fit) {
  const thick = clamp(0.075 * fit.bond, 1.1, 7)
  return { thick, thin: Math.max(0.6, 0.3 * thick), hint: clamp(0.012 * fit.bond, 0.5, 1.2) }
}

/** The lattice as it was drawn, pale, behind its deformed shape. */
export function ghost(picture: LatticePicture, fit: Fit, ink: Ink): string {
  if (fit.magnification === 0) return ''
  const all = Array.from({ length: picture.bonds.length / 2 }, (_, bond) => bond)
  const d = path(fit.bond < CROWDED ? edge(all, picture) : all, picture, fit.restX, fit.restY)
  return `<path d="${d}" fill="none" stroke-opacity="0.65" stroke-width="${px(1.4 * widths(fit).hint)}"${ink({ stroke: 'line' })}/>`
}

/** All bonds, soft ones first, so that the strong ones lie on top. */
export function bonds(picture: LatticePicture, fit: Fit, ink: Ink, scale: Scale | undefined): string {
  const count = picture.bonds.length / 2
  const broken = new Set(picture.broken)
  const { thick, thin, hint } = widths(fit)
  const plain: number[] = []
  const byStep: number[][] = Array.from({ length: scale?.steps ?? 0 }, () => [])
  for (let bond = 0; bond < count; bond++) {
    if (broken.has(bond)) continue
    const value = picture.values?.[bond]
    if (scale !== undefined && value !== undefined && Number.isFinite(value)) byStep[scale.step(value)].push(bond)
    else plain.push(bond)
  }
  const draw = (list: readonly number[], attributes: string) => {
    if (list.length === 0) return ''
    if (count > MOST_LINES) return `<path d="${path(list, picture, fit.x, fit.y)}"${attributes}/>`
    return `<g${attributes}>${list.map((bond) => line(bond, picture, fit)).join('')}</g>`
  }
  const steps = byStep.map((list, step) => ({ list, step, weight: scale?.weight(step) ?? 0 }))
  const colored = steps
    .sort((a, b) => a.weight - b.weight)
    .map(({ list, step, weight }) => {
      const color = scale === undefined ? 'pale' : scale.tone(step)
      return draw(list, ` stroke-width="${px(thin + (thick - thin) * weight)}"${ink({ stroke: color })}`)
    })
  const dash = ` stroke-width="${px(1.6 * hint)}" stroke-dasharray="${px(4 * hint)} ${px(4 * hint)}"`
  return [
    '<g fill="none" stroke-linecap="round">',
    draw(
      [...broken].filter((bond) => bond < count).sort((a, b) => a - b),
      `${dash}${ink({ stroke: 'pale' })}`,
    ),
    draw(plain, ` stroke-width="${px(0.5 * (thin + thick))}"${ink({ stroke: scale === undefined ? PLAIN : 'pale' })}`),
    ...colored,
    '</g>',
  ].join('')
}

/** Bonds along the edge, where nodes have fewer bonds than inside. */
function edge(all: readonly number[], { x, bonds }: LatticePicture): readonly number[] {
  const degree = new Uint32Array(x.length)
  for (const node of bonds) degree[node]++
  const inside = degree.reduce((a, b) => Math.max(a, b), 0)
  return all.filter((bond) => degree[bonds[2 * bond]] < inside && degree[bonds[2 * bond + 1]] < inside)
}

/** One bond, with what it is for whoever rests the pointer on it. */
function line(bond: number, { bonds, names, values, quantity, broken }: LatticePicture, { x, y }: Fit): string {
  const [a, b] = [bonds[2 * bond], bonds[2 * bond + 1]]
  const value = values?.[bond]
  const what = broken?.includes(bond)
    ? ': missing'
    : value === undefined || quantity === undefined || !Number.isFinite(value)
      ? ''
      : `: ${quantity.title} ${written(value, 4)} ${quantity.unit}`
  const title = escapeText(`${names?.[a] ?? a} – ${names?.[b] ?? b}${what}`)
  return `<line x1="${px(x[a])}" y1="${px(y[a])}" x2="${px(x[b])}" y2="${px(y[b])}"><title>${title}</title></line>`
}

function path(list: readonly number[], { bonds }: LatticePicture, x: Float64Array, y: Float64Array): string {
  let d = ''
  for (const bond of list) {
    const [a, b] = [bonds[2 * bond], bonds[2 * bond + 1]]
    d += `M${px(x[a])} ${px(y[a])}L${px(x[b])} ${px(y[b])}`
  }
  return d
}

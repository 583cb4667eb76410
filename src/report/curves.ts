import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Chart, Curve, Point } from './chart.ts'
import { guideLine } from './guide-line.ts'
import { escapeText } from './html.ts'
import { logTicks, xTicks } from './ticks.ts'

export type { Chart, Curve } from './chart.ts'

/** Points above which a curve is drawn pale, with its running mean on top. */
const MANY = 60

/** Size of a chart, px. */
export const CHART = { width: 460, height: 250 } as const

/** A chart over reads as a figure: SVG without script, coloured by the page's style sheet. */
export function figure(chart: Chart): string {
  const legend = legendOf(chart).map(
    ({ name, mark }) => `<span>${MARKS[mark.kind](mark.color)}${escapeText(name)}</span>`,
  )
  return `<figure><figcaption><b>${escapeText(chart.title)}</b> <small>${escapeText(chart.y)}</small></figcaption>
<p class="legend">${legend.join('')}</p>
${chartSvg(chart)}
${chart.note === undefined ? '' : `<p class="note">${escapeText(chart.note)}</p>`}</figure>`
}

/** What an entry of a legend shows in front of its name; `color` as the style sheet numbers them. */
export interface LegendEntry {
  readonly name: string
  readonly mark: { readonly kind: 'line' | 'band' | 'dashed'; readonly color: number }
}

const MARKS: Readonly<Record<LegendEntry['mark']['kind'], (color: number) => string>> = {
  line: (color) => `<i style="background:var(--c${color})"></i>`,
  band: (color) => `<i class="band" style="background:var(--c${color})"></i>`,
  dashed: () => '<i class="dashed"></i>',
}

/** Everything in a chart that has a name. */
export function legendOf({ curves, bands = [], level }: Chart): readonly LegendEntry[] {
  return [
    ...curves
      .filter(({ color }) => color > 0)
      .map(({ name, color }) => ({ name, mark: { kind: 'line', color } }) as const),
    ...bands.map(({ name }) => ({ name, mark: { kind: 'band', color: 3 } }) as const),
    ...(level === undefined ? [] : [{ name: level.name, mark: { kind: 'dashed', color: 0 } } as const]),
  ]
}

/** Its axes and curves alone. */
export function chartSvg(chart: Chart): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const { level, scale = 'linear', xScale = 'linear', x = 'reads', bands = [], guides = [] } = chart
  const curves = chart.curves.map((curve) => ({ ...curve, points: curve.points.filter(drawable(scale, xScale)) }))
  const all = curves.flatMap(({ points }) => points)
  const svg = Plot.plot({
    document,
    ...CHART,
    marginLeft: 52,
    marginRight: 14,
    marginTop: 14,
    marginBottom: 40,
    style: { fontSize: '13px', fontFamily: 'inherit', background: 'none', overflow: 'visible' },
    x: { label: x, labelArrow: 'none', ...xTicks(xScale, all) },
    y: {
      type: scale === 'log' ? 'log' : 'linear',
      label: null,
      ticks: 5,
      grid: true,
      ...(scale === 'share' && { domain: [0, 1], tickFormat: (v: number) => `${Math.round(100 * v)} %` }),
      ...(scale === 'log' && logTicks(all.flatMap(({ y, low = y, high = y }) => [y, low, high]))),
      ...(scale === 'linear' && { nice: true }),
    },
    marks: [
      ...bands.map((band) => Plot.rectX([band], { x1: 'from', x2: 'to', fill: 'var(--c3)', fillOpacity: 0.16 })),
      ...(level === undefined
        ? []
        : [Plot.ruleY([level.y], { stroke: 'var(--ink-2)', strokeDasharray: '2,4', strokeWidth: 1.5 })]),
      ...guides.flatMap((guide) => guideLine(guide, all)),
      ...curves.flatMap(lines),
    ],
  })
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', `${chart.title}: ${chart.y} over ${x}`)
  return svg.outerHTML
}

/** Whether a point has a place on the axes. */
function drawable(scale: Chart['scale'], xScale: Chart['xScale']): (point: Point) => boolean {
  const on = (value: number, axis: string | undefined) => Number.isFinite(value) && (axis !== 'log' || value > 0)
  return ({ x, y, low = y, high = y }) => on(x, xScale) && [y, low, high].every((value) => on(value, scale))
}

/** The marks of a curve: thin among many, plain, or pale with its running mean; dots and what repetitions span. */
function lines(curve: Curve) {
  const span = curve.points.filter(({ low, high }) => low !== undefined && high !== undefined)
  const color = { fill: `var(--c${Math.max(1, curve.color)})` }
  const ends = { x: 'x', y1: 'low', y2: 'high' } as const
  const spread =
    curve.spread === 'bars'
      ? Plot.ruleX(span, { ...ends, stroke: color.fill, strokeWidth: 1.5, strokeOpacity: 0.7 })
      : Plot.areaY(span, { ...ends, ...color, fillOpacity: 0.16 })
  return [
    ...(span.length === 0 ? [] : [spread]),
    ...line(curve),
    ...(curve.dots === true ? [Plot.dot(curve.points, { x: 'x', y: 'y', r: 3.5, ...color })] : []),
  ]
}

function line({ color, points, dots, plain }: Curve) {
  const at = { x: 'x', y: 'y', strokeLinejoin: 'round' } as const
  if (color === 0) return [Plot.line(points, { ...at, stroke: 'var(--c1)', strokeWidth: 1, strokeOpacity: 0.5 })]
  const stroke = `var(--c${color})`
  if (points.length < MANY || dots === true) return [Plot.line(points, { ...at, stroke, strokeWidth: 2 })]
  if (plain === true) return [Plot.line(points, { ...at, stroke, strokeWidth: 1.2 })]
  const k = Math.ceil(points.length / 20)
  return [
    Plot.line(points, { ...at, stroke, strokeWidth: 1, strokeOpacity: 0.35 }),
    Plot.line(points, Plot.windowY({ k, reduce: 'mean' }, { ...at, stroke, strokeWidth: 2 })),
  ]
}

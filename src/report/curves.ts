import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { escapeText } from './html.ts'

/** One line of a chart. */
export interface Curve {
  readonly name: string
  /** Number of the colour in the style sheet, from 1; 0 is a thin line among many, without a name. */
  readonly color: number
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface Chart {
  readonly title: string
  /** What is on the horizontal axis; default "reads". */
  readonly x?: string
  /** What is on the vertical axis, with its unit. */
  readonly y: string
  readonly curves: readonly Curve[]
  readonly scale?: 'linear' | 'log' | 'share'
  /** A level to compare with. */
  readonly level?: { readonly name: string; readonly y: number }
  /** One sentence under the chart. */
  readonly note?: string
}

/** Points above which a curve is drawn pale, with its running mean on top. */
const MANY = 60

const WIDTH = 460
const HEIGHT = 250

/** A chart over reads as a figure: SVG without script, coloured by the page's style sheet. */
export function figure(chart: Chart): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const { curves, level, scale = 'linear', x = 'reads' } = chart
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 52,
    marginRight: 14,
    marginTop: 14,
    marginBottom: 40,
    style: { fontSize: '13px', fontFamily: 'inherit', background: 'none', overflow: 'visible' },
    x: { label: x, tickFormat: tick, ticks: wholeTicks(curves) ?? 5, labelArrow: 'none' },
    y: {
      type: scale === 'log' ? 'log' : 'linear',
      label: null,
      ticks: 5,
      grid: true,
      ...(scale === 'share' && { domain: [0, 1], tickFormat: (v: number) => `${Math.round(100 * v)} %` }),
      ...(scale === 'log' && { ticks: logTicks(curves), tickFormat: (v: number) => String(v) }),
      ...(scale === 'linear' && { nice: true }),
    },
    marks: [
      ...(level === undefined
        ? []
        : [Plot.ruleY([level.y], { stroke: 'var(--ink-2)', strokeDasharray: '2,4', strokeWidth: 1.5 })]),
      ...curves.flatMap(lines),
    ],
  })
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', `${chart.title}: ${chart.y} over ${x}`)
  const legend = [
    ...curves
      .filter((curve) => curve.color > 0)
      .map((curve) => `<span><i style="background:var(--c${curve.color})"></i>${escapeText(curve.name)}</span>`),
    ...(level === undefined ? [] : [`<span><i class="dashed"></i>${escapeText(level.name)}</span>`]),
  ]
  return `<figure><figcaption><b>${escapeText(chart.title)}</b> <small>${escapeText(chart.y)}</small></figcaption>
<p class="legend">${legend.join('')}</p>
${svg.outerHTML}
${chart.note === undefined ? '' : `<p class="note">${escapeText(chart.note)}</p>`}</figure>`
}

/** The marks of a curve: thin among many, plain, or pale with its running mean. */
function lines({ color, points }: Curve) {
  const at = { x: 'x', y: 'y', strokeLinejoin: 'round' } as const
  if (color === 0) return [Plot.line(points, { ...at, stroke: 'var(--c1)', strokeWidth: 1, strokeOpacity: 0.5 })]
  const stroke = `var(--c${color})`
  if (points.length < MANY) return [Plot.line(points, { ...at, stroke, strokeWidth: 2 })]
  const k = Math.ceil(points.length / 20)
  return [
    Plot.line(points, { ...at, stroke, strokeWidth: 1, strokeOpacity: 0.35 }),
    Plot.line(points, Plot.windowY({ k, reduce: 'mean' }, { ...at, stroke, strokeWidth: 2 })),
  ]
}

/** A tick as short as can be: 0.2, 5, 1.5k, 20k, 3M. */
function tick(value: number): string {
  const [per, letter] = Math.abs(value) >= 1e6 ? [1e6, 'M'] : Math.abs(value) >= 1000 ? [1000, 'k'] : [1, '']
  return `${Number((value / per).toPrecision(6))}${letter}`
}

/** Every whole number from end to end, where the curves lie on a few of them: half an epoch is nothing to point at. */
function wholeTicks(curves: readonly Curve[]): number[] | undefined {
  const values = curves.flatMap((curve) => curve.points.map((point) => point.x))
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (!values.every(Number.isInteger) || high - low > 6) return undefined
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, n) => low + n)
}

/** 1, 2 and 5 of every decade the curves touch; the 1 alone over more than two decades. */
function logTicks(curves: readonly Curve[]): number[] {
  const values = curves.flatMap((curve) => curve.points.map((point) => point.y))
  const low = Math.log10(values.reduce((a, b) => Math.min(a, b)))
  const high = Math.log10(values.reduce((a, b) => Math.max(a, b)))
  const ticks: number[] = []
  for (let decade = Math.floor(low); decade <= high; decade++) {
    for (const digit of high - low > 2 ? [1] : [1, 2, 5]) {
      const tick = Number(`${digit}e${decade}`)
      if (Math.log10(tick) >= low && Math.log10(tick) <= high) ticks.push(tick)
    }
  }
  return ticks
}

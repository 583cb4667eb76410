import { describe, expect, it } from 'vitest'
import { bars, barsSvg } from '../../src/report/bars.ts'
import type { Chart } from '../../src/report/chart.ts'
import { figure } from '../../src/report/curves.ts'
import { logTicks } from '../../src/report/ticks.ts'
import { crowded, texts } from './waves.ts'

const eps = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]
const chart: Chart = {
  title: 'Error',
  x: 'eps',
  y: 'relative',
  scale: 'log',
  xScale: 'log',
  curves: [{ name: 'two-sided', color: 1, dots: true, points: eps.map((x) => ({ x, y: x * x })) }],
}
const labels = (html: string, axis: 'x' | 'y') => {
  const group = html.slice(html.indexOf(`${axis}-axis tick label`))
  return [...group.slice(0, group.indexOf('</g>')).matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text)
}

describe('a logarithmic axis', () => {
  it('has its decades, thinned where they are many, all written alike', () => {
    const html = figure(chart)
    expect(labels(html, 'x')).toEqual(['10⁻⁵', '10⁻⁴', '10⁻³', '10⁻²', '10⁻¹'])
    expect(labels(html, 'y')).toEqual(['10⁻¹⁰', '10⁻⁸', '10⁻⁶', '10⁻⁴', '10⁻²'])
    const { ticks, tickFormat } = logTicks([0.15, 6])
    expect((ticks as number[]).map(tickFormat)).toEqual(['0.2', '0.5', '1', '2', '5'])
    expect(logTicks([]).ticks).toEqual([])
  })
  it('leaves out what has no place on it', () => {
    const [curve] = chart.curves
    const bad = [
      { x: 0, y: 1 },
      { x: 1e-2, y: 0 },
      { x: Number.NaN, y: 1 },
      { x: 1e-2, y: 1e-3, low: 0, high: 1 },
    ]
    expect(figure({ ...chart, curves: [{ ...curve, points: [...bad, ...curve.points] }] })).toBe(figure(chart))
  })
})

describe('what stands beside curves', () => {
  it('a dot per point, where it was asked for', () => {
    const dots = (html: string) => html.match(/<circle/g)?.length ?? 0
    expect(dots(figure(chart))).toBe(5)
    expect(dots(figure({ ...chart, curves: chart.curves.map(({ dots: _, ...curve }) => curve) }))).toBe(0)
  })
  it('a window is shaded and named', () => {
    const html = figure({ ...chart, bands: [{ name: 'it works <here>', from: 1e-3, to: 1e-2 }] })
    expect(html).toContain('<i class="band"')
    expect(html).toContain('it works &#60;here&#62;')
    expect(html).toContain('aria-label="rect"')
  })
  it('a guide has its slope and stays within the points', () => {
    const guided = (slope: number, y: number) =>
      figure({ ...chart, guides: [{ name: `slope ${slope}`, slope, through: { x: 1e-1, y } }] })
    const ends = (html: string) => {
      const d = /stroke-dasharray="6,4"[^>]*>\s*<path[^>]* d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/.exec(html)
      return d?.slice(1).map(Number) ?? []
    }
    const html = guided(1, 1e-2)
    expect(html).toContain('slope 1')
    const [x1, y1, x2, y2] = ends(html)
    const [, , edge] = ends(guided(2, 1e-2))
    expect(x2).toBeCloseTo(edge, 3)
    // Eight decades of y are as high as four of x are wide.
    const perDecade = { x: (x2 - x1) / 4, y: (250 - 14 - 40) / 8 }
    expect((y1 - y2) / perDecade.y / ((x2 - x1) / perDecade.x)).toBeCloseTo(1, 2)
    expect(guided(2, 1e9)).not.toContain('slope 2')
  })
  it('what repetitions span', () => {
    const [curve] = chart.curves
    const points = curve.points.map((point) => ({ ...point, low: point.y / 2, high: 2 * point.y }))
    expect(figure({ ...chart, curves: [{ ...curve, points }] })).toContain('aria-label="area"')
    expect(figure(chart)).not.toContain('aria-label="area"')
  })
})

describe('bars', () => {
  const list = [
    { name: 'trained', value: 0.912, span: [0.89, 0.93] as const },
    { name: 'the same field, untrained', value: 0.456 },
    { name: 'linear', value: 0.95, reference: true },
  ]
  it('are as long as their values, which are written behind them', () => {
    const svg = barsSvg(list, { as: 'share' })
    expect(texts(svg)).toEqual(expect.arrayContaining(['trained', '91.2 %', '45.6 %', '95.0 %']))
    const lengths = [...svg.matchAll(/<rect x="[\d.]+" y="[-\d.]+" width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    )
    expect(lengths[0] / lengths[1]).toBeCloseTo(2, 1)
    expect(crowded(svg)).toEqual([])
  })
  it('do with numbers, none, and values below 0', () => {
    expect(
      texts(
        barsSvg([
          { name: 'a', value: 12345.6 },
          { name: 'b', value: -1 },
        ]),
      ),
    ).toEqual(['a', '12300', 'b', '-1'])
    expect(barsSvg([{ name: 'a', value: 0 }])).not.toMatch(/NaN|width="-/)
    expect(bars('Accuracy', list, { as: 'share', note: 'x' })).toMatchObject({ title: 'Accuracy', note: 'x' })
  })
})

describe('a curve of many points', () => {
  const points = Array.from({ length: 100 }, (_, x) => ({ x, y: x % 10 }))
  const drawn = (plain: boolean) =>
    figure({ title: 'Saw', y: 'V', curves: [{ name: 'v', color: 1, plain, points }] }).match(/stroke="var\(--c1\)"/g)
  it('has a running mean over it, unless it is no noise', () => {
    expect(drawn(false)).toHaveLength(2)
    expect(drawn(true)).toHaveLength(1)
  })
})

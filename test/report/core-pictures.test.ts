import { describe, expect, it } from 'vitest'
import { crossbarMapSvg, spikeRaster, spikeRasterSvg } from '../../src/report/core.ts'
import { figure } from '../../src/report/curves.ts'
import { crowded, texts } from './waves.ts'

const group = (name: string, rows: number, times: readonly number[], which: readonly number[]) => ({
  ...{ name, rows, times, which },
})

describe('a spike raster', () => {
  const raster = {
    groups: [group('inputs', 4, [0, 3, 5], [0, 1, 3]), group('outputs', 2, [4], [1])],
    from: 0,
    to: 10,
    unit: 'tick',
  }
  it('has a panel per group with its name and its count, and one dash per spike', () => {
    const svg = spikeRasterSvg(raster)
    expect(texts(svg)).toEqual(expect.arrayContaining(['inputs', '3 spikes', 'outputs', '1 spike', 'tick']))
    expect(
      [...svg.matchAll(/<path d="((?:M[\d.]+ [\d.]+v[\d.]+)+)"/g)].map(([, d]) => d.split('M').length - 1),
    ).toEqual([3, 1])
    expect(crowded(svg)).toEqual([])
  })
  it('leaves out what lies beyond its ends', () => {
    const { svg } = spikeRaster({ ...raster, to: 4 }, { title: 'spikes' })
    expect(svg.match(/v7"/g)?.length).toBe(2)
  })
})

describe('a crossbar map', () => {
  it('shows every core with its size and one scale that holds both signs', () => {
    const one = { name: 'core 0', axons: 2, neurons: 3, values: Float64Array.of(1, 0, -0.5, 0, 0.25, 0) }
    const svg = crossbarMapSvg([one, { ...one, name: 'core 1' }])
    expect(svg.match(/<image /g)?.length).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['core 0', 'core 1', '3 neurons', '2 axons', '−1', '0', '1']))
  })
})

describe('error bars', () => {
  const points = [1, 2, 4].map((x) => ({ x, y: 0.9, low: 0.8, high: 0.95 }))
  const chart = (spread?: 'bars') => ({
    title: 'accuracy',
    y: 'share right',
    curves: [{ name: '1 tick', color: 1, points, dots: true, ...(spread && { spread }) }],
  })
  it('are one at every point, where an area would join them', () => {
    const bars = figure(chart('bars')).match(/aria-label="rule"/g)?.length ?? 0
    expect(bars).toBe(1)
    expect(figure(chart('bars'))).not.toContain('aria-label="area"')
    expect(figure(chart())).toContain('aria-label="area"')
  })
})

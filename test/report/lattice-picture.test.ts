import { hostname } from 'node:os'
import { DOMParser } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { honeycombLattice, type LatticeGeometry, paperLattice, triangularLattice } from '../../devices/lattice/index.ts'
import { type DataSheet, dataSheet } from '../../src/contract/sheet.ts'
import { withUnit, written } from '../../src/report/lattice/numbers.ts'
import { scaleOf } from '../../src/report/lattice/scale.ts'
import { type LatticePicture, latticeSvg, pictureOf } from '../../src/report/lattice.ts'
import { reportHtml } from '../../src/report/report.ts'
import type { RunRecord } from '../../src/run/index.ts'

function pictureOfGeometry({ nodes, bonds, pins }: LatticeGeometry): LatticePicture {
  return {
    x: nodes.map((node) => node.x),
    y: nodes.map((node) => node.y),
    names: nodes.map((node) => node.name),
    bonds: bonds.flat(),
    pins: pins.map((pin) => pin.node),
  }
}

const paper = pictureOfGeometry(paperLattice())
const N = 28
const rising = Float64Array.from({ length: N }, (_, bond) => 100 + bond)
const stiffness = { title: 'stiffness', unit: 'N/m', scale: 'sequential' } as const
const gradient = { title: 'gradient', unit: 'm²', scale: 'diverging' } as const
const colored: LatticePicture = { ...paper, values: rising, quantity: stiffness }
/** Everything sinks by `most` at the bottom and not at all at the top. */
const sag = (most: number) => Float64Array.from(paper.y.flatMap((y) => [0, (most * y) / 0.0416]))

const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml')
const texts = (svg: string) => [...parse(svg).querySelectorAll('text')].map((text) => text.textContent)
const lines = (svg: string) => [...parse(svg).querySelectorAll('line')]
/** Numbers of an attribute. */
const numbers = (svg: string, name: string) =>
  [...svg.matchAll(new RegExp(` ${name}="([-\\d.]+)"`, 'g'))].map(([, n]) => Number(n))

describe('a picture of a lattice', () => {
  it('has a line per bond that says what it is, names, pins and the colour bar with its unit', () => {
    const svg = latticeSvg(colored, { title: 'Paper' })
    expect(lines(svg)).toHaveLength(N)
    expect(lines(svg)[0].textContent).toBe('1 – 2: stiffness 100 N/m')
    expect(texts(svg)).toEqual(expect.arrayContaining(['Paper', '1', '14', 'stiffness, N/m', '100', '113.5', '127']))
    expect(texts(svg)).toContain('pinned')
    expect(texts(svg)).toContain('10 mm')
    expect(texts(svg).join()).not.toMatch(/input|output|missing|undeformed/)
  })

  it('keeps within its frame, whatever hangs on its edge', () => {
    const names = paper.names?.map((name) => `a long name ${name}`)
    const inputs = [
      { node: 0, axis: 'x', load: 1e-3 },
      { node: 4, axis: 'x', load: -1e-3 },
      { node: 13, axis: 'y', load: -1 },
      { node: 2, axis: 'y' },
    ] as const
    for (const picture of [colored, { ...colored, names }, { ...colored, inputs, displacement: sag(1) }]) {
      const svg = latticeSvg(picture as LatticePicture)
      const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? []
      for (const x of [...numbers(svg, 'x1'), ...numbers(svg, 'x2')]) expect(x).toBeGreaterThan(5)
      for (const x of [...numbers(svg, 'x1'), ...numbers(svg, 'x2')]) expect(x).toBeLessThan(width - 5)
      for (const { textContent, x, y } of [...parse(svg).querySelectorAll('text[text-anchor="middle"]')].map(
        (text) => ({
          textContent: text.textContent ?? '',
          x: Number(text.getAttribute('x')),
          y: Number(text.getAttribute('y')),
        }),
      )) {
        expect(x - 3 * textContent.length).toBeGreaterThan(0)
        expect(x + 3 * textContent.length).toBeLessThan(width)
        expect(y).toBeGreaterThan(8)
        expect(y).toBeLessThan(height)
      }
    }
  })

  it('draws y upwards', () => {
    const svg = latticeSvg(colored)
    const at = (name: string) =>
      [...parse(svg).querySelectorAll('text')].find((text) => text.textContent === name)?.getAttribute('y')
    expect(Number(at('14'))).toBeGreaterThan(Number(at('1')))
  })

  it('makes stiff bonds thick and draws them last', () => {
    const groups = [...parse(latticeSvg(colored)).querySelectorAll('g[stroke-width]')].filter(
      (g) => g.querySelector('line') !== null,
    )
    const thickness = groups.map((g) => Number(g.getAttribute('stroke-width')))
    expect(thickness).toEqual([...thickness].sort((a, b) => a - b))
    expect(groups.at(-1)?.textContent).toContain('127 N/m')
  })

  it('writes the magnification, chosen or given, and shows the rest behind', () => {
    const svg = latticeSvg({ ...colored, displacement: sag(-8e-4) })
    expect(texts(svg)).toEqual(expect.arrayContaining(['deformed × 10', 'undeformed']))
    const given = latticeSvg({ ...colored, displacement: sag(-8e-4) }, { magnification: 1 })
    expect(texts(given)).toContain('deformed, true to scale')
    expect(texts(latticeSvg({ ...colored, displacement: sag(0) })).join()).not.toContain('deformed')
    expect(texts(latticeSvg({ ...colored, displacement: sag(3) }))).toContain('deformed × 0.002')
  })

  it('draws inputs the way their load points, outputs as rings, and missing bonds dashed', () => {
    const svg = latticeSvg({
      ...colored,
      inputs: [{ node: 10, axis: 'y', load: -0.049 }],
      outputs: [
        { node: 12, axis: 'y' },
        { node: 12, axis: 'x' },
      ],
      broken: [3],
    })
    expect(texts(svg)).toEqual(expect.arrayContaining(['−49 mN', 'input', 'output', 'missing']))
    expect(svg).toContain('stroke-dasharray')
    expect(lines(svg).map((line) => line.textContent)).toContain('2 – 6: missing')
    const arrow = (load: number) => latticeSvg({ ...colored, inputs: [{ node: 10, axis: 'y', load }] })
    expect(arrow(-1)).not.toBe(arrow(1))
  })

  it('leaves bonds without a value plain, and does without a quantity', () => {
    const holes = rising.map((value, bond) => (bond === 2 ? Number.NaN : value))
    expect(lines(latticeSvg({ ...colored, values: holes }))).toHaveLength(N)
    expect(latticeSvg({ ...colored, values: holes })).not.toContain('NaN')
    expect(lines(latticeSvg(paper))[4].textContent).toBe('2 – 7')
    expect(latticeSvg({ ...colored, values: new Float64Array(N).fill(137.5) })).toContain('137.5 in every bond')
  })

  it('draws many bonds as one path per colour, without names', () => {
    const many = pictureOfGeometry(triangularLattice(30, 30))
    const values = Float64Array.from({ length: many.bonds.length / 2 }, (_, bond) => Math.sin(bond))
    const svg = latticeSvg({ ...many, values, quantity: gradient, displacement: new Float64Array(1800).fill(1e-3) })
    expect(lines(svg)).toHaveLength(0)
    expect(svg.length).toBeLessThan(200_000)
    expect(texts(svg)).not.toContain('1,1')
  })

  it.each([
    ['one node', { x: [0], y: [0], bonds: [], pins: [0], names: ['a'] }],
    ['a chain', { x: [0, 1, 2], y: [0, 0, 0], bonds: [0, 1, 1, 2], pins: [0] }],
    ['a mast', { x: [0, 0], y: [0, 9], bonds: [0, 1], pins: [0], names: ['', 'x'] }],
    ['a honeycomb', pictureOfGeometry(honeycombLattice(2, 3))],
  ])('takes %s', (_what, picture) => {
    const svg = latticeSvg(picture)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(numbers(svg, 'height')[0]).toBeLessThan(1000)
  })

  it('lets no name become markup', () => {
    const svg = latticeSvg({ ...colored, names: paper.names?.map(() => '<b>&"') ?? [] }, { title: '</svg>' })
    expect(svg).not.toContain('<b>')
    expect(svg.match(/<\/svg>/g)).toHaveLength(1)
  })

  it.each([
    [{ y: [1] }, 'picture of a lattice: y must be 14 numbers as x, got 1'],
    [{ values: [1, 2] }, 'values must be 28 numbers, one per bond, got 2'],
    [{ displacement: [1] }, 'displacement must be 28 numbers, two per node, got 1'],
    [{ pins: [14] }, 'a node must be a number from 0 to 13, got 14'],
    [{ bonds: [1] }, 'bonds must be two nodes per bond, got 1 nodes'],
    [{ names: [] }, 'names must be 14, one per node, got 0'],
    [{ inputs: [{ node: -1, axis: 'x' as const }] }, 'a node must be a number from 0 to 13, got -1'],
  ])('refuses %j', (change, message) => expect(() => latticeSvg({ ...colored, ...change })).toThrow(message))
})

describe('themes', () => {
  const full: LatticePicture = {
    ...colored,
    displacement: sag(1e-3),
    inputs: [{ node: 10, axis: 'y', load: 1 }],
    outputs: [{ node: 12, axis: 'x' }],
    broken: [1],
  }
  it.each(['light', 'dark'] as const)('%s stands alone: a background, and no colour from elsewhere', (theme) => {
    const svg = latticeSvg(full, { theme })
    expect(svg).not.toMatch(/var\(|light-dark|style=|inherit/)
    expect(svg).toContain('<rect width="100%" height="100%"')
  })
  it('page takes the colours of the report, and has one for readers that know no light-dark()', () => {
    const svg = latticeSvg(full, { theme: 'page' })
    expect(svg).not.toContain('<rect width="100%"')
    for (const name of ['--ink', '--ink-2', '--card']) expect(svg).toContain(`var(${name})`)
    expect(svg).toMatch(/stroke="#\w{6}" style="stroke:light-dark\(#\w{6},#\w{6}\);"/)
  })
  it.each(['light', 'dark', 'page'] as const)('%s has every attribute once', (theme) => {
    for (const [tag] of latticeSvg(full, { theme, title: 'x' }).matchAll(/<\w[^>]*>/g)) {
      const names = [...tag.matchAll(/ ([\w:-]+)="/g)].map(([, name]) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

describe('scales', () => {
  const of = (values: number[], more = {}) => scaleOf({ ...paper, values, quantity: { ...gradient, ...more } })

  it('centre a diverging scale at 0', () => {
    const scale = of([-1, 4])
    expect([scale?.min, scale?.max]).toEqual([-4, 4])
    expect(scale?.weight(scale.step(0))).toBe(0)
    expect(scale?.weight(scale.step(-4))).toBe(1)
    expect(scale?.weight(scale.step(4))).toBe(1)
    const [low, high] = [-2, 2].map((value) => scale?.tone(scale.step(value)))
    expect(low).not.toEqual(high)
  })
  it('take given ends, and the last colour beyond them', () => {
    const scale = of([1, 2], { scale: 'sequential', min: 0, max: 1 })
    expect(scale?.step(2)).toBe(scale?.step(1))
    expect(scale?.step(-5)).toBe(0)
  })
  it('are not there without values', () => {
    expect(of([Number.NaN])).toBeUndefined()
    expect(scaleOf(paper)).toBeUndefined()
  })
  it('are in the middle where all values are equal', () => {
    expect(of([0, 0])?.weight(of([0, 0])?.step(0) ?? -1)).toBe(0)
    expect(of([3, 3], { scale: 'sequential' })?.step(3)).toBe(24)
  })
})

describe('numbers', () => {
  it.each([
    [0, '0'],
    [137.5, '137.5'],
    [-2.84159e-8, '−2.84×10⁻⁸'],
    [1e5, '10⁵'],
    [0.0123, '0.0123'],
  ])('%d is written %s', (value, text) => expect(written(value, 4)).toBe(text))
  it.each([
    [-0.049, 'N', '−49 mN'],
    [0.02, 'm', '20 mm'],
    [5e-6, 'm', '5 µm'],
    [0, 'N', '0 N'],
    [2, 'm', '2 m'],
  ])('%d %s is written %s', (value, unit, text) => expect(withUnit(value, unit)).toBe(text))
})

const port = { unit: 'm', min: -1, max: 1, step: 0 }
function sheetWith(settings: Record<string, unknown>, machine = 'lattice'): DataSheet {
  return dataSheet({
    machine,
    kind: 'simulator',
    identity: 'paper ideal',
    banks: [
      { name: 'k', width: N, unit: 'N/m', min: 100, max: 172, step: 0, safe: 136, slew: Number.POSITIVE_INFINITY },
    ],
    drive: { ...port, unit: 'N', width: 1 },
    sense: { ...port, width: 2, noise: 0 },
    maxSlots: 16,
    slotSeconds: 0,
    repeatable: true,
    settings,
  })
}
const geometry = { name: 'paper', ...paper }
const settings = { geometry, inputs: ['11.y'], outputs: ['13.y', '14.y'] }

describe('the picture of a data sheet', () => {
  it('is the lattice with its ports', () => {
    expect(pictureOf(sheetWith(settings))).toEqual({
      ...geometry,
      inputs: [{ node: 10, axis: 'y' }],
      outputs: [
        { node: 12, axis: 'y' },
        { node: 13, axis: 'y' },
      ],
    })
  })
  it.each([
    ['another machine', sheetWith(settings, 'mgd-chip')],
    ['a sheet without geometry', sheetWith({ ...settings, geometry: undefined })],
    ['a geometry with a node missing', sheetWith({ ...settings, geometry: { ...geometry, pins: [14] } })],
    ['a geometry of uneven lists', sheetWith({ ...settings, geometry: { ...geometry, y: [0] } })],
  ])('is not there for %s', (_what, sheet) => expect(pictureOf(sheet)).toBeUndefined())
})

describe('the report of a lattice', () => {
  const report = (sheet: DataSheet, thetas: readonly Float64Array[]) => {
    const run: RunRecord = {
      path: 'runs/x',
      start: {
        command: 'train',
        arguments: { task: 'iris' },
        seeds: { run: 1 },
        settings: {},
        sheet,
        device: 'sim:lattice',
        provenance: { versions: { insitu: '0.1.0' }, git: null, pid: 1, host: hostname() },
        record: 1,
        id: 'x',
        startedAt: '2026-01-31T12:00:00.000Z',
      },
      events: [],
      stop: undefined,
      state: 'success',
      torn: 0,
    }
    return reportHtml(run, thetas)
  }
  const [start, middle, end] = [136, 140, 150].map((k) => Float64Array.from(rising, (value) => k + (value - 113) / 4))

  it('shows stiffness at the start and at the end, and what changed', () => {
    const html = report(sheetWith(settings), [start, middle, end])
    expect(html).toContain('<h2>Lattice</h2>')
    for (const title of ['Stiffness at the first look', 'Stiffness at the end', 'What training changed'])
      expect(html).toContain(`<b>${title}</b>`)
    expect(html).toContain('1 – 2: change of stiffness 14 N/m')
    expect(html).toContain('1 – 2: stiffness 132.8 N/m')
    expect(html).not.toContain(middle[0].toFixed(2))
  })
  it('takes the bonds out of several banks', () => {
    const one = sheetWith(settings)
    const bank = (name: string, width: number, unit = 'N/m') => ({ ...one.banks[0], name, width, unit })
    const sheet = { ...one, banks: [bank('soft', 8), bank('angle', 2, 'rad'), bank('stiff', N - 8)] }
    const spread = (k: Float64Array) => Float64Array.of(...k.subarray(0, 8), 7, 7, ...k.subarray(8))
    const html = report(sheet, [spread(start), spread(end)])
    expect(html).toContain('13 – 14: change of stiffness 14 N/m')
    expect(html).toContain('13 – 14: stiffness 139.5 N/m')
  })
  it('says what the geometry is instead of listing its coordinates', () => {
    const html = report(sheetWith(settings), [start, end])
    expect(html).toContain('paper, 14 nodes, 28 bonds')
    expect(html).not.toContain('-0.016, -0.032')
  })
  it('does with one look, or none', () => {
    expect(report(sheetWith(settings), [start])).toContain('<b>Stiffness</b>')
    expect(report(sheetWith(settings), [])).toContain('<b>The lattice</b>')
  })
  it('has no such section for other machines', () =>
    expect(report(sheetWith(settings, 'mgd-chip'), [start])).not.toContain('<h2>Lattice</h2>'))
})

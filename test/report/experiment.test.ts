import { describe, expect, it } from 'vitest'
import {
  latticeSheet,
  PAPER_STIFFNESS,
  paperLattice,
  parseDof,
  triangularLattice,
} from '../../devices/lattice/index.ts'
import { IDEAL_RANGES } from '../../devices/lattice/sheet.ts'
import { figure } from '../../src/report/curves.ts'
import { type ExperimentPage, experimentHtml } from '../../src/report/experiment.ts'
import { facts } from '../../src/report/html.ts'
import { stiffnessPicture } from '../../src/report/stiffness-picture.ts'

const geometry = paperLattice()
const sheet = latticeSheet(
  { geometry, inputs: [parseDof('11.y')], outputs: [parseDof('13.y')], stiffness: PAPER_STIFFNESS },
  {
    kind: 'simulator',
    identity: 'paper',
    converters: IDEAL_RANGES,
    noise: 0,
    maxSlots: 1,
    slotSeconds: 0,
    repeatable: true,
  },
)
const rising = Float64Array.from({ length: 28 }, (_, bond) => 110 + bond)

const page: ExperimentPage = {
  name: 'lattice-x',
  summary: 'a summary',
  source: 'a source & more',
  seed: 3,
  settings: { alpha: '0.02' },
  metrics: { median: 0.9, stiffness: [...rising] },
  seconds: 1.25,
  figures: [stiffnessPicture(sheet, rising, { title: 'Trained', note: 'A note.' })],
}

describe('names and values', () => {
  it('stand in a line while they are short', () => {
    const html = facts([
      ['share', 0.123456],
      ['few', [1, 2, 3]],
      ['groups', { soft: 1345, stiff: 1430 }],
      ['nested', { height: { kind: 'finite' }, broken: [], stuck: {} }],
    ])
    expect(html).not.toContain('<details>')
    expect(html).toContain('<td>0.1235</td>')
    expect(html).toContain('<td>soft 1,345, stiff 1,430</td>')
    expect(html).toContain('<td>height (kind finite), broken none, stuck none</td>')
  })

  it('are folded where they would fill the page: what, how many, from where to where', () => {
    const html = facts([['stiffness', [...rising]]])
    expect(html).toContain('<summary>stiffness <small>28 numbers, 110 to 137</small></summary>')
    expect(html.match(/<span>/g)).toHaveLength(28)
    expect(html).not.toContain('<td>')
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, bond) => [`bond ${bond}`, 1e5]))
    expect(facts([['stuck', many]])).toContain('<summary>stuck <small>60 entries</small></summary>')
  })

  it('are a table where they are a list of things, which need not have the same names', () => {
    const mechanism = 'lattice of 14 nodes is not rigid: nodes 6, 13 can move <b>'
    const html = facts([
      [
        'bonds',
        [
          { removed: '1-2', rigid: true, before: 0.25 },
          { removed: '1-6', rigid: false, mechanism },
        ],
      ],
    ])
    expect(html).toContain('<summary>bonds <small>2 rows</small></summary>')
    expect(html).toContain('<th scope="col">before</th><th scope="col" class="words">mechanism</th>')
    expect(html).toContain('<td>1-2</td><td>yes</td><td>0.25</td><td class="words"></td>')
    expect(html).toContain('<td>1-6</td><td>no</td><td></td><td class="words">lattice of 14 nodes')
    expect(html).not.toContain('<b>')
  })

  it('have sentences below each other', () => {
    const sentence = (n: number) => `a sentence that is about lattice number ${n}`
    expect(facts([['why', [sentence(1), sentence(2)]]])).toContain(`<p>${sentence(1)}</p><p>${sentence(2)}</p>`)
  })
})

describe('the page of an experiment', () => {
  it('has its figures, numbers, settings and what to compare with', () => {
    const html = experimentHtml(page)
    for (const text of ['Trained', 'A note.', 'seed 3', 'a source &#38; more', '28 numbers, 110 to 137', 'alpha'])
      expect(html).toContain(text)
    expect(html).toContain('1 – 2: stiffness 110 N/m')
    expect(html).not.toContain('<script')
  })
})

describe('a picture of stiffness', () => {
  it('is drawn from the sheet, with its ports', () => {
    const { title, svg, note } = stiffnessPicture(sheet, rising)
    expect(title).toBe('Stiffness of the bonds')
    expect(note).toBeUndefined()
    for (const text of ['13 – 14: stiffness 137 N/m', '103.1', '171.9', '>input<', '>output<'])
      expect(svg).toContain(text)
  })

  it('shows the change since earlier parameters', () => {
    const { title, svg } = stiffnessPicture(sheet, rising, { since: rising.map((k) => k + 5) })
    expect(title).toBe('Change of stiffness')
    expect(svg).toContain('1 – 2: change of stiffness −5 N/m')
  })

  it('takes a geometry for a sheet that carries none, and writes large stiffness in kN/m', () => {
    const stiff = PAPER_STIFFNESS.min * 1000
    const banks = sheet.banks.map((bank) => ({ ...bank, min: stiff, max: 2 * stiff }))
    const bare = { ...sheet, banks, settings: { inputs: ['11.y'], outputs: ['13.y'] } }
    expect(() => stiffnessPicture(bare, rising)).toThrow('the data sheet of lattice carries no geometry')
    const { svg } = stiffnessPicture(
      bare,
      rising.map((k) => 1000 * k),
      { geometry },
    )
    expect(svg).toContain('1 – 2: stiffness 110 kN/m')
    expect(svg).toContain('>output<')
  })

  it('takes the whole width for a large lattice', () => {
    const large = triangularLattice(21, 20)
    const bank = { ...sheet.banks[0], width: large.bonds.length }
    const bare = { ...sheet, banks: [bank], settings: { inputs: ['2,2.y'], outputs: ['3,3.y'] } }
    const picture = stiffnessPicture(bare, new Float64Array(bank.width).fill(137.5), { geometry: large })
    expect(experimentHtml({ ...page, figures: [picture] })).toContain('<figure class="whole">')
    expect(experimentHtml(page)).not.toContain('class="whole"')
  })

  it('marks torn bonds, and refuses parameters that are no bonds', () => {
    const torn = { ...sheet, settings: { ...sheet.settings, imperfections: { broken: [0, 99] } } }
    expect(stiffnessPicture(torn, rising).svg).toContain('1 – 2: missing')
    const other = { ...sheet, banks: sheet.banks.map((bank) => ({ ...bank, unit: 'V' })) }
    expect(() => stiffnessPicture(other, rising)).toThrow('must be 28, one per bond')
  })
})

describe('a chart', () => {
  const ticks = (xs: readonly number[]) => {
    const points = xs.map((x) => ({ x, y: x }))
    const html = figure({ title: 'x', x: 'epoch', y: 'y', curves: [{ name: 'a', color: 1, points }] })
    const group = html.slice(html.indexOf('x-axis tick label'))
    return [...group.slice(0, group.indexOf('</g>')).matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text)
  }
  it('has no half epochs', () => {
    expect(ticks([1, 2])).toEqual(['1', '2'])
    expect(ticks([0, 1, 2, 3])).toEqual(['0', '1', '2', '3'])
    expect(ticks([0.1, 0.3])).toContain('0.2')
    expect(ticks([0, 20_000])).toContain('20k')
  })
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMParser } from 'linkedom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type LatticeGeometry,
  PAPER_STIFFNESS,
  paperLattice,
  parseDof,
  withoutBonds,
  withPins,
  writeGeometry,
} from '../../devices/lattice/index.ts'
import { differenceGradient, finiteGradient, type LatticeOptions, latticeSimulator } from '../../sim/lattice/index.ts'
import type { DrawArguments } from '../../src/cli/draw.ts'
import type { DataSheet } from '../../src/contract/sheet.ts'
import { createRun } from '../../src/run/index.ts'
import { plan, steppedClock } from '../run/tools.ts'
import { draw } from './drawing.ts'
import { insitu, lastJson, scratch } from './tools.ts'

const home = process.cwd()
beforeAll(() => process.chdir(scratch()))
afterAll(() => process.chdir(home))

/** What the verb drew, read back as a document. */
async function drawPicture(what: string, more: Partial<DrawArguments> = {}) {
  const result = await draw(what, more)
  const picture = new DOMParser().parseFromString(result.svg, 'image/svg+xml')
  const texts = [...picture.querySelectorAll('text')].map((text) => text.textContent ?? '')
  return { ...result, picture, texts }
}

/** What the bonds of a picture say, by their ends. */
function bondsSaid({ picture }: Awaited<ReturnType<typeof drawPicture>>): Map<string, string> {
  return new Map(
    [...picture.querySelectorAll('line')].map((line) => {
      const [ends, value = ''] = (line.textContent ?? '').split(': ')
      return [ends.replace(' – ', '-'), value] as const
    }),
  )
}

/** '−1.5×10⁻³' as a number. */
function read(text: string): number {
  const raised = /^(−?)(?:([\d.]+)×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(text)
  if (raised === null) return Number(text.replace('−', '-'))
  const exponent = [...raised[3]].map((digit) => (digit === '⁻' ? '-' : String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)))).join('')
  return (raised[1] === '' ? 1 : -1) * Number(`${raised[2] ?? '1'}e${exponent}`)
}

const LOAD = ['11.y=-49mN']
const paper = paperLattice()
const ends = ({ nodes, bonds }: LatticeGeometry, bond: number) => bonds[bond].map((n) => nodes[n].name).join('-')
const options: LatticeOptions = {
  geometry: paper,
  inputs: [parseDof('11.y')],
  outputs: [parseDof('13.y'), parseDof('14.x')],
  stiffness: PAPER_STIFFNESS,
}

/** What the simulator itself says under 49 mN down on the input: displacements of the outputs, elongations. */
async function simulated(more: Partial<LatticeOptions> = {}, theta?: Float64Array) {
  await using lattice = latticeSimulator({ ...options, ...more })
  await lattice.store(theta ?? new Float64Array(28).fill(137.5))
  const [into, elongations] = [new Float64Array(2), new Float64Array(28)]
  const drive = { kind: 'track', data: Float64Array.of(-0.049), hold: 1 } as const
  await lattice.local.read({ slots: 1, drive }, into, elongations)
  return { outputs: into, elongations, sheet: lattice.sheet }
}

/** How far a node moved by what the picture says where the pointer rests on it, mm. */
function moved({ picture }: Awaited<ReturnType<typeof drawPicture>>, name: string): number[] {
  const circle = [...picture.querySelectorAll('circle')].find((dot) => dot.textContent?.startsWith(`${name}: `))
  const [, x, y] = /\((\S+), (\S+)\) mm/.exec(circle?.textContent ?? '') ?? []
  return [read(x), read(y)]
}

describe('a lattice under loads', () => {
  it('is drawn where the published numbers put it, times the magnification', async () => {
    const drawn = await drawPicture('paper', { loads: LOAD })
    const dots = [...drawn.picture.querySelectorAll('circle')].map((dot) =>
      ['cx', 'cy'].map((name) => Number(dot.getAttribute(name))),
    )
    const factor = Number(drawn.texts.find((text) => text.startsWith('deformed × '))?.slice(11))
    expect(factor).toBeGreaterThanOrEqual(2)
    // Nodes 1 and 5 are pinned, 64 mm apart.
    const perMetre = (dots[0][0] - dots[4][0]) / 0.064
    const u13 = ((dots[0][1] - dots[12][1]) / perMetre - paper.nodes[12].y) / factor
    expect(Math.abs(u13 - -0.52429293e-3)).toBeLessThan(0.15 / perMetre / factor)
    expect(moved(drawn, '13')[1]).toBe(-0.5243)
    expect(moved(drawn, '14')[1]).toBe(-0.5243)
    expect(moved(drawn, '1')).toEqual([0, 0])
    expect(drawn.texts).toEqual(expect.arrayContaining(['−49 mN', 'undeformed', '137.5 in every bond']))
    expect(drawn.texts).toContain('k = 137.5 N/m, the middle of the paper’s bounds; small displacements')
    expect(drawn.said).toContain('node 11 moves furthest, by 650 µm')
    expect(drawn.largest?.displacement).toBeCloseTo(6.4979798e-4, 10)
  })

  it('takes a stiffness for every bond, with or without its unit', async () => {
    const [usual, twice] = [
      await drawPicture('paper', { loads: LOAD }),
      await drawPicture('paper', { loads: LOAD, k: '275' }),
    ]
    expect(twice.largest?.displacement).toBeCloseTo((usual.largest?.displacement ?? 0) / 2, 12)
    expect((await drawPicture('paper', { loads: LOAD, k: '0.275 N/mm' })).largest).toEqual(twice.largest)
    expect((await drawPicture('paper', { k: '150' })).texts).toContain('150 in every bond')
    expect((await drawPicture('paper')).svg).not.toContain('in every bond')
  })

  it('adds up its loads', async () => {
    const [one, other] = [
      await drawPicture('paper', { loads: LOAD }),
      await drawPicture('paper', { loads: ['8.x=20mN'] }),
    ]
    const both = await drawPicture('paper', { loads: [...LOAD, '8.x=20 mN'] })
    expect(both.texts).toEqual(expect.arrayContaining(['−49 mN', '20 mN']))
    for (const axis of [0, 1])
      expect(moved(both, '13')[axis]).toBeCloseTo(moved(one, '13')[axis] + moved(other, '13')[axis], 3)
  })

  it.each(['linear', 'finite'] as const)('moves and stretches as the simulator does: %s', async (strain) => {
    const drawn = await drawPicture('paper', { loads: LOAD, colour: 'elongation', strain })
    const { outputs, elongations } = await simulated({ preset: strain === 'linear' ? 'ideal' : 'finite' })
    expect(moved(drawn, '13')[1]).toBeCloseTo(1e3 * outputs[0], 4)
    expect(moved(drawn, '14')[0]).toBeCloseTo(1e3 * outputs[1], 4)
    const said = bondsSaid(drawn)
    for (const [bond, metres] of elongations.entries()) {
      const [, value, unit] = /^elongation (\S+) (\S+)$/.exec(said.get(ends(paper, bond)) ?? '') ?? []
      expect(unit).toBe('µm')
      expect(read(value)).toBeCloseTo(1e6 * metres, 1)
    }
    expect(drawn.texts).toContain('elongation, µm')
  })

  it.each(['linear', 'finite'] as const)(
    'shows the gradient that differences of whole solves give: %s',
    async (strain) => {
      const adjoint = ['13.y=-49mN', '14.x=10mN']
      const drawn = await drawPicture('paper', { loads: LOAD, adjoint, colour: 'gradient', strain })
      const wanted = differenceGradient(
        {
          spec: options,
          stiffness: new Float64Array(28).fill(137.5),
          drive: Float64Array.of(-0.049),
          load: Float64Array.of(-0.049, 0.01),
        },
        strain,
      )
      const said = bondsSaid(drawn)
      const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      for (const [bond, value] of wanted.entries()) {
        const [, shown, unit] = /^gradient dL\/dk (\S+) (\S+)$/.exec(said.get(ends(paper, bond)) ?? '') ?? []
        expect(unit).toBe('mm²')
        expect(Math.abs(read(shown) - 1e6 * value)).toBeLessThan(1.5e-4 * 1e6 * largest)
      }
      expect(drawn.said.join()).toContain('L = minus the work of −49 mN on 13.y and 10 mN on 14.x')
    },
  )

  it('draws the inputs of a file without loads, and under loads its loads alone', async () => {
    const inputs = [parseDof('11.y'), parseDof('8.x')]
    writeFileSync('two.json', writeGeometry({ geometry: paper, inputs, outputs: [parseDof('13.y')] }))
    expect((await drawPicture('two.json')).texts).toContain('input')
    const { svg } = await drawPicture('two.json', { loads: LOAD })
    expect(svg.match(/stroke-linejoin="round"\/><\/g>/g)).toHaveLength(1)
  })

  it('keeps pins along one axis', async () => {
    const geometry = withPins(paper, ['1', '5.y'])
    writeFileSync('roller.json', writeGeometry({ geometry, inputs: [parseDof('11.y')], outputs: [parseDof('13.y')] }))
    const [x, y] = moved(await drawPicture('roller.json', { loads: LOAD }), '5')
    expect(x).toBeGreaterThan(0.01)
    expect(y).toBe(0)
  })
})

describe('what cannot be solved', () => {
  it('a mechanism is refused with its nodes, and drawn without loads', async () => {
    const refused = expect.objectContaining({
      code: 'MECHANISM',
      message: expect.stringMatching(/is not rigid: nodes 6, /),
    })
    const geometry = withoutBonds(paper, [paper.bonds.findIndex((_, bond) => ends(paper, bond) === '1-6')])
    writeFileSync('cut.json', writeGeometry({ geometry, inputs: [parseDof('11.y')], outputs: [parseDof('13.y')] }))
    await expect(drawPicture('cut.json', { loads: LOAD, out: 'never.svg' })).rejects.toThrow(refused)
    expect((await drawPicture('cut.json')).bonds).toBe(27)
    await expect(drawPicture('honeycomb:2x2', { loads: ['2,2,1.y=1mN'] })).rejects.toThrow('it is not pinned anywhere')
    const free = JSON.parse(readFileSync('cut.json', 'utf8')) as object
    writeFileSync('free.json', JSON.stringify({ ...free, pins: [] }))
    await expect(drawPicture('free.json', { loads: LOAD, strain: 'finite' })).rejects.toThrow(
      'it is not pinned anywhere',
    )
  })

  it('an adjoint load without a gradient to colour is refused before anything is solved', async () => {
    const loads = ['2,2,1.y=1mN']
    await expect(drawPicture('honeycomb:2x2', { loads, adjoint: loads })).rejects.toThrow(
      '--adjoint says what the gradient',
    )
    await expect(drawPicture('honeycomb:2x2', { loads, out: 'no/such.svg' })).rejects.toThrow(
      'there is no directory no',
    )
  })

  it('a strut that a side spring no longer keeps straight has no gradient', () => {
    const geometry: LatticeGeometry = {
      name: 'strut',
      nodes: [
        { name: 'foot', x: 0, y: 0 },
        { name: 'head', x: 0, y: 1 },
        { name: 'wall', x: 1, y: 1 },
      ],
      bonds: [
        [0, 1],
        [1, 2],
      ],
      pins: [
        { node: 0, axis: 'xy' },
        { node: 2, axis: 'xy' },
      ],
    }
    const spec = { geometry, inputs: [parseDof('head.y')], outputs: [parseDof('head.x')] }
    // It gives way at a force of 1e-9 N/m times its length.
    const under = (newtons: number) =>
      finiteGradient({
        spec,
        stiffness: Float64Array.of(1, 1e-9),
        drive: Float64Array.of(newtons),
        load: Float64Array.of(1),
      })
    expect(under(1e-3).every(Number.isFinite)).toBe(true)
    expect(() => under(-1e-3)).toThrow(
      expect.objectContaining({
        code: 'NO_EQUILIBRIUM',
        message: expect.stringMatching(
          /^lattice strut: the tangent at this load, up to 0.001 N .* is not positive definite/,
        ),
      }),
    )
  })

  it.each<[Partial<DrawArguments>, string, string]>([
    [
      { colour: 'elongation' },
      '--colour elongation shows what loads do to the bonds; none is given',
      '--load 14.y=-49mN',
    ],
    [{ colour: 'gradient' }, '--colour gradient shows dL/dk', '--load 14.y=-49mN --adjoint'],
    [{ colour: 'gradient', loads: LOAD }, 'an adjoint load; none is given', '--adjoint 13.y=-49mN'],
    [{ adjoint: ['13.y=1N'], loads: LOAD }, '--adjoint says what the gradient is of', '--colour gradient'],
    [{ strain: 'finite' }, '--strain says how loads deform the lattice; none is given', '--load 14.y=-49mN'],
    [{ strain: 'large', loads: LOAD }, '--strain must be one of linear, finite, got "large"', ''],
    [{ k: '0' }, '--k must be a positive stiffness in N/m, got "0"', ''],
    [{ k: '3 N' }, '--k "3 N": it is in N', ''],
    [{ loads: ['1.y=1mN'] }, '--load 1.y=1mN: node 1 is pinned along y, so no force can move it', 'free node'],
    [{ loads: [...LOAD, ...LOAD] }, '--load 11.y=-49mN: there is another force on 11.y; keep one', ''],
    [
      { loads: LOAD, adjoint: ['x.y=1N'], colour: 'gradient' },
      '--adjoint x.y=1N: lattice paper: there is no node "x"; nodes are 1, 2,',
      '',
    ],
  ])('%j is refused', async (more, message, hint) => {
    const refused = {
      message: expect.stringContaining(message),
      ...(hint !== '' && { hint: expect.stringContaining(hint) }),
    }
    await expect(drawPicture('paper', { out: 'refused.svg', ...more })).rejects.toThrow(
      expect.objectContaining(refused),
    )
  })
})

describe('a run under loads', () => {
  const rising = Float64Array.from({ length: 28 }, (_, bond) => 110 + 2 * bond)
  function runOf(sheet: DataSheet, theta: Float64Array | undefined) {
    const run = createRun(scratch(), 'iris', { ...plan, sheet, device: 'sim:lattice' }, steppedClock(0.3))
    if (theta !== undefined)
      run.append('evaluation', { step: 7, set: 'train', cost: 1, accuracy: 0, theta: run.bulk('theta', theta) })
    run.sync()
    return run.path
  }

  it('takes its last stiffness, its strain, its torn bonds and its stuck ones', async () => {
    const imperfections = { height: { kind: 'finite' }, broken: [9], stuck: { 20: 60 } } as const
    const { outputs, sheet } = await simulated({ imperfections }, rising)
    const drawn = await drawPicture(runOf(sheet, rising), { loads: LOAD, colour: 'elongation' })
    expect(moved(drawn, '13')[1]).toBeCloseTo(1e3 * outputs[0], 4)
    expect(drawn.texts).toEqual(expect.arrayContaining(['stiffness after step 7; finite strain', 'missing']))
    expect(bondsSaid(drawn).get(ends(paper, 9))).toBe('missing')
    const linear = await drawPicture(runOf(sheet, rising), { loads: LOAD, strain: 'linear' })
    expect(moved(linear, '13')).not.toEqual(moved(drawn, '13'))
  })

  it('does with --k where it has recorded none, and asks for it', async () => {
    const path = runOf((await simulated()).sheet, undefined)
    const refused = expect.objectContaining({ hint: expect.stringContaining('--k 137.5') })
    await expect(drawPicture(path, { loads: LOAD })).rejects.toThrow(refused)
    expect(moved(await drawPicture(path, { loads: LOAD, k: '137.5' }), '13')[1]).toBe(-0.5243)
  })

  it('holds the axes its sheet names, and says so where it names none', async () => {
    const { sheet } = await simulated()
    const { geometry } = sheet.settings as { geometry: object }
    const withAxes = (pinAxes: unknown) => ({
      ...sheet,
      settings: { ...sheet.settings, geometry: { ...geometry, pinAxes } },
    })
    const held = await drawPicture(runOf(withAxes(['xy', 'y']), rising), { loads: LOAD })
    expect(moved(held, '5')[0]).not.toBe(0)
    const unsaid = await drawPicture(runOf(withAxes(undefined), rising), { loads: LOAD })
    expect(moved(unsaid, '5')).toEqual([0, 0])
    expect(unsaid.said.join()).toContain('does not say which axes are pinned')
  })
})

describe('the command', () => {
  beforeAll(() => process.chdir(home))

  it('draws what train has recorded on a simulated lattice', { timeout: 60_000 }, async () => {
    const runs = scratch()
    const words = ['--device', 'sim:lattice', '--reads', '400', '--runs', runs, '--json']
    const { run } = lastJson((await insitu('train', ...words)).out)
    const { code, out, err } = await insitu(
      'draw',
      String(run),
      '--load',
      '11.y=-49mN',
      '--colour',
      'elongation',
      '--json',
    )
    expect(code).toBe(0)
    expect(err).toContain('stiffness after step ')
    const { file, largest } = lastJson(out) as { file: string; largest: { displacement: number } }
    expect(file).toBe(join(String(run), 'lattice.svg'))
    expect(largest.displacement).toBeGreaterThan(3e-4)
    expect(largest.displacement).toBeLessThan(1e-3)
  })

  it('hands over adjoint, stiffness and strain', async () => {
    const file = join(scratch(), 'g.svg')
    const words = [
      '--load',
      '11.y=-49mN',
      '--adjoint',
      '13.y=-49mN',
      '--colour',
      'gradient',
      '--strain',
      'finite',
      '--k',
      '150',
    ]
    const { code, err } = await insitu('draw', 'paper', ...words, '--out', file, '--json')
    expect(code).toBe(0)
    expect(err).toContain('k = 150 N/m; finite strain; L = minus the work of −49 mN on 13.y')
  })
})

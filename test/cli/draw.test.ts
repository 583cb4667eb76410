import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { namedLattice, paperLattice, parseDof, writeGeometry } from '../../devices/lattice/index.ts'
import type { DrawArguments } from '../../src/cli/draw.ts'
import { type DataSheet, dataSheet } from '../../src/contract/sheet.ts'
import { createRun } from '../../src/run/index.ts'
import { plan, steppedClock } from '../run/tools.ts'
import { draw } from './drawing.ts'
import { insitu, lastJson, scratch } from './tools.ts'

const home = process.cwd()
const folder = scratch()
beforeAll(() => process.chdir(folder))
afterAll(() => process.chdir(home))

const port = { unit: 'm', min: -1, max: 1, step: 0 }
const { name, nodes, bonds, pins } = paperLattice()
const lattice = dataSheet({
  ...plan.sheet,
  machine: 'lattice',
  banks: [
    { name: 'k', width: 28, unit: 'N/m', min: 100, max: 172, step: 0, safe: 136, slew: Number.POSITIVE_INFINITY },
  ],
  drive: { ...port, unit: 'N', width: 1 },
  sense: { ...port, width: 1, noise: 0 },
  settings: {
    geometry: {
      name,
      names: nodes.map((node) => node.name),
      x: nodes.map(({ x }) => x),
      y: nodes.map(({ y }) => y),
      bonds: bonds.flat(),
      pins: pins.map(({ node }) => node),
    },
    inputs: ['11.y'],
    outputs: ['13.y'],
  },
})
const rising = (from: number) => Float64Array.from({ length: 28 }, (_, bond) => from + bond)
const runOf = (sheet: DataSheet) => createRun(scratch(), 'iris', { ...plan, sheet }, steppedClock(0.3))

describe('draw', () => {
  it.each([
    ['paper', 'paper.svg', 14, 28],
    ['triangular:8x8', 'triangular-8x8.svg', 64, 161],
    ['honeycomb:4x4', 'honeycomb-4x4.svg', 96, 129],
  ])('%s goes to %s', async (what, file, nodes, bonds) => {
    const drawn = await draw(what)
    expect(drawn).toMatchObject({ file, nodes, bonds, said: [`picture ${file}`] })
    expect(drawn.svg).toContain('<svg xmlns="http://www.w3.org/2000/svg"')
    expect(drawn.svg).toContain(`${nodes} nodes, ${bonds} bonds`)
  })

  it('says when it replaces an earlier picture, and keeps what it did not write unless told by name', async () => {
    await draw('triangular:2x2')
    expect((await draw('triangular:2x2')).said).toEqual(['picture triangular-2x2.svg (replaced)'])
    writeFileSync('triangular-3x3.svg', '<svg/>')
    await expect(draw('triangular:3x3')).rejects.toThrow('triangular-3x3.svg is there and is not a picture of ours')
    expect(readFileSync('triangular-3x3.svg', 'utf8')).toBe('<svg/>')
    expect((await draw('triangular:3x3', { out: 'triangular-3x3.svg' })).said[0]).toContain('(replaced)')
  })

  it('draws a JSON file, with or without pins, under its own name', async () => {
    const text = writeGeometry({ geometry: paperLattice(), inputs: [parseDof('11.y')], outputs: [parseDof('13.y')] })
    writeFileSync('bridge.json', text)
    expect(await draw('bridge.json', { dark: true })).toMatchObject({ file: 'bridge.svg', nodes: 14 })
    writeFileSync('free.json', JSON.stringify({ ...(JSON.parse(text) as object), pins: [] }))
    expect((await draw('free.json')).svg).not.toContain('pinned')
  })

  it('marks loads', async () => {
    const { svg } = await draw('paper', { loads: ['11.y=-49mN', '8.x=0.1 N'] })
    expect(svg).toContain('−49 mN')
    expect(svg).toContain('100 mN')
  })

  it('draws the last stiffness of a run into the run', async () => {
    const run = runOf(lattice)
    run.sync()
    const empty = await draw(run.path)
    expect(empty.said).toContain('the run has recorded no stiffness yet: the lattice alone')
    expect(empty.file).toBe(join(run.path, 'lattice.svg'))
    const look = (step: number, from: number) =>
      run.append('evaluation', { step, set: 'train', cost: 1, accuracy: 0, theta: run.bulk('theta', rising(from)) })
    look(1, 110)
    look(5, 120)
    run.sync()
    expect((await draw(run.path)).svg).toContain('1 – 2: stiffness 120 N/m')
    const rest = { optimizer: null, rule: null, lessons: null }
    run.checkpoint({ step: 9, theta: rising(130), ...rest })
    run.stop({ status: 'success', reason: 'done', metrics: {} })
    expect((await draw(run.path)).svg).toContain('1 – 2: stiffness 130 N/m')
  })

  it('refuses a run of another machine, and a lattice whose sheet carries no geometry', async () => {
    const chip = runOf(plan.sheet)
    await expect(draw(chip.path)).rejects.toThrow('its machine is mgd-chip (test), not a lattice')
    const large = runOf({ ...lattice, settings: {} })
    await expect(draw(large.path)).rejects.toThrow('the data sheet of lattice (test) carries no geometry')
    expect(existsSync(join(large.path, 'lattice.svg'))).toBe(false)
  })

  it.each<[string, Partial<DrawArguments>, string, string]>([
    ['triangular', {}, 'CONFIG', 'there is nothing to draw called "triangular": no run directory, no JSON file'],
    ['paper', { out: 'paper.png' }, 'CONFIG', '--out must name an .svg file, got "paper.png"'],
    ['paper', { out: 'none/such.svg' }, 'CONFIG', 'none/such.svg cannot be written: there is no directory none'],
    ['paper', { out: '.svg/' }, 'CONFIG', '--out must name an .svg file'],
    ['paper', { colour: 'red' }, 'CONFIG', '--colour must be one of stiffness, elongation, gradient, got "red"'],
    [
      'paper',
      { colour: 'toString' },
      'CONFIG',
      '--colour must be one of stiffness, elongation, gradient, got "toString"',
    ],
    ['paper', { colour: 'constructor' }, 'CONFIG', '--colour must be one of'],
    ['paper', { loads: ['11.y'] }, 'CONFIG', '--load takes node.axis=force, e.g. 11.y=-49mN, got "11.y"'],
    ['paper', { loads: ['11=1N'] }, 'CONFIG', 'must be written node.x or node.y, got "11"'],
    ['paper', { loads: ['15.y=1N'] }, 'CONFIG', '--load 15.y=1N: lattice paper: there is no node "15"; nodes are 1, 2'],
    ['paper', { loads: ['11.y=3'] }, 'UNITS', 'load on 11.y "3": it has no unit'],
    ['paper', { loads: ['11.y=3 kg'] }, 'UNITS', 'load on 11.y "3 kg": it is in kg'],
    ['.', {}, 'RECORD', '. is not a run'],
  ])('%s %j is refused', async (what, more, code, message) => {
    const refused = expect.objectContaining({ code, message: expect.stringContaining(message) })
    await expect(draw(what, more)).rejects.toThrow(refused)
  })

  it('refuses a lattice too large to mean', () => {
    expect(() => namedLattice('triangular:9999x9999')).toThrow('at most 250000 nodes can be asked for, got 99980001')
    expect(namedLattice('square:2x2')).toBeUndefined()
  })
})

describe('the command', () => {
  beforeAll(() => process.chdir(home))

  it('ends with one JSON line', async () => {
    const file = join(scratch(), 'x.svg')
    const { code, out } = await insitu('draw', 'paper', '--load', '11.y=-49mN', '--out', file, '--json')
    expect(code).toBe(0)
    expect(lastJson(out)).toEqual({
      file,
      nodes: 14,
      bonds: 28,
      largest: { node: '11', displacement: expect.closeTo(6.498e-4, 7) },
    })
    expect(existsSync(file)).toBe(true)
  })

  it('names the faults of a file', async () => {
    const file = join(scratch(), 'bad.json')
    writeFileSync(file, '{"nodes": {"a": [0, 0]}, "bonds": [["a", "b"]], "inputs": ["a.x"], "outputs": ["a.y"]}')
    const { code, err } = await insitu('draw', file)
    expect(code).toBe(2)
    expect(err).toContain('bond "a"-"b": there is no node "b"; nodes are a')
  })

  it('teaches by example', async () => {
    const { code, out } = await insitu('draw', '--help')
    expect(code).toBe(0)
    expect(out).toMatch(/Examples:\n {2}\$ insitu draw paper\n/)
  })
})

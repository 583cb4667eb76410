import { describe, expect, it } from 'vitest'
import {
  checkGeometry,
  type Dof,
  findNode,
  formatDof,
  honeycombLattice,
  type LatticeGeometry,
  paperLattice,
  parseDof,
  readGeometry,
  triangularLattice,
  withoutBonds,
  withoutNodes,
  withPins,
  writeGeometry,
} from '../../devices/lattice/index.ts'

const pair = (geometry: LatticeGeometry) =>
  geometry.bonds.map((bond) => bond.map((node) => geometry.nodes[node].name).join(' - '))
const length = ({ nodes }: LatticeGeometry, [a, b]: readonly [number, number]) =>
  Math.hypot(nodes[a].x - nodes[b].x, nodes[a].y - nodes[b].y)

/** All pairs of nodes at distance a, the definition the builders must meet without looking at all pairs. */
function neighbours({ nodes }: LatticeGeometry, a: number): string[] {
  const found: string[] = []
  for (let i = 0; i < nodes.length; i++) {
    for (let j = i + 1; j < nodes.length; j++) {
      if (Math.abs(Math.hypot(nodes[i].x - nodes[j].x, nodes[i].y - nodes[j].y) / a - 1) < 1e-9)
        found.push(`${nodes[i].name} - ${nodes[j].name}`)
    }
  }
  return found
}

describe('the paper lattice', () => {
  const paper = paperLattice()

  it('is the truncated triangle: 14 nodes along rows, 28 bonds, nodes 1 and 5 pinned', () => {
    expect(paper.nodes.map(({ name }) => name)).toEqual(Array.from({ length: 14 }, (_, n) => String(n + 1)))
    expect(paper.bonds).toHaveLength(28)
    expect(paper.pins).toEqual([
      { node: 0, axis: 'xy' },
      { node: 4, axis: 'xy' },
    ])
    const a = 16e-3
    const at = (name: string) => paper.nodes[findNode(paper, name)]
    expect(at('1')).toEqual({ name: '1', x: 0, y: 0 })
    expect(at('5')).toMatchObject({ x: -4 * a, y: 0 })
    expect(at('11')).toMatchObject({ x: -a - a, y: (-2 * a * Math.sqrt(3)) / 2 })
    expect(at('14').x).toBeCloseTo(-2.5 * a, 15)
  })

  it('joins all pairs 16 mm apart, in rising order', () => expect(pair(paper)).toEqual(neighbours(paper, 16e-3)))
})

describe('triangular lattices', () => {
  it.each([
    [8, 8, 161],
    [50, 50, 7301],
    [100, 100, 29601],
  ])('%i x %i has %i bonds', (rows, columns, bonds) => {
    const lattice = triangularLattice(rows, columns)
    expect(lattice.bonds).toHaveLength(bonds)
    expect(lattice.nodes).toHaveLength(rows * columns)
    expect(lattice.pins).toHaveLength(columns)
  })

  it.each([
    [1, 1],
    [1, 4],
    [4, 1],
    [5, 6],
  ])('%i x %i joins all pairs at the spacing, in rising order', (rows, columns) => {
    const lattice = triangularLattice(rows, columns, { spacing: 0.01 })
    expect(pair(lattice)).toEqual(neighbours(lattice, 0.01))
  })

  it('names nodes row,column, shifts every second row, and pins what it is told to', () => {
    const lattice = triangularLattice(3, 4, { spacing: 2, pins: ['3,1', '3,4.y'] })
    expect(lattice.nodes[findNode(lattice, '2,3')]).toEqual({ name: '2,3', x: 5, y: -Math.sqrt(3) })
    expect(lattice.name).toBe('triangular 3x4')
    expect(lattice.pins).toEqual([
      { node: 8, axis: 'xy' },
      { node: 11, axis: 'y' },
    ])
  })

  it.each([
    [() => triangularLattice(0, 3), 'triangular lattice: rows must be a whole number from 1, got 0'],
    [() => honeycombLattice(2, 1.5), 'honeycomb lattice: columns must be a whole number from 1, got 1.5'],
    [() => triangularLattice(2, 2, { spacing: -1 }), 'triangular lattice: spacing must be a length above 0 m, got -1'],
  ])('refuses %s', (build, message) => expect(build).toThrow(message))
})

describe('honeycomb lattices', () => {
  it('has six nodes a cell, rings first and then the bonds between cells, all of one length', () => {
    const lattice = honeycombLattice(3, 4)
    expect(lattice.nodes).toHaveLength(72)
    expect(lattice.pins).toEqual([])
    expect(pair(lattice).slice(0, 6)).toEqual([
      '1,1,1 - 1,1,2',
      '1,1,2 - 1,1,3',
      '1,1,3 - 1,1,4',
      '1,1,4 - 1,1,5',
      '1,1,5 - 1,1,6',
      '1,1,6 - 1,1,1',
    ])
    // The authors' order: for each cell to the right, above, above left.
    expect(pair(lattice).slice(72, 77)).toEqual([
      '1,1,1 - 1,2,4',
      '1,1,2 - 2,1,5',
      '1,2,1 - 1,3,4',
      '1,2,2 - 2,2,5',
      '1,2,3 - 2,1,6',
    ])
    expect(pair(lattice).at(-1)).toBe('3,3,1 - 3,4,4')
    for (const bond of lattice.bonds) expect(length(lattice, bond)).toBeCloseTo(1, 12)
    expect(lattice.bonds).toHaveLength(72 + 3 * 3 + 2 * 4 + 2 * 3)
  })

  it('has the size of the follow-up paper and places nodes by its formula', () => {
    const lattice = honeycombLattice(16, 24)
    expect([lattice.nodes.length, lattice.bonds.length]).toEqual([2304, 3377])
    const { x, y } = lattice.nodes[findNode(lattice, '3,2,5')]
    expect(x).toBeCloseTo(Math.cos((4 * Math.PI) / 3) + 3 + 2 * 1.5, 12)
    expect(y).toBeCloseTo(Math.sin((4 * Math.PI) / 3) + 2 * 3 * Math.sin(Math.PI / 3), 12)
  })

  it('takes pins', () => expect(honeycombLattice(1, 1, { pins: ['1,1,4'] }).pins).toEqual([{ node: 3, axis: 'xy' }]))
})

describe('changed lattices', () => {
  it('withPins holds these nodes and no others', () => {
    const lattice = withPins(paperLattice(), ['13', '14.x'])
    expect(lattice.pins).toEqual([
      { node: 12, axis: 'xy' },
      { node: 13, axis: 'x' },
    ])
    expect(() => withPins(paperLattice(), ['15'])).toThrow(
      'lattice paper: there is no node "15"; nodes are 1, 2, 3, 4, 5, 6, 7, 8 and 6 more',
    )
  })

  it('withoutNodes takes their bonds and pins along and keeps the rest as it was', () => {
    const paper = paperLattice()
    const lattice = withoutNodes(paper, ['1', '7'])
    expect(lattice.name).toBe('paper without node 1, 7')
    expect(lattice.nodes).toEqual(paper.nodes.filter(({ name }) => name !== '1' && name !== '7'))
    expect(pair(lattice)).toEqual(pair(paper).filter((bond) => !/\b[17]\b/.test(bond)))
    expect(lattice.pins).toEqual([{ node: 3, axis: 'xy' }])
    expect(() => withoutNodes(paper, ['x'])).toThrow('no node "x"')
  })

  it('withoutBonds breaks bonds by number', () => {
    const lattice = withoutBonds(paperLattice(), [0, 27])
    expect(lattice.bonds).toEqual(paperLattice().bonds.slice(1, 27))
    expect(lattice.name).toBe('paper without bond 1-2, 13-14')
    expect(() => withoutBonds(paperLattice(), [28])).toThrow(
      'lattice paper: bonds to remove must be whole numbers from 0 to 27, got 28',
    )
  })
})

describe('degrees of freedom', () => {
  it.each(['11.y', 'left.top.x', '1,2,3.x', '..y'])('%s reads and writes', (text) =>
    expect(formatDof(parseDof(text))).toBe(text),
  )
  it('takes the axis after the last dot', () => expect(parseDof('a.x.y')).toEqual({ node: 'a.x', axis: 'y' }))
  it.each(['11', '11.z', '.x', '', '11.Y'])('refuses "%s"', (text) =>
    expect(() => parseDof(text)).toThrow(`must be written node.x or node.y, got "${text}"`),
  )
})

const SMALL = {
  name: 'beam',
  unit: 'mm',
  nodes: { a: [0, 0], b: [16, 0], c: [8, -14] },
  bonds: [
    ['a', 'c'],
    ['b', 'c'],
  ],
  pins: ['a', 'b'],
  inputs: ['c.y'],
  outputs: ['c.x'],
}

describe('a lattice from JSON', () => {
  it('reads objects and text, in mm, cm and m', () => {
    const { geometry, inputs, outputs } = readGeometry(SMALL, 'beam.json')
    expect(geometry.name).toBe('beam')
    expect(geometry.nodes[2]).toEqual({ name: 'c', x: 0.008, y: -0.014 })
    expect(geometry.bonds).toEqual([
      [0, 2],
      [1, 2],
    ])
    expect(inputs).toEqual([{ node: 'c', axis: 'y' }])
    expect(outputs).toEqual([{ node: 'c', axis: 'x' }])
    expect(readGeometry(JSON.stringify({ ...SMALL, unit: 'cm' }), 'x').geometry.nodes[2].x).toBe(0.08)
    expect(readGeometry({ ...SMALL, unit: undefined }, 'x').geometry.nodes[2].x).toBe(8)
    expect(readGeometry({ ...SMALL, name: undefined }, 'x.json').geometry.name).toBe('x.json')
  })

  it('reads a pin along one axis, and names with dots', () => {
    const nodes = { ...SMALL.nodes, 'c.y': [3, 3] }
    const bonds = [...SMALL.bonds, ['c.y', 'a'], ['c.y', 'b']]
    const pins = (given: string[]) => readGeometry({ ...SMALL, nodes, bonds, pins: given }, 'x').geometry.pins
    const ports = { inputs: ['c.y.x'], outputs: ['c.y.y'] }
    expect(pins(['a', 'b.x'])).toEqual([
      { node: 0, axis: 'xy' },
      { node: 1, axis: 'x' },
    ])
    const both = readGeometry({ ...SMALL, ...ports, nodes, bonds, pins: ['a', 'c.y', 'b.xy'] }, 'x')
    expect(both.geometry.pins[1]).toEqual({ node: 2, axis: 'y' })
    expect(both.inputs[0]).toEqual({ node: 'c.y', axis: 'x' })
    expect(pins(['a', 'b', 'c.y.xy'])[2]).toEqual({ node: 3, axis: 'xy' })
  })

  const ports = { inputs: [parseDof('11.y')], outputs: [parseDof('13.y'), parseDof('14.x')] }
  const odd = withPins(
    {
      name: 'odd "names"',
      nodes: ['10', 'b', '2', '__proto__', 'c.y', 'c', 'ü'].map((name, n) => ({ name, x: n / 3, y: n * n * 0.1 })),
      bonds: [0, 1, 2, 3, 4, 5].map((n) => [n, n + 1] as const),
      pins: [],
    },
    ['10', 'c.y.xy', 'c.x'],
  )
  it.each([
    ['the paper', paperLattice(), ports.inputs, ports.outputs],
    ['triangular', triangularLattice(5, 7), [parseDof('5,1.x')], [parseDof('5,7.y')]],
    ['honeycomb', honeycombLattice(2, 3, { pins: ['1,1,4', '1,1,5.x'] }), [parseDof('2,2,1.x')], [parseDof('2,3,1.y')]],
    ['odd names', odd, [parseDof('b.x')], [parseDof('2.y')]],
  ])('%s comes back exactly as it was written', (_what, geometry, inputs, outputs) => {
    const plan = { geometry, inputs, outputs }
    expect(readGeometry(writeGeometry(plan), 'file.json')).toEqual(plan)
  })

  it('takes a lattice without pins if it may be free', () => {
    const free = { ...SMALL, pins: undefined }
    expect(() => readGeometry(free, 'x')).toThrow('not pinned anywhere')
    expect(readGeometry(free, 'x', { require: 'free' }).geometry.pins).toEqual([])
  })

  const extended = (more: object, bonds: string[][]) => ({
    ...SMALL,
    nodes: { ...SMALL.nodes, ...more },
    bonds: [...SMALL.bonds, ...bonds],
  })
  it.each<[string, unknown, string | RegExp]>([
    ['no JSON', '{"nodes":', 'beam.json is no JSON: '],
    ['a list', [], 'nodes is missing'],
    ['a number', 3, 'it must be an object, got 3'],
    ['a field left out', { ...SMALL, inputs: undefined }, 'beam.json: inputs must be a list, ["d.y"], got nothing'],
    ['a misspelt field', { ...SMALL, bond: [] }, '"bond" is no field of a lattice; fields are name, unit, nodes,'],
    ['an unknown unit', { ...SMALL, unit: 'inch' }, 'unit must be "m", "cm" or "mm", got "inch"'],
    ['half a place', { ...SMALL, nodes: { a: [0] } }, 'nodes.a.1 must be a number, got nothing'],
    ['a place with three numbers', { ...SMALL, nodes: { a: [0, 1, 2] } }, 'nodes.a.2 must be two numbers, [x, y], got'],
    ['a list of nodes without names', { ...SMALL, nodes: [[0, 1]] }, 'nodes.0.0 must be a string, got 0'],
    ['a name given twice', '{"nodes": {"a": [0, 0], "b\\"{": [1, 0], "a": [0, 1]}}', '"a" is given twice'],
    ['a bond to nowhere', extended({}, [['a', 'q']]), 'bond "a"-"q": there is no node "q"; nodes are a, b, c'],
    ['a pin nowhere', { ...SMALL, pins: ['a', 'z.x'] }, 'pin "z.x": there is no node "z"'],
    ['an input nowhere', { ...SMALL, inputs: ['d.y'] }, 'input d.y: there is no node "d"'],
    ['an input without axis', { ...SMALL, inputs: ['c'] }, 'input "c": a force or displacement must be written node.x'],
    ['a bond given twice', extended({}, [['a', 'c']]), 'bond "a"-"c" is given twice, as bonds 1 and 3'],
    ['a bond given twice, reversed', extended({}, [['c', 'a']]), 'bond "c"-"a" is given twice, as bonds 1 and 3'],
    ['a bond to itself', extended({}, [['a', 'a']]), 'bond 3 joins node "a" to itself'],
    ['a bond of no length', extended({ d: [8, -14] }, [['c', 'd']]), 'bond "c"-"d" has length zero'],
    ['a loose part', extended({ d: [1, 1], e: [2, 2] }, [['d', 'e']]), 'nodes "d", "e" cannot be reached from a pin'],
    ['no pins', { ...SMALL, pins: [] }, 'it is not pinned anywhere'],
    ['an infinite place', { ...SMALL, nodes: { ...SMALL.nodes, a: [0, Infinity] } }, 'node "a" must lie at finite'],
    ['a pinned input', { ...SMALL, inputs: ['a.y'] }, 'input a.y is pinned along y, so no force can move it'],
    ['a pinned output', { ...SMALL, pins: ['a', 'b', 'c.x'] }, 'output c.x is pinned along x, so it never moves'],
    ['an input twice', { ...SMALL, inputs: ['c.y', 'c.y'] }, 'input c.y is given twice'],
    ['an output twice', { ...SMALL, outputs: ['c.y', 'c.y'] }, 'output c.y is given twice'],
    ['no inputs', { ...SMALL, inputs: [] }, 'it has no inputs'],
    ['no outputs', { ...SMALL, outputs: [] }, 'it has no outputs'],
    ['no bonds', { ...SMALL, bonds: [] }, 'it has no bonds'],
    [
      'an output behind a pin',
      { ...extended({ d: [3, 3] }, [['d', 'a']]), outputs: ['d.x'] },
      'output d.x is joined to no input but through pinned nodes',
    ],
  ])('refuses %s', (_what, json, message) => {
    const read = () => readGeometry(json, 'beam.json')
    expect(read).toThrow(message)
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining('beam') }))
  })

  it('lists several faults at once, up to five', () => {
    const json = { ...SMALL, pins: ['p', 'q', 'r', 's', 't', 'u', 'v'] }
    expect(() => readGeometry(json, 'beam.json')).toThrow(/^lattice beam \(beam.json\) has 7 faults:\n {2}- pin "p": /)
    expect(() => readGeometry(json, 'beam.json')).toThrow(/ {2}- and 2 more$/)
  })
})

describe('a lattice made by a program', () => {
  const paper = paperLattice()
  const input: readonly Dof[] = [{ node: '11', axis: 'y' }]
  const output: readonly Dof[] = [{ node: '13', axis: 'y' }]
  const check = (change: Partial<LatticeGeometry>) => () => checkGeometry({ ...paper, ...change }, input, output)

  it('passes if all is well', () => expect(check({})).not.toThrow())
  it.each<[Partial<LatticeGeometry>, string]>([
    [
      { bonds: [...paper.bonds, [3, 14]] },
      'lattice paper: bond 29 joins node number 14, but nodes are numbered 0 to 13',
    ],
    [{ pins: [{ node: 99, axis: 'x' }] }, 'lattice paper: a pin holds node number 99'],
    [{ nodes: [...paper.nodes, paper.nodes[3]] }, 'lattice paper: there are two nodes of the name "4"'],
    [{ nodes: [...paper.nodes, { name: '', x: 1, y: 1 }] }, 'lattice paper: node 15 of 15 has an empty name'],
  ])('is refused otherwise: %j', (change, message) => expect(check(change)).toThrow(message))
})

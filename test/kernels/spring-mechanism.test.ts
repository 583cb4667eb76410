import { describe, expect, test } from 'vitest'
import { SPRING_TOLERANCE, type SpringTopology, springSolver } from '../../src/kernels/spring.ts'
import { directions, grid, honeycomb, multiply, rectangle, stiffness, triangle, without } from './lattices.ts'

/** Largest elongation of a bond under a displacement whose largest entry is 1. */
function stretch(topology: SpringTopology, u: Float64Array): number {
  const along = directions(topology)
  const size = Math.max(...u.map(Math.abs))
  let worst = 0
  for (let b = 0; b < topology.bonds.length; b += 2) {
    const [i, j] = [2 * topology.bonds[b], 2 * topology.bonds[b + 1]]
    const e = along[b] * (u[i] - u[j]) + along[b + 1] * (u[i + 1] - u[j + 1])
    worst = Math.max(worst, Math.abs(e) / size)
  }
  return worst
}

/** The loose mode of a lattice that must be a mechanism, the same from both engines. */
function looseMode(topology: SpringTopology, kind: 'dense' | 'banded' | 'sparse'): Float64Array {
  const blocks = stiffness(topology, 1)
  const [mode, other] = (['simd', 'oracle'] as const).map((engine) => {
    const solver = springSolver(topology, { kind, engine })
    const dof = solver.factor(blocks)
    expect(dof).toBeGreaterThanOrEqual(0)
    expect(topology.pinned[dof]).toBe(0)
    const found = solver.looseMode()
    expect(found[dof]).toBe(1)
    return found
  })
  expect(mode).toEqual(other)
  mode.forEach((x, d) => {
    if (topology.pinned[d]) expect(x).toBe(0)
  })
  return mode
}

/** Bonds added between next neighbours would mend the grid; without them every row can slide. */
const mechanisms: readonly (readonly [string, SpringTopology])[] = [
  ['grid', grid(6, 7)],
  ['honeycomb', honeycomb(8, 9)],
  ['triangle free to swing', rectangle(5, 5, [0, 1])],
  ['nothing pinned', rectangle(5, 5, [])],
  ['large, a corner without its bonds', loosened(rectangle(20, 20), 399)],
  [
    'a node without bonds',
    { ...triangle(), bonds: triangle().bonds.filter((_, e, all) => all[e ^ 1] !== 6 && all[e] !== 6) },
  ],
]

function loosened(topology: SpringTopology, node: number): SpringTopology {
  let kept = 0
  const bonds = topology.bonds.filter((_, e, all) => {
    if (all[e] !== node && all[e ^ 1] !== node) return true
    if (e % 2 === 0) kept++
    return kept <= 1
  })
  return { ...topology, bonds }
}

describe.each(mechanisms)('%s', (_name, topology) => {
  test.each(['dense', 'banded', 'sparse'] as const)('%s: is a mechanism, and the mode stretches no bond', (kind) => {
    expect(stretch(topology, looseMode(topology, kind))).toBeLessThan(1e-9)
  })
})

test('of 28 triangles without one bond two are mechanisms', () => {
  const full = triangle()
  expect(full.bonds.length).toBe(56)
  for (const kind of ['dense', 'banded', 'sparse'] as const) {
    const loose = Array.from({ length: 28 }, (_, b) => b).filter((b) => {
      const topology = without(full, b)
      return springSolver(topology, { kind }).factor(stiffness(topology, 2)) >= 0
    })
    expect(loose.length).toBe(2)
    for (const b of loose) expect(stretch(without(full, b), looseMode(without(full, b), kind))).toBeLessThan(1e-9)
  }
})

describe('rigid but soft', () => {
  test.each([
    ['a long strip held at one end', rectangle(150, 2), 0.5],
    ['stiffnesses over six decades', rectangle(8, 8), 1e-6],
    ['a flat roof', roof(1e-4), 1],
  ] as const)('%s is no mechanism', (_name, topology, low) => {
    const blocks = stiffness(topology, 3, low)
    for (const kind of ['dense', 'banded', 'sparse'] as const) {
      const solver = springSolver(topology, { kind })
      expect(solver.factor(blocks)).toBe(-1)
      const u = new Float64Array(2 * topology.nodes)
      const last = 2 * topology.nodes - 1
      u[last] = 1
      solver.solve(u, 1)
      const f = multiply(topology, blocks, u)
      // Rounding counts against the largest displacement, here far above the load.
      const size = Math.max(...u.map(Math.abs))
      f.forEach((x, d) => {
        expect(Math.abs(x - (d === last ? 1 : 0))).toBeLessThan(1e-12 * Math.max(size, 1))
      })
    }
  })

  test('below the tolerance a lattice counts as loose', () => {
    const flat = roof(Math.sqrt(SPRING_TOLERANCE) / 2)
    expect(springSolver(flat).factor(stiffness(flat, 3, 1))).toBe(5)
  })

  /** Two bonds that hold a node between two pins, at an angle against the line between these. */
  function roof(height: number): SpringTopology {
    return {
      nodes: 3,
      positions: Float64Array.of(0, 0, 2, 0, 1, -height),
      bonds: Int32Array.of(0, 2, 1, 2),
      pinned: Uint8Array.of(1, 1, 1, 1, 0, 0),
    }
  }
})

describe('refused', () => {
  const topology = triangle()

  test('arrays that do not fit', () => {
    expect(() => springSolver({ ...topology, nodes: 13 })).toThrow('28 coordinates for 13 nodes')
    expect(() => springSolver({ ...topology, pinned: new Uint8Array(3) })).toThrow('3 pin marks')
    expect(() => springSolver({ ...topology, bonds: Int32Array.of(0, 14) })).toThrow('bond 0 joins nodes 0 and 14')
    expect(() => springSolver({ ...topology, bonds: Int32Array.of(3, 3) })).toThrow('bond 0 joins nodes 3 and 3')
    expect(() => springSolver({ ...topology, bonds: Int32Array.of(3) })).toThrow('1 bond ends')
    const solver = springSolver(topology)
    expect(() => solver.factor(new Float64Array(3))).toThrow('3 block numbers, wanted 84')
    expect(() => solver.factor(stiffness(topology, 1), new Float64Array(3))).toThrow('3 diagonal terms, wanted 28')
    expect(solver.factor(stiffness(topology, 1))).toBe(-1)
    expect(() => solver.solve(new Float64Array(28), 2)).toThrow('28 right-hand side numbers, wanted 56')
  })

  test('numbers that are none', () => {
    const at = topology.positions.slice()
    at[5] = Number.NaN
    expect(() => springSolver({ ...topology, positions: at })).toThrow('coordinate 5 is NaN')
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const definite of [true, false]) {
        const solver = springSolver(topology, { definite })
        const blocks = stiffness(topology, 1)
        blocks[40] = bad
        expect(() => solver.factor(blocks)).toThrow(`block number 40 is ${bad}`)
        const diagonal = new Float64Array(28)
        diagonal[11] = bad
        expect(() => solver.factor(stiffness(topology, 1), diagonal)).toThrow(`diagonal term 11 is ${bad}`)
      }
    }
  })

  test('a solve without a factor, and a mode without a failure', () => {
    const solver = springSolver(topology)
    expect(() => solver.solve(new Float64Array(28), 1)).toThrow('needs a factorisation')
    solver.factor(stiffness(topology, 1))
    expect(() => solver.looseMode()).toThrow('needs a factorisation that failed')
    expect(solver.factor(new Float64Array(84))).toBeGreaterThanOrEqual(0)
    expect(() => solver.solve(new Float64Array(28), 1)).toThrow('needs a factorisation')
  })
})

import { describe, expect, test } from 'vitest'
import { type SpringKind, type SpringTopology, springSolver } from '../../src/kernels/spring.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { grid, honeycomb, multiply, rectangle, stiffness, triangle } from './lattices.ts'

const KINDS: readonly SpringKind[] = ['dense', 'banded', 'sparse']

/** One free node on two bonds, the smallest lattice. */
const single: SpringTopology = {
  nodes: 3,
  positions: Float64Array.of(0, 0, 1, 0, 0.5, -0.9),
  bonds: Int32Array.of(0, 2, 1, 2),
  pinned: Uint8Array.of(1, 1, 1, 1, 0, 0),
}

/** Everything is held; there is nothing to solve. */
const solid: SpringTopology = { ...single, pinned: new Uint8Array(6).fill(1) }

/** A strip on rollers: the upper row slides along x, one node of the lower row along y. */
const rollers = rectangle(4, 9, [1, 3, 5, 7, 9, 11, 13, 15, 17, 60])

const lattices: readonly (readonly [string, SpringTopology])[] = [
  ['one free node', single],
  ['no free node', solid],
  ['triangle', triangle()],
  ['2 x 3', rectangle(2, 3)],
  ['8 x 8', rectangle(8, 8)],
  ['13 x 7', rectangle(13, 7)],
  ['rollers', rollers],
  ['17 x 12, odd pins', rectangle(17, 12, [0, 1, 3, 50, 122, 301])],
]

function loads(topology: SpringTopology, rows: number): Float64Array {
  return fillUniform(draws(9, STREAM.testInputs), -1, 1, new Float64Array(2 * topology.nodes * rows))
}

/** Largest residual of K u = f over the free dofs, relative to the largest term of a row. */
function residual(
  topology: SpringTopology,
  blocks: Float64Array,
  u: Float64Array,
  f: Float64Array,
  extra?: Float64Array,
) {
  const got = multiply(topology, blocks, u, extra)
  let [worst, size] = [0, 0]
  for (let d = 0; d < f.length; d++) {
    if (topology.pinned[d]) continue
    worst = Math.max(worst, Math.abs(got[d] - f[d]))
    size = Math.max(size, Math.abs(u[d]), Math.abs(f[d]))
  }
  return size === 0 ? worst : worst / size
}

/** Gaussian elimination with row exchange on the full matrix: shares nothing with the solvers. */
function reference(
  topology: SpringTopology,
  blocks: Float64Array,
  f: Float64Array,
  extra?: Float64Array,
): Float64Array {
  const free = [...f.keys()].filter((d) => !topology.pinned[d])
  const matrix = free.map((column) => {
    const unit = new Float64Array(f.length)
    unit[column] = 1
    const product = multiply(topology, blocks, unit, extra)
    return free.map((row) => product[row])
  })
  const right = free.map((d) => f[d])
  for (let k = 0; k < free.length; k++) {
    let best = k
    for (let i = k; i < free.length; i++) if (Math.abs(matrix[i][k]) > Math.abs(matrix[best][k])) best = i
    ;[matrix[k], matrix[best]] = [matrix[best], matrix[k]]
    ;[right[k], right[best]] = [right[best], right[k]]
    for (let i = k + 1; i < free.length; i++) {
      const share = matrix[i][k] / matrix[k][k]
      for (let j = k; j < free.length; j++) matrix[i][j] -= share * matrix[k][j]
      right[i] -= share * right[k]
    }
  }
  const into = new Float64Array(f.length)
  for (let k = free.length - 1; k >= 0; k--) {
    let sum = right[k]
    for (let j = k + 1; j < free.length; j++) sum -= matrix[k][j] * into[free[j]]
    into[free[k]] = sum / matrix[k][k]
  }
  return into
}

describe.each(lattices)('%s', (_name, topology) => {
  test.each(KINDS)('%s: the fast engine has the bits of the oracle, one or many vectors', (kind) => {
    const rows = 12
    const size = 2 * topology.nodes
    const blocks = stiffness(topology, 1)
    const given = loads(topology, rows)
    // A vector with a few loads only, and one without any: what is zero is left out.
    given.fill(0, 3 * size, 5 * size - 1)
    given[2] = -0
    const [slow, fast] = (['oracle', 'simd'] as const).map((engine) => springSolver(topology, { kind, engine }))
    for (const solver of [slow, fast]) expect(solver.factor(blocks)).toBe(-1)
    const wanted = given.slice()
    slow.solve(wanted, rows)
    for (const group of [rows, 11, 9, 4, 2, 1]) {
      const got = given.slice()
      for (let r = 0; r < rows; r += group)
        fast.solve(got.subarray(r * size, Math.min(r + group, rows) * size), Math.min(group, rows - r))
      expect(got).toEqual(wanted)
    }
    for (let r = 0; r < rows; r++) {
      const part = (list: Float64Array) => list.subarray(r * size, (r + 1) * size)
      expect(residual(topology, blocks, part(wanted), part(given))).toBeLessThan(1e-12)
      topology.pinned.forEach((held, d) => {
        if (held) expect(part(wanted)[d]).toBe(0)
      })
    }
  })
})

describe('answers', () => {
  const topology = rectangle(9, 8)
  const blocks = stiffness(topology, 2)

  test.each(KINDS)('%s agrees with elimination on the full matrix', (kind) => {
    const f = loads(topology, 1)
    const u = f.slice()
    const solver = springSolver(topology, { kind })
    solver.factor(blocks)
    solver.solve(u, 1)
    const wanted = reference(topology, blocks, f)
    const size = Math.max(...wanted.map(Math.abs))
    u.forEach((x, d) => {
      expect(Math.abs(x - wanted[d])).toBeLessThan(1e-12 * size)
    })
  })

  test('are reciprocal: load 1 read at 2 is load 2 read at 1', () => {
    const size = 2 * topology.nodes
    const solver = springSolver(topology)
    solver.factor(blocks)
    const u = new Float64Array(size * size)
    for (let d = 0; d < size; d++) u[d * size + d] = 1
    solver.solve(u, size)
    let [worst, largest] = [0, 0]
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        if (topology.pinned[a] || topology.pinned[b]) continue
        worst = Math.max(worst, Math.abs(u[a * size + b] - u[b * size + a]))
        largest = Math.max(largest, Math.abs(u[a * size + b]))
      }
    }
    expect(worst).toBeLessThan(1e-12 * largest)
  })

  test('hold for a large lattice, through the sparse form that is chosen for it', () => {
    const large = rectangle(40, 40)
    const k = stiffness(large, 3)
    const solver = springSolver(large)
    expect(solver.name).toBe('sparse simd')
    expect(solver.factor(k)).toBe(-1)
    const f = loads(large, 1)
    const u = f.slice()
    solver.solve(u, 1)
    expect(residual(large, k, u, f)).toBeLessThan(1e-12)
  })
})

describe('stiffness minus omega^2 mass', () => {
  const mass = (topology: SpringTopology, lambda: number) => new Float64Array(2 * topology.nodes).fill(-lambda)

  test.each([
    ['honeycomb', honeycomb(12, 14), 0.4],
    ['rectangle', rectangle(9, 8), 1.3],
    ['rollers', rollers, 0.7],
    ['grid', grid(7, 6), 0.55],
  ] as const)('%s: solved with negative pivots, with the same bits in both engines', (_name, topology, lambda) => {
    const blocks = stiffness(topology, 4)
    const extra = mass(topology, lambda)
    const f = loads(topology, 5)
    const size = 2 * topology.nodes
    expect(springSolver(topology).factor(blocks, extra)).toBeGreaterThanOrEqual(0)
    for (const kind of KINDS) {
      const answers = (['oracle', 'simd'] as const).map((engine) => {
        const solver = springSolver(topology, { kind, engine, definite: false })
        expect(solver.factor(blocks, extra)).toBe(-1)
        const u = f.slice()
        solver.solve(u, 5)
        return u
      })
      expect(answers[1]).toEqual(answers[0])
      for (let r = 0; r < 5; r++) {
        const part = (list: Float64Array) => list.subarray(r * size, (r + 1) * size)
        expect(residual(topology, blocks, part(answers[1]), part(f), extra)).toBeLessThan(1e-11)
      }
    }
  })

  test('the diagonal counts per dof, and can be left out again', () => {
    const topology = rollers
    const blocks = stiffness(topology, 5)
    const extra = fillUniform(draws(6, STREAM.testInputs), 0, 2, new Float64Array(2 * topology.nodes))
    const f = loads(topology, 1)
    const solver = springSolver(topology)
    for (const diagonal of [extra, undefined, extra]) {
      const u = f.slice()
      solver.factor(blocks, diagonal)
      solver.solve(u, 1)
      const wanted = reference(topology, blocks, f, diagonal)
      const size = Math.max(...wanted.map(Math.abs))
      u.forEach((x, d) => {
        expect(Math.abs(x - wanted[d])).toBeLessThan(1e-12 * size)
      })
    }
  })
})

describe('solvers', () => {
  test('are independent of each other, many at a time and in any order', () => {
    const made = [triangle(), rectangle(8, 8), rectangle(13, 7), rectangle(8, 8)].map((topology, n) => {
      const [mine, alone] = [springSolver(topology), springSolver(topology)]
      const blocks = stiffness(topology, 10 + n)
      const f = loads(topology, 3)
      alone.factor(blocks)
      const wanted = f.slice()
      alone.solve(wanted, 3)
      return { mine, blocks, f, wanted }
    })
    for (const { mine, blocks } of made) mine.factor(blocks)
    for (const { mine, f, wanted } of [...made].reverse()) {
      const u = f.slice()
      mine.solve(u, 3)
      expect(u).toEqual(wanted)
    }
    const others = Array.from({ length: 150 }, () => springSolver(single))
    for (const other of others) expect(other.factor(stiffness(single, 1))).toBe(-1)
    const { mine, f, wanted } = made[1]
    const u = f.slice()
    mine.solve(u, 3)
    expect(u).toEqual(wanted)
  })

  test('forget the last stiffness', () => {
    const topology = rectangle(8, 8)
    const [used, fresh] = [springSolver(topology), springSolver(topology)]
    const [u, v] = [loads(topology, 1), loads(topology, 1)]
    used.factor(stiffness(topology, 1, 1e-3))
    used.solve(loads(topology, 20), 20)
    for (const solver of [used, fresh]) solver.factor(stiffness(topology, 2))
    used.solve(u, 1)
    fresh.solve(v, 1)
    expect(u).toEqual(v)
  })
})

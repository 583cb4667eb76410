import { describe, expect, it } from 'vitest'
import { honeycombLattice, type LatticeGeometry, parseDof, triangularLattice, withPins } from '../../devices/index.ts'
import { latticeSimulator } from '../../sim/index.ts'
import { drawnBonds, linearBlocks } from '../../sim/lattice/bonds.ts'
import { harmonic, type Shaking } from '../../sim/lattice/harmonic.ts'
import { linear } from '../../sim/lattice/linear.ts'
import { frameOf } from '../../sim/lattice/topology.ts'
import { waveLattice } from '../../src/cli/experiments/lattice/wave-lattice.ts'
import { attach } from '../../src/contract/device.ts'
import { springSolver } from '../../src/kernels/spring.ts'
import {
  at,
  device,
  dot,
  elongations,
  forces,
  largest,
  paper,
  pulledLinearly,
  read,
  relative,
  rest,
  stiffnesses,
  thrown,
  WEIGHT,
} from './lattices.ts'

function shaken(geometry: LatticeGeometry, shaking: Shaking, k: Float64Array) {
  const mechanics = harmonic(frameOf(geometry), shaking)
  mechanics.stiffen(k)
  return mechanics
}

/** Forces that are out of balance, (K - omega^2 M) u - F, 0 at the pins. */
function imbalance(
  geometry: LatticeGeometry,
  { mass, omega }: Shaking,
  k: Float64Array,
  f: Float64Array,
  u: Float64Array,
) {
  const frame = frameOf(geometry)
  return pulledLinearly(frame, k, u).map((pull, d) => (frame.pinned[d] ? 0 : pull - mass * omega ** 2 * u[d] - f[d]))
}

/** Masses in a row between two walls, free along x only. */
function row(masses: number): LatticeGeometry {
  const nodes = Array.from({ length: masses + 2 }, (_, n) => ({ name: String(n), x: n, y: 0 }))
  const bonds = Array.from({ length: masses + 1 }, (_, n) => [n, n + 1] as const)
  const free = nodes.slice(1, -1).map(({ name }) => `${name}.y`)
  return withPins({ name: 'row', nodes, bonds, pins: [] }, ['0', String(masses + 1), ...free])
}

describe('a lattice that is shaken steadily', () => {
  const [mass, stiff] = [2, 100]
  const one = row(1)

  it('takes another order of elimination where the first finds no factor', () => {
    const { geometry, inputs, counts } = waveLattice()
    const frame = frameOf(geometry)
    const k = new Float64Array(geometry.bonds.length).fill(1e5)
    k.fill(0.8e5, 0, counts.soft).fill(1.2e5, counts.soft, counts.soft + counts.stiff)
    const blocks = new Float64Array(3 * k.length)
    linearBlocks(drawnBonds(frame), k, blocks)
    const nested = springSolver(frame, { definite: false })
    const f = forces(geometry, { [`${inputs[0].node}.x`]: 1 })
    // Frequencies at which a leading part of the matrix is singular in the first order, though the whole is not.
    for (const omega of [200, 300, 400]) {
      expect(nested.factor(blocks, new Float64Array(2 * frame.nodes).fill(-(omega ** 2)))).toBeGreaterThanOrEqual(0)
      const mechanics = shaken(geometry, { mass: 1, omega }, k)
      const u = rest(mechanics, f)
      expect(largest(imbalance(geometry, { mass: 1, omega }, k, f, u))).toBeLessThan(1e-9)
    }
  })

  it('with one degree of freedom answers F / (k - m w^2), with and against the force', () => {
    for (const omega of [0, 3, 9.9, 10.1, 15, 1000]) {
      const mechanics = shaken(one, { mass, omega }, Float64Array.of(stiff, stiff))
      const u = rest(mechanics, forces(one, { '1.x': 0.3, '0.x': 5 }))
      const wanted = 0.3 / (2 * stiff - mass * omega ** 2)
      expect(u[2] / wanted).toBeCloseTo(1, 12)
      expect(Math.sign(u[2])).toBe(omega < 10 ? 1 : -1)
      expect([...u].filter((_, d) => d !== 2)).toEqual([0, 0, 0, 0, 0])
      expect([...elongations(mechanics, u)]).toEqual([u[2], -u[2]])
    }
  })

  it('at its resonance is refused, and within 1e-10 of its stiffness of one', () => {
    const refused = (omega: number) =>
      thrown(() => rest(shaken(one, { mass, omega }, Float64Array.of(stiff, stiff)), forces(one, { '1.x': 1 })))
    expect(refused(10)).toMatchObject({
      code: 'NO_EQUILIBRIUM',
      message: expect.stringContaining('lattice of 3 nodes: at 10 rad/s its matrix has no factor (node 1)'),
    })
    expect(refused(10 * (1 + 1e-11)).code).toBe('NO_EQUILIBRIUM')
    // A relative distance d costs 1e-16 / d in digits.
    const near = rest(
      shaken(one, { mass, omega: 10 * (1 + 1e-5) }, Float64Array.of(stiff, stiff)),
      forces(one, { '1.x': 1 }),
    )
    expect(near[2] / (1 / (200 - 200 * (1 + 1e-5) ** 2))).toBeCloseTo(1, 9)
  })

  it('has the natural frequencies of a row of masses: 2 sqrt(k / m) sin(n pi / 2 (N + 1))', () => {
    const masses = 4
    const k = new Float64Array(masses + 1).fill(stiff)
    const answer = (omega: number) =>
      rest(shaken(row(masses), { mass, omega }, k), forces(row(masses), { '1.x': 1 }))[2]
    for (let n = 1; n <= masses; n++) {
      const natural = 2 * Math.sqrt(stiff / mass) * Math.sin((n * Math.PI) / (2 * (masses + 1)))
      // The answer at the driven mass changes its sign there, from with the force to against it, and is large.
      const [below, above] = [answer(natural * (1 - 1e-6)), answer(natural * (1 + 1e-6))]
      expect(below).toBeGreaterThan(1)
      expect(above).toBeLessThan(-1)
      expect(below / above).toBeCloseTo(-1, 3)
    }
  })

  it('where one mass would stand still is right or refused, and right beside it', () => {
    // With w^2 = 2 k / m two masses have the matrix (0 -k; -k 0): regular, but its first pivot is 0.
    const pair = row(2)
    const answer = (omega: number) =>
      rest(shaken(pair, { mass, omega }, Float64Array.of(stiff, stiff, stiff)), forces(pair, { '1.x': 0.2 }))
    const still = Math.sqrt((2 * stiff) / mass)
    for (const off of [1e-3, -1e-3, 1e-5]) {
      const u = answer(still * (1 + off))
      const d = 2 * stiff - mass * (still * (1 + off)) ** 2
      expect(u[2] / ((0.2 * d) / (d * d - stiff ** 2))).toBeCloseTo(1, 6)
      expect(u[4] / ((0.2 * stiff) / (d * d - stiff ** 2))).toBeCloseTo(1, 9)
    }
    try {
      expect(answer(still)[4]).toBeCloseTo(-0.2 / stiff, 12)
    } catch (error) {
      expect(error).toMatchObject({ code: 'NO_EQUILIBRIUM' })
    }
  })

  it('becomes the lattice at rest as the frequency falls', () => {
    const k = stiffnesses(28)
    const still = linear(frameOf(paper))
    still.stiffen(k)
    const force = forces(paper, { '11.y': -WEIGHT })
    const wanted = rest(still, force)
    expect(relative(rest(shaken(paper, { mass: 2e-4, omega: 0 }, k), force), wanted)).toBeLessThan(1e-13)
    const off = [1, 10].map((omega) => relative(rest(shaken(paper, { mass: 2e-4, omega }, k), force), wanted))
    // With the square of the frequency.
    expect(off[1] / off[0]).toBeCloseTo(100, 0)
    expect(off[1]).toBeLessThan(0.02)
  })

  /** Below, within and above the bands of the paper's lattice and of a free honeycomb. */
  const cases = [
    ['paper', paper, 2e-4, 300],
    ['paper', paper, 2e-4, 900],
    ['8x8', triangularLattice(8, 8), 2e-4, 1200],
    ['a free honeycomb', honeycombLattice(3, 4), 1e-3, 250],
    ['a free honeycomb', honeycombLattice(3, 4), 1e-3, 5000],
  ] as const

  it.each(cases)('%s (%#) is in balance and reciprocal', (_, geometry, mass, omega) => {
    const k = stiffnesses(geometry.bonds.length, 3)
    const mechanics = shaken(geometry, { mass, omega }, k)
    const free = [...mechanics.frame.pinned.keys()].filter((d) => mechanics.frame.pinned[d] === 0)
    const push = (d: number) => Float64Array.from({ length: 2 * geometry.nodes.length }, (_, n) => (n === d ? 0.01 : 0))
    const some = free.filter((_, n) => n % 7 === 0)
    const answers = some.map((d) => rest(mechanics, push(d)))
    some.forEach((d, n) => {
      expect(largest(imbalance(geometry, { mass, omega }, k, push(d), answers[n]))).toBeLessThan(1e-9 * 0.01)
    })
    const size = largest(answers.flatMap((u) => [...u]))
    some.forEach((a, n) => {
      some.forEach((b, m) => {
        expect(Math.abs(answers[n][b] - answers[m][a])).toBeLessThan(1e-10 * size)
      })
    })
    expect(size).toBeGreaterThan(0)
  })

  it.each(cases)('%s (%#) has the gradient of its two answers', (_, geometry, mass, omega) => {
    const k = stiffnesses(geometry.bonds.length, 3)
    const names = geometry.nodes.map(({ name }) => name)
    const force = forces(geometry, { [`${names.at(-1)}.y`]: -0.05, [`${names.at(-3)}.x`]: 0.02 })
    const load = forces(geometry, { [`${names.at(-2)}.y`]: 0.03, [`${names.at(-4)}.x`]: -0.01 })
    const mechanics = harmonic(frameOf(geometry), { mass, omega })
    const work = (stiffness: Float64Array) => {
      mechanics.stiffen(stiffness)
      return -dot(load, rest(mechanics, force))
    }
    const differences = k.map((value, b) => {
      const [up, down] = [k.slice(), k.slice()]
      up[b] += 1e-5 * value
      down[b] -= 1e-5 * value
      return (work(up) - work(down)) / (up[b] - down[b])
    })
    mechanics.stiffen(k)
    const [e, a] = [force, load].map((f) => elongations(mechanics, rest(mechanics, f)))
    // Truncation h^2 times the closeness to a resonance squared, rounding 1e-15 / h.
    expect(
      relative(
        e.map((value, b) => value * a[b]),
        differences,
      ),
    ).toBeLessThan(1e-6)
  })

  it('stands behind the contract, without pins if it likes', async () => {
    const geometry = honeycombLattice(2, 2)
    const options = {
      geometry,
      inputs: [parseDof('1,1,4.x')],
      outputs: ['2,2,1.x', '2,2,1.y'].map(parseDof),
      stiffness: { min: 50, max: 200, step: 0 },
    }
    await using lattice = attach(
      latticeSimulator({ ...options, imperfections: { height: { kind: 'harmonic', mass: 1e-3, omega: 230 } } }),
    )
    const k = stiffnesses(geometry.bonds.length)
    await lattice.store(k)
    const { sense, local } = await read(lattice, [[0.001]])
    const wanted = rest(shaken(geometry, { mass: 1e-3, omega: 230 }, k), forces(geometry, { '1,1,4.x': 0.001 }))
    expect([...sense]).toEqual(['2,2,1.x', '2,2,1.y'].map((dof) => wanted[at(geometry, dof)]))
    expect(largest(local)).toBeGreaterThan(0)
    // At rest it would float away.
    expect(thrown(() => latticeSimulator(options))).toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('it is not pinned anywhere'),
    })
  })

  it('at a resonance refuses the stiffness and keeps the one before', async () => {
    await using lattice = device({
      geometry: one,
      inputs: [parseDof('1.x')],
      outputs: [parseDof('1.x')],
      stiffness: { min: 50, max: 200, step: 0 },
      imperfections: { height: { kind: 'harmonic', mass, omega: 10 } },
    })
    await lattice.store(Float64Array.of(150, 100))
    await expect(lattice.store(Float64Array.of(100, 100))).rejects.toMatchObject({ code: 'NO_EQUILIBRIUM' })
    expect((await read(lattice, [[0.25]])).sense[0]).toBeCloseTo(0.25 / (250 - 200), 12)
  })
})

describe('the honeycomb with a U', () => {
  const { geometry, counts, inputs, outputs } = waveLattice()
  const { nodes, bonds, pins } = geometry
  const held = new Set(pins.map(({ node }) => node))

  it('has 1990 nodes, 142 of them held, and 1345 soft, 1430 stiff and 68 other bonds', () => {
    // As the authors' own code counts them (MATLAB, run through in Python).
    expect(nodes).toHaveLength(1990)
    expect(pins).toHaveLength(142)
    expect(held.size).toBe(142)
    expect(new Set(pins.map(({ axis }) => axis))).toEqual(new Set(['xy']))
    expect(counts).toEqual({ soft: 1345, stiff: 1430, interface: 68 })
    expect(bonds).toHaveLength(1345 + 1430 + 68)
    expect(new Set(nodes.map(({ name }) => name)).size).toBe(1990)
  })

  /** All pairs of nodes at distance 1, found without the builder. */
  const near = (() => {
    const places = new Map<string, number[]>()
    const place = (x: number, y: number) => `${Math.floor(x + 0.1)} ${Math.floor(y + 0.1)}`
    nodes.forEach(({ x, y }, n) => {
      places.set(place(x, y), [...(places.get(place(x, y)) ?? []), n])
    })
    return nodes.flatMap(({ x, y }, i) =>
      [-1, 0, 1].flatMap((dx) =>
        [-1, 0, 1].flatMap((dy) =>
          (places.get(place(x + dx, y + dy)) ?? [])
            .filter((j) => j > i && Math.abs(Math.hypot(nodes[j].x - x, nodes[j].y - y) - 1) < 1e-9)
            .map((j) => [i, j] as const),
        ),
      ),
    )
  })()
  const key = ([a, b]: readonly [number, number]) => `${Math.min(a, b)} ${Math.max(a, b)}`

  it('joins every pair of neighbours 1 m apart once, unless both are held', () => {
    const wanted = near.filter(([a, b]) => !(held.has(a) && held.has(b))).map(key)
    expect(bonds.map(key).sort()).toEqual(wanted.sort())
    expect(new Set(bonds.map(key)).size).toBe(bonds.length)
  })

  it('holds just the nodes of its rim: those with less than three neighbours', () => {
    const neighbours = new Array<number>(nodes.length).fill(0)
    for (const pair of near) for (const node of pair) neighbours[node]++
    expect([...neighbours.keys()].filter((n) => neighbours[n] < 3)).toEqual([...held].sort((a, b) => a - b))
  })

  it('is soft in the rings of the U and stiff between them, the other way round outside', () => {
    const cell = (node: number) => nodes[node].name.split(',').slice(0, 2).map(Number)
    const inside = ([i, j]: number[]) => j > 6 && j <= 18 && i <= 12
    const kinds = bonds.map(([a, b]) => {
      const [ca, cb] = [cell(a), cell(b)]
      if (inside(ca) !== inside(cb)) return 'interface'
      return (ca.join() === cb.join()) === inside(ca) ? 'soft' : 'stiff'
    })
    const order = (['soft', 'stiff', 'interface'] as const).flatMap((kind) =>
      new Array<string>(counts[kind]).fill(kind),
    )
    expect(kinds).toEqual(order)
  })

  it('is shaken and read at nodes it has, none of them held', () => {
    expect(inputs.map(({ node, axis }) => `${node}.${axis}`)).toEqual([
      '12,12,2.x',
      '12,12,2.y',
      '13,12,5.x',
      '13,12,5.y',
    ])
    expect(outputs).toHaveLength(2 * 2 * 11 * 2 * 6)
    expect(new Set(outputs.map(({ node, axis }) => `${node}.${axis}`)).size).toBe(outputs.length)
    for (const { node } of [...inputs, ...outputs]) {
      const index = nodes.findIndex(({ name }) => name === node)
      expect(index).toBeGreaterThanOrEqual(0)
      expect(held.has(index)).toBe(false)
    }
    // Cells of the first port are columns 6 and 7, of the second 18 and 19, rows 2 to 12.
    const columns = (port: typeof outputs) => [...new Set(port.map(({ node }) => Number(node.split(',')[1])))]
    expect(columns(outputs.slice(0, outputs.length / 2))).toEqual([6, 7])
    expect(columns(outputs.slice(outputs.length / 2))).toEqual([18, 19])
  })

  it('answers at 370 rad/s in balance', () => {
    const shaking = { mass: 1, omega: 370 }
    const k = Float64Array.from(bonds, (_, b) =>
      b < counts.soft ? 0.8e5 : b < counts.soft + counts.stiff ? 1.2e5 : 1e5,
    )
    const force = forces(geometry, { '12,12,2.x': 1, '13,12,5.y': -0.5 })
    const u = rest(shaken(geometry, shaking, k), force)
    expect(largest(imbalance(geometry, shaking, k, force, u))).toBeLessThan(1e-9)
    expect(largest(u)).toBeGreaterThan(1e-6)
  })
})

import { describe, expect, it } from 'vitest'
import {
  type LatticeGeometry,
  type LatticeSpec,
  PAPER_STIFFNESS,
  parseDof,
  triangularLattice,
  withoutBonds,
  withPins,
} from '../../devices/index.ts'
import { complexStepGradient, differenceGradient, linearGradient, type WorkLoss } from '../../sim/index.ts'
import { linear } from '../../sim/lattice/linear.ts'
import { frameOf } from '../../sim/lattice/topology.ts'
import { InsituError } from '../../src/errors.ts'
import {
  at,
  device,
  dot,
  elongations,
  forces,
  largest,
  MIDDLE,
  machine,
  paper,
  pulledLinearly,
  read,
  relative,
  rest,
  stiffnesses,
  thrown,
  WEIGHT,
} from './lattices.ts'

/** A lattice with its stiffness in force. */
function built(geometry: LatticeGeometry, k: Float64Array) {
  const mechanics = linear(frameOf(geometry))
  mechanics.stiffen(k)
  return mechanics
}

const uniform = new Float64Array(28).fill(MIDDLE)
const square = triangularLattice(8, 8)
const scattered = stiffnesses(square.bonds.length, 3)

describe('small displacements', () => {
  it('are those of the published figure: nodes 13 and 14 sink by 0.52429293 mm', async () => {
    const u = rest(built(paper, uniform), forces(paper, { '11.y': -WEIGHT }))
    // The figure data have eight digits.
    expect(u[at(paper, '13.y')] * 1e3).toBeCloseTo(-0.52429293, 8)
    expect(u[at(paper, '14.y')] * 1e3).toBeCloseTo(-0.52429293, 8)
    await using machine = device()
    await machine.store(uniform)
    const { sense } = await read(machine, [[-WEIGHT]])
    // The machine may solve in another order.
    for (const [o, dof] of ['13.y', '14.y'].entries()) expect(sense[o] / u[at(paper, dof)]).toBeCloseTo(1, 14)
  })

  it('of a single bar are F / k', () => {
    const bar = withPins(
      {
        name: 'bar',
        nodes: [
          { name: 'a', x: 0, y: 0 },
          { name: 'b', x: 0.3, y: 0 },
        ],
        bonds: [[0, 1]],
        pins: [],
      },
      ['a', 'b.y'],
    )
    const mechanics = built(bar, Float64Array.of(123))
    // The force along y goes into the pin.
    const u = rest(mechanics, forces(bar, { 'b.x': 0.04, 'b.y': 0.7, 'a.x': 5 }))
    expect([...u.subarray(0, 2), u[3]]).toEqual([0, 0, 0])
    expect(u[2]).toBeCloseTo(0.04 / 123, 18)
    expect(elongations(mechanics, u)[0]).toBe(u[2])
  })

  it('of two bars are those of the 2 x 2 system they make', () => {
    const truss = withPins(
      {
        name: 'truss',
        nodes: [
          { name: 'left', x: -0.03, y: 0.04 },
          { name: 'right', x: 0.12, y: 0.05 },
          { name: 'apex', x: 0, y: 0 },
        ],
        bonds: [
          [0, 2],
          [2, 1],
        ],
        pins: [],
      },
      ['left', 'right'],
    )
    const [k1, k2] = [150, 110]
    const mechanics = built(truss, Float64Array.of(k1, k2))
    const u = rest(mechanics, forces(truss, { 'apex.x': 0.02, 'apex.y': -0.049 }))
    // Directions (-3, 4) / 5 and (12, 5) / 13: the tensions follow from the balance of forces alone.
    const [c1, s1, c2, s2] = [-3 / 5, 4 / 5, 12 / 13, 5 / 13]
    const det = c1 * s2 - c2 * s1
    const tension = [(-0.02 * s2 - 0.049 * c2) / det, (0.049 * c1 + 0.02 * s1) / det]
    const e = elongations(mechanics, u)
    expect(e[0]).toBeCloseTo(tension[0] / k1, 17)
    expect(e[1]).toBeCloseTo(tension[1] / k2, 17)
    // Elongations are minus the apex's displacement along the bars.
    expect(u[4]).toBeCloseTo((-e[0] * s2 + e[1] * s1) / det, 17)
    expect(u[5]).toBeCloseTo((-e[1] * c1 + e[0] * c2) / det, 17)
  })

  it.each([
    ['paper', paper, stiffnesses(28)],
    ['8x8', square, scattered],
  ] as const)('of %s balance: bonds pull back with what is put on, supports with the rest', (_, geometry, k) => {
    const mechanics = built(geometry, k)
    const { frame } = mechanics
    const force = forces(geometry, {}).map((_f, d) => (frame.pinned[d] ? 0 : Math.sin(d + 1) * 0.05))
    const u = rest(mechanics, force)
    const pull = pulledLinearly(frame, k, u)
    const off = pull.map((f, d) => (frame.pinned[d] ? 0 : f - force[d]))
    // Rounding: some 1e-16 times the condition of the lattice, which is below 1e3.
    expect(largest(off)).toBeLessThan(1e-13 * largest(force))
    // With the reactions at the pins, forces and their moment add up to nothing.
    const sums = [0, 0, 0]
    for (let n = 0; n < frame.nodes; n++) {
      const [fx, fy] = [0, 1].map((a) => (frame.pinned[2 * n + a] ? -pull[2 * n + a] : -force[2 * n + a]))
      sums[0] += fx
      sums[1] += fy
      sums[2] += (frame.positions[2 * n] * fy - frame.positions[2 * n + 1] * fx) / largest(frame.positions)
    }
    expect(largest(sums)).toBeLessThan(1e-12 * largest(pull))
  })

  it('elongate every bond by C u', () => {
    const mechanics = built(square, scattered)
    const u = rest(mechanics, forces(square, { '8,4.y': -0.1, '6,2.x': 0.03 }))
    const wanted = Float64Array.from(square.bonds, ([i, j]) => {
      const [a, b] = [square.nodes[i], square.nodes[j]]
      const length = Math.hypot(a.x - b.x, a.y - b.y)
      return ((a.x - b.x) * (u[2 * i] - u[2 * j]) + (a.y - b.y) * (u[2 * i + 1] - u[2 * j + 1])) / length
    })
    // A few roundings of displacements that are up to 60 times the elongations.
    expect(relative(elongations(mechanics, u), wanted)).toBeLessThan(1e-14)
    // Two rows at once are the two alone.
    const twice = new Float64Array(2 * scattered.length)
    mechanics.elongate(Float64Array.of(...u, ...u.map((v) => -v)), 2, twice)
    expect([...twice]).toEqual([
      ...elongations(mechanics, u),
      ...elongations(
        mechanics,
        u.map((v) => -v),
      ),
    ])
  })

  it('are reciprocal: a load at one place read at another is the other way round', () => {
    const mechanics = built(square, scattered)
    const free = [...mechanics.frame.pinned.keys()].filter((d) => mechanics.frame.pinned[d] === 0)
    const compliance = free.map((d) => {
      const u = rest(
        mechanics,
        Float64Array.from({ length: 128 }, (_, n) => (n === d ? 1 : 0)),
      )
      return free.map((other) => u[other])
    })
    const size = largest(compliance.flat())
    const off = compliance.flatMap((row, r) => row.map((value, c) => Math.abs(value - compliance[c][r])))
    expect(largest(off)).toBeLessThan(1e-12 * size)
    // Every load does positive work.
    expect(Math.min(...compliance.map((row, r) => row[r]))).toBeGreaterThan(0)
  })

  it('superpose', () => {
    const mechanics = built(paper, stiffnesses(28))
    const [a, b] = [forces(paper, { '11.y': -WEIGHT }), forces(paper, { '3.x': 0.02, '14.y': 0.01 })]
    const together = rest(
      mechanics,
      a.map((f, d) => f - 3 * b[d]),
    )
    const [ua, ub] = [rest(mechanics, a), rest(mechanics, b)]
    expect(
      relative(
        together,
        ua.map((v, d) => v - 3 * ub[d]),
      ),
    ).toBeLessThan(1e-13)
  })

  it('hold half the work of the loads as energy', () => {
    const mechanics = built(square, scattered)
    const force = forces(square, { '8,4.y': -0.1, '6,2.x': 0.03 })
    const u = rest(mechanics, force)
    const energy = elongations(mechanics, u).reduce((sum, e, b) => sum + (scattered[b] * e * e) / 2, 0)
    // Rounding over 161 bonds and a condition below 1e3.
    expect(energy / (dot(force, u) / 2) - 1).toBeCloseTo(0, 12)
  })
})

describe('the gradient from two loadings', () => {
  const spec: LatticeSpec = {
    geometry: square,
    inputs: ['8,4.y', '7,7.x'].map(parseDof),
    outputs: ['8,1.y', '5,5.x'].map(parseDof),
    stiffness: PAPER_STIFFNESS,
  }
  const loss: WorkLoss = {
    spec,
    stiffness: scattered,
    drive: Float64Array.of(-WEIGHT, 0.02),
    load: Float64Array.of(0.05, -0.03),
  }

  it('agrees on 8x8 with the complex step to 1e-12 and with central differences to 1e-7', () => {
    const gradient = linearGradient(loss)
    expect(relative(gradient, complexStepGradient(loss))).toBeLessThan(1e-12)
    // A relative step of 3e-5 leaves h^2 of truncation and 1e-13 / h of rounding.
    expect(relative(gradient, differenceGradient(loss, 'linear'))).toBeLessThan(1e-7)
  })

  it('obeys Euler, as displacements are of degree -1 in the stiffness', () => {
    const gradient = linearGradient(loss)
    // sum k dL/dk = -L, and L = -f . u.
    const force = forces(square, { '8,4.y': -WEIGHT, '7,7.x': 0.02 })
    const u = rest(built(square, scattered), force)
    const work = 0.05 * u[at(square, '8,1.y')] - 0.03 * u[at(square, '5,5.x')]
    expect(dot(gradient, scattered) / work - 1).toBeCloseTo(0, 12)
    const doubled = linearGradient({ ...loss, stiffness: scattered.map((k) => 2 * k) })
    // Powers of two round nothing.
    expect([...doubled]).toEqual([...gradient].map((g) => g / 4))
  })
})

describe('a lattice without a bond', () => {
  const names = new Set(paper.nodes.map(({ name }) => name))
  const named = (message: string) => /: nodes? (.*?)(?: and \d+ more)? can move/.exec(message)?.[1].split(', ') ?? []

  it('is rigid but for two bonds, and says which nodes are loose', () => {
    const lost: string[] = []
    for (let bond = 0; bond < 28; bond++) {
      const less = withoutBonds(paper, [bond])
      const title = paper.bonds[bond].map((n) => paper.nodes[n].name).join('-')
      try {
        const u = rest(built(less, uniform.subarray(1)), forces(less, { '11.y': -WEIGHT, '2.x': 0.01 }))
        // Softer than whole, and still a lattice: displacements below 3 mm under the paper's weight.
        expect(largest(u), title).toBeLessThan(3e-3)
        expect(largest(u), title).toBeGreaterThan(1e-4)
      } catch (error) {
        if (!(error instanceof InsituError)) throw error
        expect(error.code).toBe('MECHANISM')
        const loose = named(error.message)
        expect(loose.length).toBeGreaterThan(0)
        for (const node of loose) expect(names.has(node) && node !== '1' && node !== '5').toBe(true)
        lost.push(title)
      }
    }
    expect(lost).toEqual(['1-6', '5-9'])
  })

  it('names the one node that dangles', () => {
    const tail: LatticeGeometry = {
      ...paper,
      nodes: [...paper.nodes, { name: 'tail', x: -0.02, y: -0.06 }],
      bonds: [...paper.bonds, [12, 14]],
    }
    expect(thrown(() => built(tail, new Float64Array(29).fill(MIDDLE)))).toMatchObject({
      code: 'MECHANISM',
      message: 'lattice of 15 nodes is not rigid: node tail can move and hardly stretch a bond',
    })
  })

  it('is refused when it is made', () => {
    expect(thrown(() => machine({ geometry: withoutBonds(paper, [1]) })).code).toBe('MECHANISM')
    expect(thrown(() => machine({ imperfections: { broken: [1] } })).code).toBe('MECHANISM')
  })
})

describe('a stiffness that leaves a mechanism', () => {
  const soft = { min: 0, max: 200, step: 0 }
  const good = stiffnesses(28, 5)
  const torn = good.map((k, b) => (b === 1 ? 0 : k + 1))

  it('is not stored: the one before stays in force', async () => {
    await using lattice = device({ stiffness: soft })
    await lattice.store(good)
    const before = await read(lattice, [[-WEIGHT]])
    await expect(lattice.store(torn)).rejects.toMatchObject({ code: 'MECHANISM', device: 'lattice' })
    const after = await read(lattice, [[-WEIGHT]])
    expect([...after.sense, ...after.local]).toEqual([...before.sense, ...before.local])
    // One that is rigid is stored again.
    await lattice.store(good.map((k) => 200 - k))
    expect((await read(lattice, [[-WEIGHT]])).sense[0]).not.toBe(before.sense[0])
  })

  it('as a perturbation fails the block and is gone with it', async () => {
    await using lattice = device({ stiffness: soft })
    await lattice.store(good)
    const before = await read(lattice, [[-WEIGHT]])
    const delta = { kind: 'track', data: torn.map((k, b) => k - good[b]), hold: 2 } as const
    const block = { slots: 2, drive: { kind: 'track', data: Float64Array.of(-WEIGHT), hold: 2 }, delta } as const
    await expect(lattice.measure(block, new Float64Array(4))).rejects.toMatchObject({ code: 'MECHANISM' })
    expect([...(await read(lattice, [[-WEIGHT]])).local]).toEqual([...before.local])
  })
})

describe('faulty bonds', () => {
  const k = stiffnesses(28, 7)

  it('that are broken hold and show nothing: the lattice is the one without them', async () => {
    const broken = [4, 20]
    await using lattice = device({ imperfections: { broken } })
    await using without = device({ geometry: withoutBonds(paper, broken) })
    await lattice.store(k)
    await without.store(k.filter((_, b) => !broken.includes(b)))
    const [torn, less] = [await read(lattice, [[-WEIGHT]]), await read(without, [[-WEIGHT]])]
    expect(relative(torn.sense, less.sense)).toBeLessThan(1e-13)
    expect(broken.map((b) => torn.local[b])).toEqual([0, 0])
    expect(
      relative(
        torn.local.filter((_, b) => !broken.includes(b)),
        less.local,
      ),
    ).toBeLessThan(1e-12)
  })

  it('that are stuck do not answer to their parameter', async () => {
    await using lattice = device({ imperfections: { stuck: { 3: 120, 9: 300 } } })
    await using ideal = device({ stiffness: { min: 50, max: 400, step: 0 } })
    await ideal.store(k.map((value, b) => ({ 3: 120, 9: 300 })[b] ?? value))
    const wanted = await read(ideal, [[-WEIGHT]])
    for (const asked of [104, 171]) {
      await lattice.store(k.map((value, b) => (b === 3 || b === 9 ? asked : value)))
      const { sense, local } = await read(lattice, [[-WEIGHT]])
      expect([...sense, ...local]).toEqual([...wanted.sense, ...wanted.local])
    }
  })
})

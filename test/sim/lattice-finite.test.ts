import { describe, expect, it } from 'vitest'
import { type LatticeGeometry, type LatticeSpec, PAPER_STIFFNESS, parseDof, withPins } from '../../devices/index.ts'
import { differenceGradient, finiteGradient, linearGradient, type WorkLoss } from '../../sim/index.ts'
import { finite } from '../../sim/lattice/finite.ts'
import { linear } from '../../sim/lattice/linear.ts'
import { frameOf } from '../../sim/lattice/topology.ts'
import {
  A,
  at,
  cosine,
  device,
  dot,
  elongations,
  forces,
  largest,
  paper,
  pulled,
  read,
  relative,
  rest,
  stiffnesses,
  thrown,
  WEIGHT,
} from './lattices.ts'

const frame = frameOf(paper)
const free = [...frame.pinned.keys()].filter((d) => frame.pinned[d] === 0)
const k = stiffnesses(28)

function built(stiffness = k, geometry: LatticeGeometry = paper) {
  const mechanics = finite(frameOf(geometry))
  mechanics.stiffen(stiffness)
  return mechanics
}

/** Forces that are out of balance at `u`, 0 at the pins. */
function imbalance(stiffness: Float64Array, force: Float64Array, u: Float64Array): Float64Array {
  return pulled(frame, stiffness, u).force.map((f, d) => (frame.pinned[d] ? 0 : force[d] - f))
}

describe('finite strain', () => {
  it.each([1e-4, WEIGHT, 0.25])('at rest under %f N balances to 1e-11 of the load', (newtons) => {
    const force = forces(paper, { '11.y': -newtons, '3.x': newtons / 3 })
    // What is computed here rounds k a by 1e-16 in every bond.
    expect(largest(imbalance(k, force, rest(built(), force)))).toBeLessThan(1e-11 * newtons + 5e-15)
  })

  it('rests where the energy less the work of the loads is stationary, and least', () => {
    const force = forces(paper, { '11.y': -WEIGHT })
    const u = rest(built(), force)
    const potential = (d: number, h: number) => {
      const moved = u.slice()
      moved[d] += h
      return pulled(frame, k, moved).energy - dot(force, moved)
    }
    const h = 3e-8
    for (const d of free) {
      // Central differences: truncation k h^2 / a = 1e-11 N, rounding of 1e-18 J over h 3e-11 N; 1e-9 of the load.
      expect(Math.abs(potential(d, h) - potential(d, -h)) / (2 * h)).toBeLessThan(5e-11)
      // By k h^2 / 2 = 6e-14 J and more.
      expect(potential(d, h) - potential(d, 0)).toBeGreaterThan(3e-14)
      expect(potential(d, -h) - potential(d, 0)).toBeGreaterThan(3e-14)
    }
  })

  it('has a tangent that is the slope of its forces', () => {
    const mechanics = built()
    const u = rest(mechanics, forces(paper, { '11.y': -WEIGHT }))
    const load = forces(paper, { '13.y': 0.02, '7.x': -0.01 })
    const v = load.slice()
    expect(mechanics.linearise(u)).toBe(true)
    mechanics.respond(v, 1)
    const h = 1e-3
    const along = (by: number) =>
      pulled(
        frame,
        k,
        u.map((x, d) => x + by * v[d]),
      ).force
    const [up, down] = [along(h), along(-h)]
    const slope = up.map((f, d) => (frame.pinned[d] ? 0 : (f - down[d]) / (2 * h)))
    // A step of h v moves nodes by less than 1e-4 of a bond: its square is 1e-8, rounding of forces 1e-17 / 1e-5.
    expect(relative(slope, load)).toBeLessThan(2e-8)
    // Lengths change accordingly.
    const [change, now] = [new Float64Array(28), elongations(mechanics, u)]
    mechanics.stretch(u, v, change)
    const moved = elongations(
      mechanics,
      u.map((x, d) => x + 1e-4 * v[d]),
    )
    expect(
      relative(
        moved.map((e, b) => (e - now[b]) / 1e-4),
        change,
      ),
    ).toBeLessThan(1e-5)
  })

  it('converges quadratically by its tangent', () => {
    const mechanics = built()
    const force = forces(paper, { '11.y': -4 * WEIGHT })
    const u = new Float64Array(28)
    const sizes: number[] = []
    for (let step = 0; step < 5; step++) {
      const off = imbalance(k, force, u)
      sizes.push(largest(off))
      mechanics.linearise(u)
      mechanics.respond(off, 1)
      for (let d = 0; d < 28; d++) u[d] += off[d]
    }
    // The last sizes above rounding: the number of right digits doubles.
    const order = Math.log(sizes[3] / sizes[2]) / Math.log(sizes[2] / sizes[1])
    expect(sizes[3]).toBeGreaterThan(1e-13)
    expect(order).toBeGreaterThan(1.8)
    expect(relative(u, rest(mechanics, force))).toBeLessThan(1e-11)
  })

  it('becomes the linear lattice under small loads, the difference growing with the load', () => {
    const [bent, straight] = [built(), linear(frame)]
    straight.stiffen(k)
    const off = [0.01, 0.1, 1].map((share) => {
      const force = forces(paper, { '11.y': -share * WEIGHT })
      return relative(rest(straight, force), rest(bent, force))
    })
    // Order 1; the next term is 2 % of it at the full weight.
    expect(Math.log10(off[1] / off[0])).toBeCloseTo(1, 2)
    expect(Math.log10(off[2] / off[1])).toBeCloseTo(1, 1)
    expect(off[0]).toBeLessThan(3e-4)
  })

  it('of a bar that stays in line is the linear bar', () => {
    const bar = withPins(
      {
        name: 'bar',
        nodes: [
          { name: 'a', x: 0, y: 0 },
          { name: 'b', x: 0.06, y: 0.08 },
        ],
        bonds: [[1, 0]],
        pins: [],
      },
      ['a', 'b.y'],
    )
    // Held to a line at an angle cos = 0.6 with the bond, it is not: (l - l0) x / l k = F, x = 0.06 + u.
    const u = rest(built(Float64Array.of(100), bar), forces(bar, { 'b.x': 0.5 }))[2]
    const [x, length] = [0.06 + u, Math.hypot(0.06 + u, 0.08)]
    expect((100 * (length - 0.1) * x) / length).toBeCloseTo(0.5, 11)
    const straight = withPins({ ...bar, nodes: [bar.nodes[0], { name: 'b', x: 0.1, y: 0 }] }, ['a', 'b.y'])
    expect(rest(built(Float64Array.of(100), straight), forces(straight, { 'b.x': 0.5 }))[2]).toBeCloseTo(5e-3, 15)
  })

  it('keeps bond lengths under rotations as large as you like', () => {
    const mechanics = built()
    for (const angle of [0.01, 0.5, Math.PI / 2, 3]) {
      const [c, s] = [Math.cos(angle), Math.sin(angle)]
      const u = Float64Array.from(paper.nodes.flatMap(({ x, y }) => [c * x - s * y - x + 0.3, s * x + c * y - y - 2]))
      // Rounding of coordinates shifted by 2 m.
      expect(largest(elongations(mechanics, u))).toBeLessThan(4 * 2 * Number.EPSILON)
      // To first order every bond would shrink by a (1 - cos).
      const straight = linear(frame)
      expect(elongations(straight, u).every((e) => Math.abs(e + A * (1 - c)) < 1e-14)).toBe(true)
    }
  })
})

describe('a shallow arch', () => {
  const [half, rise, stiff] = [0.03, 0.012, 100]
  const arch = withPins(
    {
      name: 'arch',
      nodes: [
        { name: 'left', x: -half, y: -rise },
        { name: 'right', x: half, y: -rise },
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
  const drawn = Math.hypot(half, rise)
  /** Force that holds the apex at height s over its feet: 2 k s (l0 / l - 1). */
  const held = (s: number) => 2 * stiff * s * (drawn / Math.hypot(half, s) - 1)
  /** Largest where l^3 = l0 w^2. */
  const limit = held(Math.sqrt(Math.cbrt(drawn * half ** 2) ** 2 - half ** 2))
  const pressed = (share: number) =>
    rest(built(Float64Array.of(stiff, stiff), arch), forces(arch, { 'apex.y': -share * limit }))[5]

  it('follows its closed form to the load at which it snaps', () => {
    for (const share of [-50, 0.2, 0.7, 0.95, 0.999]) {
      const u = pressed(share)
      expect(held(rise + u) / limit).toBeCloseTo(share, 9)
      expect(rise + u).toBeGreaterThan(Math.sqrt(Math.cbrt(drawn * half ** 2) ** 2 - half ** 2))
    }
  })

  it('beyond that is refused, or found hanging on the other side', () => {
    for (const share of [1.001, 1.01, 1.05, 2, 10]) {
      try {
        const u = pressed(share)
        expect(rise + u).toBeLessThan(-rise)
        expect(held(rise + u) / limit).toBeCloseTo(share, 9)
      } catch (error) {
        expect(error).toMatchObject({ code: 'NO_EQUILIBRIUM' })
      }
    }
    expect(thrown(() => pressed(1.001)).message).toMatch(/no rest was found .* only up to 99\.\d % of it/)
  })
})

describe('a load beyond all rest', () => {
  it('is refused with how far it got', () => {
    const error = thrown(() => rest(built(), forces(paper, { '11.y': 10 })))
    expect(error.code).toBe('NO_EQUILIBRIUM')
    expect(error.message).toMatch(
      /lattice of 14 nodes: no rest was found under a largest force of 10 N, only up to 6\.\d % of it/,
    )
  })

  it('leaves the machine working', async () => {
    await using lattice = device({ preset: 'finite', stiffness: { min: 2, max: 200, step: 0 } })
    await lattice.store(k)
    const before = await read(lattice, [[WEIGHT]])
    await lattice.store(new Float64Array(28).fill(2))
    await expect(read(lattice, [[0.25]])).rejects.toMatchObject({ code: 'NO_EQUILIBRIUM' })
    await lattice.store(k)
    expect([...(await read(lattice, [[WEIGHT]])).local]).toEqual([...before.local])
  })
})

/**
 * The lattice of the published sizes: np.random.default_rng(0).uniform(103.125, 171.875, 28), found by search as the only
 * one of many that shows 1.7 and 6.4 % of strain with 2.3 and 9.2 % of displacement under 5 and 20 g on node 11.
 */
const published = Float64Array.of(
  ...[146.9161, 121.6728, 105.9419, 104.2613, 159.0373, 165.8769, 144.8312, 153.2779, 140.4992, 167.4112],
  ...[159.2149, 103.3133, 162.0715, 105.434, 153.2888, 115.2013, 162.4686, 140.3505, 123.7302, 132.1847],
  ...[105.072, 111.6695, 149.2304, 147.6193, 145.4327, 129.5028, 171.6832, 170.5574],
)

describe('its size on the paper lattice', () => {
  const loss = (newtons: number, load = 1): WorkLoss => ({
    spec: {
      geometry: paper,
      inputs: [parseDof('11.y')],
      outputs: ['13.y', '14.y'].map(parseDof),
    },
    stiffness: published,
    drive: Float64Array.of(-newtons),
    load: Float64Array.of(load, load),
  })
  const straight = linear(frame)
  straight.stiffen(published)
  const bent = built(published)

  it.each([
    // Of the gradient of u13 + u14 it is more than the 2.4 and 7.1 % published, whose loss is not known.
    [5, 1.7, 2.3, 4.6, 0.99992],
    [20, 6.4, 9.2, 19.0, 0.99876],
  ])('under %i g: %f %% of strain, %f %% of displacement, %f %% of gradient', (grams, strain, shift, slope, cos) => {
    const newtons = (grams / 5) * WEIGHT
    const force = forces(paper, { '11.y': -newtons })
    const u = rest(bent, force)
    // Every digit that was published.
    expect((100 * largest(elongations(bent, u))) / A).toBeCloseTo(strain, 1)
    expect(100 * relative(rest(straight, force), u)).toBeCloseTo(shift, 1)
    const [first, exact] = [linearGradient(loss(newtons)), finiteGradient(loss(newtons))]
    expect(100 * relative(first, exact)).toBeCloseTo(slope, 1)
    expect(cosine(first, exact)).toBeCloseTo(cos, 4)
  })

  it('an adjoint load on the unloaded lattice leaves 2.9 % at 5 g', () => {
    const e = elongations(bent, rest(bent, forces(paper, { '11.y': -WEIGHT })))
    const a = elongations(straight, rest(straight, forces(paper, { '13.y': 1, '14.y': 1 })))
    const alone = e.map((value, b) => value * a[b])
    // 2.95 %.
    expect(100 * relative(alone, finiteGradient(loss(WEIGHT)))).toBeCloseTo(2.95, 1)
  })

  /** The gradient by a finite load on top of the weight. */
  const superposed = (newtons: number, sides: 'one' | 'both') => {
    const shown = (by: number) =>
      elongations(bent, rest(bent, forces(paper, { '11.y': -WEIGHT, '13.y': by, '14.y': by })))
    const [free, towards, away] = [shown(0), shown(newtons), shown(sides === 'both' ? -newtons : 0)]
    const read = free.map((e, b) => (e * (towards[b] - away[b])) / (sides === 'both' ? 2 * newtons : newtons))
    return relative(read, finiteGradient(loss(WEIGHT)))
  }

  it('a load on one side errs by 5.3e-4 per mN, a pair by the square: 4e-7 at 1 mN', () => {
    for (const mN of [1, 5]) expect(superposed(mN * 1e-3, 'one') / mN).toBeCloseTo(5.36e-4, 5)
    // Published: 4e-7, 1e-5, 1e-3 at 1, 5, 50 mN.
    expect(superposed(1e-3, 'both')).toBeLessThan(1e-6)
    expect(superposed(1e-3, 'both') / 4e-7).toBeCloseTo(1, 1)
    expect(superposed(5e-3, 'both') / 1e-5).toBeCloseTo(1, 1)
    expect(superposed(50e-3, 'both') / 1e-3).toBeCloseTo(1, 1)
  })
})

describe('the adjoint about the loaded state', () => {
  const spec: LatticeSpec = {
    geometry: paper,
    inputs: ['11.y', '3.x'].map(parseDof),
    outputs: ['13.y', '14.x'].map(parseDof),
    stiffness: PAPER_STIFFNESS,
  }

  it.each([
    [1, 0.001],
    [1, 1],
    [2, 1],
    [3, 4],
  ])('agrees with differences of whole solves to 1e-7: lattice %i, %f weights', (seed, weights) => {
    const loss: WorkLoss = {
      spec,
      stiffness: stiffnesses(28, seed),
      drive: Float64Array.of(-weights * WEIGHT, 0.2 * weights * WEIGHT),
      load: Float64Array.of(0.03, -0.05),
    }
    // Truncation of a relative step of 3e-5 is 1e-9; rest to 1e-11 of the load, over the step, is 3e-7 at the worst.
    expect(relative(finiteGradient(loss), differenceGradient(loss, 'finite'))).toBeLessThan(1e-7)
  })

  it('is reciprocal: what a load at 1 does at 2, the same at 2 does at 1', () => {
    const mechanics = built()
    mechanics.linearise(rest(mechanics, forces(paper, { '11.y': -4 * WEIGHT })))
    const answer = (dof: string, seen: string) => {
      const v = forces(paper, { [dof]: 1 })
      mechanics.respond(v, 1)
      return v[at(paper, seen)]
    }
    for (const [a, b] of [
      ['13.y', '14.x'],
      ['2.x', '12.y'],
      ['6.y', '8.x'],
    ])
      expect(answer(a, b) / answer(b, a)).toBeCloseTo(1, 12)
  })
})

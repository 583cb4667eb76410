import { describe, expect, it } from 'vitest'
import {
  type LatticeGeometry,
  PAPER_STIFFNESS,
  paperLattice,
  parseDof,
  triangularLattice,
  withPins,
} from '../../devices/index.ts'
import {
  CAMERA_NOISE,
  LATTICE_PRESETS,
  type LatticeImperfections,
  type LatticeOptions,
  latticePreset,
  latticeSimulator,
  PAPER_DYNAMICS,
} from '../../sim/index.ts'
import { imperfectBonds } from '../../sim/lattice/imperfect-bonds.ts'
import { linear } from '../../sim/lattice/linear.ts'
import { frameOf } from '../../sim/lattice/topology.ts'
import { attach } from '../../src/contract/device.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import {
  A,
  at,
  deviation,
  device,
  elongations,
  forces,
  largest,
  machine,
  mean,
  paper,
  read,
  relative,
  rest,
  stiffnesses,
  thrown,
  WEIGHT,
} from './lattices.ts'

const k = stiffnesses(28)
const steady = { noise: 0, pixel: 0, dropout: 0 }
const flawed = (imperfections: Partial<LatticeImperfections>, options: Partial<LatticeOptions> = {}) =>
  device({ imperfections, ...options })

/** One bar along x, of which everything is known: u = F / k. */
const bar: LatticeGeometry = withPins(
  {
    name: 'bar',
    nodes: [
      { name: 'a', x: 0, y: 0 },
      { name: 'b', x: A, y: 0 },
    ],
    bonds: [[1, 0]],
    pins: [],
  },
  ['a', 'b.y'],
)
const barMachine = (imperfections: Partial<LatticeImperfections>, options: Partial<LatticeOptions> = {}) =>
  flawed(imperfections, { geometry: bar, inputs: [parseDof('b.x')], outputs: [parseDof('b.x')], ...options })
const STIFF = 125

describe('the camera', () => {
  const noise = CAMERA_NOISE

  it('adds its noise to every axis, and the root of two times that to every elongation', async () => {
    const outputs = paper.nodes.flatMap(({ name }) => (name === '1' || name === '5' ? [] : [`${name}.x`, `${name}.y`]))
    await using noisy = device({ preset: 'camera', outputs: outputs.map(parseDof) })
    await using still = device({ outputs: outputs.map(parseDof) })
    const rows = new Array<readonly number[]>(2000).fill([-WEIGHT])
    const [seen, true_] = [await read(noisy, rows), await read(still, [[-WEIGHT]])]
    const column = (data: Float64Array, width: number, c: number) =>
      Float64Array.from({ length: 2000 }, (_, r) => data[r * width + c])
    // A standard deviation from 2000 readings errs by 1 / sqrt(4000) = 1.6 %; a mean by noise / sqrt(2000).
    for (let o = 0; o < 24; o++) {
      const readings = column(seen.sense, 24, o)
      expect(Math.abs(deviation(readings) / noise - 1)).toBeLessThan(5 * 0.016)
      expect(Math.abs(mean(readings) - true_.sense[o])).toBeLessThan((5 * noise) / Math.sqrt(2000))
    }
    // Markers on pinned nodes are seen no better than others.
    for (let b = 0; b < 28; b++) {
      const readings = column(seen.local, 28, b)
      expect(Math.abs(deviation(readings) / (Math.SQRT2 * noise) - 1)).toBeLessThan(5 * 0.016)
      expect(Math.abs(mean(readings) - true_.local[b])).toBeLessThan((5 * Math.SQRT2 * noise) / Math.sqrt(2000))
    }
    expect(noisy.sheet.sense.noise).toBe(noise)
    expect(noisy.local.sense.noise).toBe(Math.SQRT2 * noise)
  })

  it('gives two axes and two slots noise of their own', async () => {
    await using noisy = device({ preset: 'camera', outputs: ['13.x', '13.y', '14.x'].map(parseDof) })
    const { sense } = await read(noisy, new Array<readonly number[]>(2000).fill([0]))
    const together = (a: number, b: number, later: number) => {
      const products = Array.from({ length: 1999 }, (_, r) => sense[3 * r + a] * sense[3 * (r + later) + b])
      return mean(products) / noise ** 2
    }
    // Products of independent normal numbers have deviation 1: five of their mean.
    for (const [a, b, later] of [
      [0, 1, 0],
      [1, 2, 0],
      [0, 0, 1],
      [1, 0, 1],
    ])
      expect(Math.abs(together(a, b, later))).toBeLessThan(5 / Math.sqrt(2000))
    expect(together(0, 0, 0)).toBeGreaterThan(0.8)
  })

  it('sees the same however a block is cut', async () => {
    const camera = { noise, pixel: 1e-6, dropout: 0.1 }
    const rows = Array.from({ length: 24 }, (_, r) => [-0.002 * r])
    const whole = await read(flawed({ camera }), rows)
    const [cut, halves] = [flawed({ camera }, { maxSlots: 5 }), flawed({ camera })]
    const pieces = await read(cut, rows)
    const parts = [await read(halves, rows.slice(0, 7)), await read(halves, rows.slice(7))]
    for (const key of ['sense', 'local'] as const) {
      expect([...pieces[key]]).toEqual([...whole[key]])
      expect(parts.flatMap((part) => [...part[key]])).toEqual([...whole[key]])
    }
    expect(pieces.receipt.retries).toBe(whole.receipt.retries)
    // Loads that are held and rows given one by one are the same slots.
    const [held, single] = [flawed({ camera }), flawed({ camera })]
    const long = await read(held, [[-0.01], [-0.02]], undefined, 3)
    const rowsOfIt = [0, 0, 0, 1, 1, 1].map((r) => [[-0.01], [-0.02]][r])
    expect([...long.sense]).toEqual([...(await read(single, rowsOfIt)).sense])
  })

  it('draws by the seed', async () => {
    const seen = async (seed: number) => [...(await read(device({ preset: 'camera', seed }), [[-WEIGHT]])).sense]
    expect(await seen(4)).toEqual(await seen(4))
    expect(await seen(4)).not.toEqual(await seen(5))
  })

  it('shows whole pixels, the nearest', async () => {
    const pixel = 7e-6
    await using coarse = flawed({ camera: { ...steady, pixel } })
    await using still = device()
    const rows = Array.from({ length: 50 }, (_, r) => [-0.004 * r])
    const [seen, wanted] = [await read(coarse, rows), await read(still, rows)]
    seen.sense.forEach((value, n) => {
      expect(Math.abs(value / pixel - Math.round(value / pixel))).toBeLessThan(1e-9)
      expect(Math.abs(value - wanted.sense[n])).toBeLessThanOrEqual(pixel / 2 + 1e-18)
    })
    // Two ends with two axes each, along a bond: sqrt(2) of half a pixel at each end at most.
    seen.local.forEach((e, n) => {
      expect(Math.abs(e - wanted.local[n])).toBeLessThanOrEqual(Math.SQRT2 * pixel)
    })
    expect(largest(seen.sense)).toBeGreaterThan(100 * pixel)
  })

  it('takes an image again until it has found every marker, and counts', async () => {
    const dropout = 0.1
    await using lossy = flawed({ camera: { noise, pixel: 0, dropout } })
    const slots = 1500
    const { sense, receipt } = await read(lossy, new Array<readonly number[]>(slots).fill([-WEIGHT]))
    expect(sense.every(Number.isFinite)).toBe(true)
    // Images after j: some of 14 markers were lost in all of the first j, 1 - (1 - p^j)^14.
    const later = [1, 2, 3, 4, 5, 6, 7].map((j) => 1 - (1 - dropout ** j) ** 14)
    const expected = later.reduce((sum, p) => sum + p, 0)
    const square = later.reduce((sum, p, n) => sum + (2 * n + 1) * p, 0)
    const bar = 5 * Math.sqrt((square - expected ** 2) / slots)
    expect(Math.abs(receipt.retries / slots - expected)).toBeLessThan(bar)
    // A marker found late is seen as well as any.
    const two = [0, 1].map((o) => deviation(sense.filter((_, n) => n % 2 === o)))
    for (const found of two) expect(Math.abs(found / noise - 1)).toBeLessThan(5 / Math.sqrt(2 * slots))
  })

  it('has no number for a marker that no image showed', async () => {
    const backend = machine({ imperfections: { camera: { ...steady, dropout: 0.9 } } })
    await backend.store(k)
    const slots = 400
    const [sense, local] = [new Float64Array(2 * slots), new Float64Array(28 * slots)]
    const drive = { kind: 'track', data: Float64Array.of(-WEIGHT), hold: slots } as const
    const receipt = await backend.local.read({ slots, drive }, sense, local)
    const lost = (values: Float64Array) => values.filter((v) => !Number.isFinite(v)).length / values.length
    // Lost in eight images: 0.9^8 = 0.43 of markers; an elongation needs two.
    const missed = 0.9 ** 8
    expect(Math.abs(lost(sense) - missed)).toBeLessThan(5 * Math.sqrt((missed * (1 - missed)) / (2 * slots)))
    // Elongations of a slot share nodes: their share is as uncertain as that of the 14 markers.
    expect(Math.abs(lost(local) - (1 - (1 - missed) ** 2))).toBeLessThan(5 * Math.sqrt(0.25 / (14 * slots)) * 2)
    expect(receipt.retries).toBeGreaterThan(6.9 * slots)
    // What was seen is as true as ever, whatever else was lost.
    const still = device()
    await still.store(k)
    const wanted = await read(still, [[-WEIGHT]])
    sense.forEach((value, n) => {
      if (Number.isFinite(value)) expect(value).toBe(wanted.sense[n % 2])
    })
    const checked = attach(machine({ imperfections: { camera: { ...steady, dropout: 0.9 } }, seed: 3 }))
    await expect(read(checked, new Array<readonly number[]>(20).fill([0]))).rejects.toMatchObject({
      code: 'INVALID_READING',
    })
  })
})

describe('creep', () => {
  it('of a load that is held is u (1 + share (1 - exp(-t / tau))), and of one taken away its decay', async () => {
    const [share, seconds, slotSeconds] = [0.03, 2, 0.1]
    await using lattice = barMachine({ creep: { share, seconds } }, { slotSeconds })
    await lattice.store(Float64Array.of(STIFF))
    const elastic = 0.1 / STIFF
    const { sense } = await read(lattice, [[0.1], [0]], undefined, 40)
    const grown = (t: number) => share * (1 - Math.exp(-t / seconds))
    for (let n = 0; n < 40; n++) {
      const t = (n + 1) * slotSeconds
      // 80 steps, each rounding once.
      expect(sense[n] / elastic - (1 + grown(t))).toBeCloseTo(0, 13)
      expect(sense[40 + n] / elastic - grown(4) * Math.exp(-t / seconds)).toBeCloseTo(0, 13)
    }
  })

  it('does not depend on how a load is cut into rows, and ends at 1 + share', async () => {
    const creep = { share: 0.05, seconds: 0.4 }
    const [one, many] = [flawed({ creep }), flawed({ creep }, { maxSlots: 3 })]
    await one.store(k)
    await many.store(k)
    const rows = [[-WEIGHT], [0.02], [0.02]]
    const [held, single] = [
      await read(one, rows, undefined, 50),
      await read(
        many,
        rows.flatMap((row) => new Array<number[]>(50).fill(row)),
      ),
    ]
    expect([...single.sense]).toEqual([...held.sense])
    await using still = device()
    await still.store(k)
    const wanted = await read(still, [[0.02]])
    // exp(-10 s / 0.4 s) = 1e-11 of the elastic answer to both loads is left.
    expect(held.sense[298] / wanted.sense[0]).toBeCloseTo(1.05, 9)
    expect(
      relative(
        held.local.subarray(149 * 28),
        wanted.local.map((e) => 1.05 * e),
      ),
    ).toBeLessThan(1e-9)
  })

  it('comes back with a snapshot', async () => {
    await using lattice = device({ preset: 'rubber' })
    await lattice.store(k)
    await read(lattice, [[-0.1], [0.05]])
    const snapshot = await lattice.state.snapshot()
    const wanted = await read(lattice, [[0], [0.02]])
    await using other = device({ preset: 'rubber' })
    await other.state.restore(snapshot, new Float64Array(28))
    const again = await read(other, [[0], [0.02]])
    expect([...again.sense, ...again.local]).toEqual([...wanted.sense, ...wanted.local])
    expect(again.receipt).toEqual(wanted.receipt)
  })
})

describe('play', () => {
  const play = 4e-5
  const most = 10 * play
  /** There and back in steps of the play: elastic displacements of whole cycles, from -most to most. */
  const cycle = [...Array.from({ length: 20 }, (_, n) => -10 + n), ...Array.from({ length: 20 }, (_, n) => 10 - n)]

  it('lags by its width on the way there and back, and closes a loop of area 4 p (U - p)', async () => {
    await using lattice = barMachine({ play })
    await lattice.store(Float64Array.of(STIFF))
    const elastic = [...cycle, ...cycle, -10].map((n) => n * play)
    const { sense } = await read(
      lattice,
      elastic.map((u) => [STIFF * u]),
    )
    // Once around, behind by p; at a turn it stays until the way back is 2 p.
    for (let n = 40; n < 80; n++) {
      const there = n < 60
      const turned = there ? n - 40 : n - 60
      const wanted = turned >= 2 ? elastic[n] + (there ? -play : play) : there ? -most + play : most - play
      expect(sense[n] / play).toBeCloseTo(wanted / play, 12)
    }
    let area = 0
    for (let n = 40; n < 80; n++) area += ((sense[n] + sense[n + 1]) / 2) * (elastic[n + 1] - elastic[n])
    // Straight between the points, so the trapezoids are exact.
    expect(Math.abs(area)).toBeCloseTo(4 * play * (most - play), 18)
  })

  it('swallows what is smaller', async () => {
    await using lattice = barMachine({ play })
    await lattice.store(Float64Array.of(STIFF))
    const { sense } = await read(lattice, [
      [0.9 * STIFF * play],
      [-0.9 * STIFF * play],
      [3 * STIFF * play],
      [2 * STIFF * play],
    ])
    expect([...sense].map((v) => v / play)).toEqual([0, 0, expect.closeTo(2, 12), expect.closeTo(2, 12)])
  })
})

describe('a load that pulls askew', () => {
  const pair = (from: string, to: string, misalignment: number, seed = 2) =>
    flawed({ misalignment }, { inputs: [parseDof(from)], outputs: [parseDof(to)], seed })

  it('pulls across its axis by the sine of its angle, drawn once by the seed', async () => {
    const mechanics = linear(frameOf(paper))
    mechanics.stiffen(k)
    for (const seed of [1, 2]) {
      const angle = 0.01 * draws(seed, STREAM.loadAngle).normal(0)
      const wanted = rest(
        mechanics,
        forces(paper, { '11.y': -WEIGHT * Math.cos(angle), '11.x': -WEIGHT * Math.sin(angle) }),
      )
      await using lattice = pair('11.y', '13.y', 0.01, seed)
      await lattice.store(k)
      const { sense, local } = await read(lattice, [[-WEIGHT]])
      expect(sense[0] / wanted[at(paper, '13.y')]).toBeCloseTo(1, 12)
      expect(relative(local, elongations(mechanics, wanted))).toBeLessThan(1e-12)
    }
  })

  it('breaks reciprocity in proportion to the angle', async () => {
    const broken = async (misalignment: number) => {
      // Load 1 read at 2, and the same frame's load 2 read at 1: each load has an angle of its own.
      await using lattice = pair('11.y', '13.x', misalignment)
      await lattice.store(k)
      const there = (await read(lattice, [[0.01]], [[0]])).sense[0]
      await using back = flawed(
        { misalignment },
        { inputs: ['2.y', '13.x'].map(parseDof), outputs: [parseDof('11.y')], seed: 2 },
      )
      await back.store(k)
      const here = (await read(back, [[0, 0.01]])).sense[0]
      return Math.abs(there - here) / Math.abs(there)
    }
    const [none, small, large] = [await broken(0), await broken(1e-4), await broken(1e-3)]
    expect(none).toBeLessThan(1e-12)
    // An angle of 1e-3 is felt by about as much, times the ratio of displacements across and along the axis, here up to 30.
    expect(large).toBeGreaterThan(1e-4)
    expect(large).toBeLessThan(0.03)
    // To first order: what is left is of the order of `large` itself.
    expect(Math.abs(large / small / 10 - 1)).toBeLessThan(2 * large)
  })
})

describe('bonds', () => {
  const grown = frameOf(triangularLattice(30, 30))
  const count = grown.bonds.length / 2

  /** The stiffnesses that reach the lattice inside. */
  function made(scatter: number, seed: number, asked = 100, step = 0): Float64Array {
    const inner = { ...linear(grown), stiffen: (values: Float64Array) => void got.set(values) }
    const got = new Float64Array(count)
    const converters = new Array<{ min: number; max: number; step: number }>(count).fill({
      ...PAPER_STIFFNESS,
      min: 50,
      step,
    })
    imperfectBonds(inner, { scatter, broken: [], stuck: {} }, converters, seed).stiffen(
      new Float64Array(count).fill(asked),
    )
    return got
  }

  it('are scattered by so much, about what is asked for, each for ever', () => {
    const got = made(0.05, 3)
    // 2581 bonds: a mean within 5 x 0.05 / 51, a deviation within 5 / sqrt(2 n) = 7 % of itself.
    expect(count).toBe(2581)
    expect(Math.abs(mean(got) / 100 - 1)).toBeLessThan((5 * 0.05) / Math.sqrt(count))
    expect(Math.abs(deviation(got) / 5 - 1)).toBeLessThan(5 / Math.sqrt(2 * count))
    expect([...made(0.05, 3)]).toEqual([...got])
    expect([...made(0.05, 4)]).not.toEqual([...got])
    // Twice the scatter of the same lattice is the same bonds twice as far off.
    made(0.1, 3).forEach((value, b) => {
      expect(value - 100).toBeCloseTo(2 * (got[b] - 100), 11)
    })
    // What is asked for comes in steps, what is made of it does not.
    made(0.05, 3, 108, 20).forEach((value, b) => {
      expect(value / got[b]).toBeCloseTo(1, 14)
    })
    // None is ever without stiffness.
    expect(Math.min(...made(3, 3))).toBe(1)
  })

  it('of one lattice are the same from one store to the next', async () => {
    await using lattice = flawed({ scatter: 0.1 }, { seed: 5 })
    await lattice.store(k)
    const first = await read(lattice, [[-WEIGHT]])
    await lattice.store(stiffnesses(28, 9))
    await lattice.store(k)
    expect([...(await read(lattice, [[-WEIGHT]])).local]).toEqual([...first.local])
    await using ideal = device()
    await ideal.store(k)
    const off = relative(first.local, (await read(ideal, [[-WEIGHT]])).local)
    expect(off).toBeGreaterThan(0.01)
    expect(off).toBeLessThan(0.3)
  })

  it('come in levels, the nearest to what is asked for', async () => {
    const levels = 9
    await using lattice = flawed({ levels })
    const { min, max, step } = lattice.sheet.banks[0]
    expect([min, max, step]).toEqual([PAPER_STIFFNESS.min, PAPER_STIFFNESS.max, (max - min) / 8])
    await using ideal = device()
    const nearest = k.map((value) => min + step * Math.round((value - min) / step))
    expect(new Set(nearest).size).toBeLessThanOrEqual(levels)
    await lattice.store(k)
    await ideal.store(nearest)
    const [seen, wanted] = [await read(lattice, [[-WEIGHT]]), await read(ideal, [[-WEIGHT]])]
    expect(relative(seen.local, wanted.local)).toBeLessThan(1e-12)
    await lattice.store(nearest)
    expect([...(await read(lattice, [[-WEIGHT]])).local]).toEqual([...seen.local])
  })
})

describe('presets', () => {
  it.each(Object.entries(LATTICE_PRESETS))(
    '%s says where its numbers come from, and makes a lattice',
    async (name, made) => {
      expect(made.source.length).toBeGreaterThan(30)
      expect(latticePreset(name)).toBe(made)
      await using lattice = device({ preset: name })
      expect(lattice.sheet).toMatchObject({ machine: 'lattice', kind: 'simulator', repeatable: true })
      expect(lattice.sheet.identity).toBe(`paper, ${name}, lattice 1`)
      expect(lattice.sheet.settings).toMatchObject({
        preset: name,
        seed: 1,
        inputs: ['11.y'],
        outputs: ['13.y', '14.y'],
      })
      await lattice.store(k)
      const { sense } = await read(lattice, [[-WEIGHT]])
      // Every one shows the same lattice, to within a few percent and what its camera adds.
      await using ideal = device()
      await ideal.store(k)
      const wanted = (await read(ideal, [[-WEIGHT]])).sense
      for (let o = 0; o < 2; o++)
        expect(Math.abs(sense[o] - wanted[o])).toBeLessThan(0.1 * Math.abs(wanted[o]) + 6 * lattice.sheet.sense.noise)
    },
  )

  it('that do not exist are refused with a list of those that do', () => {
    for (const preset of ['perfect', 'toString'])
      expect(thrown(() => machine({ preset }))).toMatchObject({
        code: 'CONFIG',
        message: `lattice: preset must be one of ${Object.keys(LATTICE_PRESETS).join(', ')}, got ${preset}`,
      })
  })

  it('say that they were changed', () => {
    expect(machine({ preset: 'camera', imperfections: { scatter: 0.1 }, seed: 8 }).sheet.identity).toBe(
      'paper, camera changed, lattice 8',
    )
  })
})

describe('bad options are refused by name', () => {
  it.each<[string, Partial<LatticeImperfections>, RegExp]>([
    ['four levels', { levels: 4 }, /4 levels between 103.125 and 171.875 N\/m are not all multiples of one step/],
    ['one level', { levels: 1 }, /1 levels/],
    ['half a level', { levels: 2.5 }, /2.5 levels/],
    ['negative noise', { camera: { ...steady, noise: -1e-6 } }, /noise must be zero or positive, got -0.000001/],
    [
      'noise that is no number',
      { camera: { ...steady, noise: Number.NaN } },
      /noise must be zero or positive, got NaN/,
    ],
    ['a negative pixel', { camera: { ...steady, pixel: -1 } }, /pixel must be zero or positive/],
    ['all markers lost', { camera: { ...steady, dropout: 1 } }, /dropout must be from 0 to below 1, got 1/],
    ['negative scatter', { scatter: -0.1 }, /scatter must be zero or positive/],
    ['negative play', { play: -1 }, /play must be zero or positive/],
    ['a negative angle', { misalignment: -1 }, /misalignment must be zero or positive/],
    ['a bond there is not', { broken: [28] }, /a bond must be a number from 0 to 27, got 28/],
    ['half a bond', { broken: [0.5] }, /a bond must be a number from 0 to 27, got 0.5/],
    ['a stuck bond there is not', { stuck: { 99: 100 } }, /a bond must be a number from 0 to 27, got 99/],
    ['a bond stuck at nothing', { stuck: { 3: 0 } }, /the stiffness of bond 3 must be positive, got 0/],
    ['creep without time', { creep: { share: 0.1, seconds: 0 } }, /creep must be a share from 0 and a positive time/],
    ['creep backwards', { creep: { share: -0.1, seconds: 1 } }, /creep must be/],
    ['a lattice without mass', { height: { kind: 'dynamic', ...PAPER_DYNAMICS, mass: 0 } }, /mass of its dynamics/],
  ])('%s', (_, imperfections, message) => {
    const error = thrown(() => machine({ imperfections }))
    expect(error.code).toBe('CONFIG')
    expect(error.message).toMatch(message)
  })

  it('bounds too far apart to tell a soft bond from a loose node', () => {
    const wide = (max: number) => () => latticeSimulator({ ...given, stiffness: { min: 1, max, step: 0 } })
    const given = {
      geometry: paperLattice(),
      inputs: [parseDof('11.y')],
      outputs: [parseDof('13.y')],
    }
    expect(wide(2e6)).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(wide(1e6)).not.toThrow()
  })

  it('bounds below zero, and banks that do not fit', () => {
    expect(thrown(() => machine({ stiffness: { min: -1, max: 100, step: 0 } }))).toMatchObject({
      code: 'CONFIG',
      message: 'lattice: the stiffness of bank k must not be negative, got -1 N/m',
    })
    const bank = { name: 'soft', width: 27, min: 1, max: 2, step: 0 }
    expect(thrown(() => machine({ stiffness: [bank] }))).toMatchObject({
      code: 'CONFIG',
      message: 'lattice paper: its banks have 27 bonds, wanted 28',
    })
  })

  it('a load, force or stiffness beyond its range, before anything moves', async () => {
    await using lattice = device({ preset: 'camera' })
    await lattice.store(k)
    const drive = { kind: 'track', data: Float64Array.of(0), hold: 1 } as const
    const into = new Float64Array(2)
    const over = { kind: 'track', data: Float64Array.of(0, 0.2501), hold: 1 } as const
    const limit = (what: string) => ({ code: 'LIMIT', message: expect.stringContaining(`${what}=`) })
    await expect(lattice.adjoint.hold({ slots: 1, drive, load: over }, into)).rejects.toMatchObject(limit('load[1]'))
    await expect(read(lattice, [[0]], [[-0.2501, 0]])).rejects.toMatchObject(limit('load[0]'))
    await expect(read(lattice, [[-0.3]])).rejects.toMatchObject(limit('drive[0]'))
    await expect(lattice.store(k.map((value, b) => (b === 5 ? 172 : value)))).rejects.toMatchObject(
      limit('theta[5] (k[5])'),
    )
    await expect(lattice.store(k.map((value, b) => (b === 5 ? Number.NaN : value)))).rejects.toMatchObject({
      code: 'NOT_FINITE',
    })
    // The clock stands at 0, no image was taken, the stiffness is the old one.
    await using fresh = device({ preset: 'camera' })
    await fresh.store(k)
    const [seen, wanted] = [await read(lattice, [[-WEIGHT]]), await read(fresh, [[-WEIGHT]])]
    expect([...seen.sense, ...seen.local]).toEqual([...wanted.sense, ...wanted.local])
    expect(seen.receipt).toEqual(wanted.receipt)
  })

  it('readings beyond the range are held at its end and counted', async () => {
    await using soft = barMachine({}, { stiffness: { min: 1, max: 200, step: 0 } })
    await soft.store(Float64Array.of(5))
    const { sense, local, receipt } = await read(soft, [[0.25], [0.1], [-0.2]])
    // 50, 20 and -40 mm against 32 mm for a displacement and 64 mm for an elongation.
    expect([...sense]).toEqual([0.032, expect.closeTo(0.02, 15), -0.032])
    expect([...local]).toEqual([0.25, 0.1, -0.2].map((f) => expect.closeTo(f / 5, 15)))
    expect(receipt.saturated).toBe(2)
  })
})

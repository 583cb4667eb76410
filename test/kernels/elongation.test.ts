import { describe, expect, it } from 'vitest'
import { type DrawnBonds, elongate, elongator } from '../../src/kernels/elongation.ts'
import { superposition, weigh } from '../../src/kernels/superposition.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const numbers = (count: number, seed: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(count))

/** Bonds between neighbours in a row of nodes and between every third, in all directions. */
function bonds(nodes: number): DrawnBonds {
  const ends: number[] = []
  for (let n = 0; n + 1 < nodes; n++) ends.push(n + 1, n)
  for (let n = 0; n + 3 < nodes; n++) ends.push(n, n + 3)
  const count = ends.length / 2
  const direction = new Float64Array(2 * count)
  for (let b = 0; b < count; b++) [direction[2 * b], direction[2 * b + 1]] = [Math.cos(b), Math.sin(b)]
  return { count, ends: Int32Array.from(ends), direction }
}

describe('elongations', () => {
  it.each([2, 12, 20, 22, 23, 500])('are the plain loop’s, bit for bit, with %i nodes', (nodes) => {
    const drawn = bonds(nodes)
    const fast = elongator(drawn, nodes)
    for (const seed of [1, 2]) {
      const u = numbers(2 * nodes, seed)
      const [wanted, seen] = [new Float64Array(drawn.count), new Float64Array(drawn.count)]
      elongate(drawn, u, wanted)
      fast(u, seen)
      expect(seen).toEqual(wanted)
    }
  })

  it('vanish when all nodes move alike, and are the stretch along the bond', () => {
    const drawn = bonds(300)
    const seen = new Float64Array(drawn.count)
    elongator(drawn, 300)(new Float64Array(600).fill(0.25), seen)
    expect(seen.every((e) => e === 0)).toBe(true)
    const u = new Float64Array(600)
    u[2] = 1e-3
    elongator(drawn, 300)(u, seen)
    // Bond 0 runs from node 0 to node 1 along x.
    expect(seen[0]).toBe(1e-3)
  })

  it('of two lattices do not touch each other', () => {
    const [a, b] = [elongator(bonds(100), 100), elongator(bonds(100), 100)]
    const [u, v] = [numbers(200, 3), numbers(200, 4)]
    const count = bonds(100).count
    const [first, again] = [new Float64Array(count), new Float64Array(count)]
    a(u, first)
    b(v, new Float64Array(count))
    a(u, again)
    expect(again).toEqual(first)
  })
})

describe('superposition', () => {
  it.each([
    [1, 2],
    [3, 28],
    [2, 66],
    [7, 128],
    [12, 5000],
  ])('of %i columns of %i numbers is the plain loop’s, bit for bit', (count, width) => {
    const sum = superposition(count, width)
    sum.columns.set(numbers(count * width, 5))
    for (const seed of [6, 7]) {
      const weights = numbers(count, seed)
      const [wanted, seen] = [new Float64Array(width), new Float64Array(width)]
      weigh(weights, sum.columns, wanted)
      sum.weigh(weights, seen)
      expect(seen).toEqual(wanted)
      expect(seen.some((value) => value !== 0)).toBe(true)
    }
  })
})

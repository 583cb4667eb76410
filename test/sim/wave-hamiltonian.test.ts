import { describe, expect, it } from 'vitest'
import { emptyState, leapfrog, recorded, reverse, yoshida4 } from '../../sim/wave/index.ts'
import type { WaveState } from '../../src/kernels/wave/state.ts'
import { relativeDistance } from '../../src/reference/norm.ts'
import { CASES, cloned, eachNumber, fieldOf, flat, startOf, stepperOf } from './wave-fields.ts'

/** d f / d x of every number of a state, by differences of fourth order: off by height^4 f^(5) / 30. */
function gradient(state: WaveState, f: (state: WaveState) => number, height = 1e-2): Float64Array {
  const at = cloned(state)
  const slopes: number[] = []
  eachNumber(at, (list, i) => {
    const middle = list[i]
    const read = (n: number) => {
      list[i] = middle + n * height
      return f(at)
    }
    slopes.push((8 * (read(1) - read(-1)) - (read(2) - read(-2))) / (12 * height))
    list[i] = middle
  })
  return Float64Array.from(slopes)
}

/** J x, of positions and momenta in the order of `flat`: a momentum's number at its position, minus that of the position there. */
function turned(x: Float64Array, { modes, params }: { readonly modes: number; readonly params: number }): Float64Array {
  const into = new Float64Array(x.length)
  for (const [first, count] of [
    [0, modes],
    [2 * modes, params],
  ])
    for (let i = first; i < first + count; i++) {
      into[i] = x[i + count]
      into[i + count] = -x[i]
    }
  return into
}

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)

describe.each(CASES)('$name', (one) => {
  const field = fieldOf(one)
  const start = startOf(one, field, 2)

  it('moves by bracket J grad H, which leaves H as it is', () => {
    const slope = gradient(start, field.energy)
    const rate = emptyState(field)
    field.rate(start, rate)
    const wanted = turned(slope, field).map((value) => field.bracket * value)
    // Energies are polynomials of fourth degree but for a cosine: 1e-2^4 / 30 of it, and round-off over the height.
    expect(relativeDistance(flat(rate), wanted)).toBeLessThan(1e-9)
    const size = Math.sqrt(dot(slope, slope) * dot(flat(rate), flat(rate)))
    expect(Math.abs(dot(slope, flat(rate)))).toBeLessThan(1e-9 * size)
  })

  it('moves by the two flows together', () => {
    const rate = emptyState(field)
    field.rate(start, rate)
    // Hops turn by up to 40 radians per unit of time: 40^5 h^4 / 30 is 1e-8 of 40.
    const h = 2e-4
    const after = (part: 'drift' | 'kick', time: number) => {
      const state = cloned(start)
      field[part](state, time)
      return flat(state)
    }
    const found = new Float64Array(flat(start).length)
    for (const part of ['drift', 'kick'] as const) {
      const [a, b, c, d] = [h, -h, 2 * h, -2 * h].map((time) => after(part, time))
      for (let i = 0; i < found.length; i++) found[i] += (8 * (a[i] - b[i]) - (c[i] - d[i])) / (12 * h)
    }
    expect(relativeDistance(found, flat(rate))).toBeLessThan(1e-8)
  })

  it('has flows that add up in time and undo themselves', () => {
    for (const part of ['drift', 'kick'] as const) {
      const [whole, back] = [cloned(start), cloned(start)]
      field[part](whole, 0.3)
      if (one.spec.kind !== 'kerr-cavities' || part === 'drift') {
        const halves = cloned(start)
        field[part](halves, 0.1)
        field[part](halves, 0.2)
        expect(relativeDistance(flat(halves), flat(whole))).toBeLessThan(1e-13)
      }
      field[part](back, 0.3)
      field[part](back, -0.3)
      expect(relativeDistance(flat(back), flat(start))).toBeLessThan(1e-13)
      expect(relativeDistance(flat(whole), flat(start))).toBeGreaterThan(1e-3)
    }
  })

  it('has the same energy when time runs the other way', () => {
    const mirrored = cloned(start)
    reverse(mirrored)
    const energy = field.energy(start)
    expect(Math.abs(field.energy(mirrored) - energy)).toBeLessThan(1e-13 * (1 + Math.abs(energy)))
  })

  it.each([leapfrog, yoshida4])('has a $name step whose pulls are its Jacobian, and symplectic', (splitting) => {
    const step = one.steps[one.steps.length - 1]
    const steps = 4
    const pull = recorded(field, splitting, step, steps, cloned(start))
    const count = flat(start).length
    // A pulled unit slope is a row of the Jacobian M.
    const rows = Array.from({ length: count }, (_, n) => {
      const slope = emptyState(field)
      let at = 0
      eachNumber(slope, (list, i) => {
        list[i] = at++ === n ? 1 : 0
      })
      pull(slope)
      return flat(slope)
    })
    let worst = 0
    for (let a = 0; a < count; a++) {
      const unit = new Float64Array(count)
      unit[a] = 1
      // J is antisymmetric: its row a is minus J of unit a.
      const wanted = turned(unit, field)
      for (let b = 0; b < count; b++)
        worst = Math.max(worst, Math.abs(dot(rows[a], turned(rows[b], field)) + wanted[b]))
    }
    // M J M' = J to round-off.
    expect(worst).toBeLessThan(1e-11)
    const stepper = stepperOf(field, splitting, step)
    const weights = Float64Array.from({ length: count }, (_, n) => Math.cos(3 * n + 1))
    const end = (state: WaveState) => {
      const moved = cloned(state)
      stepper.run([moved], steps)
      return dot(flat(moved), weights)
    }
    const wanted = weights.map((_, b) => rows.reduce((sum, row, a) => sum + weights[a] * row[b], 0))
    expect(relativeDistance(gradient(start, end, 1e-3), wanted)).toBeLessThan(1e-8)
  })
})

import { describe, expect, it } from 'vitest'
import { Curvature } from '../../src/identify/curvature.ts'
import { NetworkField } from '../../src/identify/field.ts'
import { COUPLINGS, identifyNetwork, polynomials, refineNetwork } from '../../src/identify/index.ts'
import { type LocalModel, linearModel } from '../../src/identify/local-model.ts'
import { neural } from '../../src/identify/neural.ts'
import { Shooting } from '../../src/identify/shooting.ts'
import { recording } from '../../src/identify/traces.ts'
import { draws } from '../../src/random/draws.ts'
import { distance, lorenzNetwork } from './networks.ts'

const LINKS = [
  { to: 0, from: 1 },
  { to: 2, from: 0 },
  { to: 1, from: 2 },
]
const NOISE = Float64Array.of(0.1, 0.2, 0.3)
const given = recording(lorenzNetwork(1, { nodes: 3, samples: 25, noise: 0.05 }).read)

const models: Record<string, () => { model: LocalModel; parameters: Float64Array }> = {
  library() {
    const model = linearModel(polynomials(3, 2), [
      [1, 2],
      [1, 2, 6],
      [3, 5],
    ])
    return { model, parameters: Float64Array.of(-10, 10, 28, -1, -1, -8 / 3, 1) }
  },
  neural() {
    const { model, library, start } = neural(given, { hidden: 4 })
    const source = draws(1, 33)
    const rows = [0, 1, 2].map((d) => Float64Array.from(library.names, (_, n) => 20 * source.normal(d * 64 + n)))
    return { model, parameters: start(rows) }
  },
}

function shooting(name: string, coupling = COUPLINGS.sinusoidal()) {
  const { model, parameters } = models[name]()
  const field = new NetworkField(model, coupling, 3, LINKS)
  const theta = Float64Array.of(...parameters, 0.5, 0.7, 0.3)
  return { field, theta, shot: new Shooting(field, given, NOISE, 10, 2) }
}

describe.each(Object.keys(models))('backpropagation through time, %s', (name) => {
  it.each(['diffusive', 'sinusoidal', 'saturating'] as const)('agrees with differences under %s coupling', (form) => {
    const { theta, shot } = shooting(name, COUPLINGS[form]())
    const starts = shot.measuredStarts()
    const [byTheta, byStarts] = [new Float64Array(theta.length), new Float64Array(starts.length)]
    shot.gradient(theta, starts, byTheta, byStarts)
    const slope = (list: Float64Array, n: number) => {
      const [value, step] = [list[n], 1e-5 * Math.max(1, Math.abs(list[n]))]
      const at = (by: number) => {
        list[n] = value + by * step
        const loss = shot.loss(theta, starts)
        list[n] = value
        return loss
      }
      // Fourth order, so that the difference is not what is measured.
      return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)
    }
    expect(
      distance(
        byTheta,
        theta.map((_, n) => slope(theta, n)),
      ),
    ).toBeLessThan(1e-6)
    expect(
      distance(
        byStarts,
        starts.map((_, n) => slope(starts, n)),
      ),
    ).toBeLessThan(1e-6)
  })
})

describe('the curvature', () => {
  it('is the Hessian where the model fits: its solution undoes it', () => {
    // Traces made by the very integrator and parameters, so that what the curvature leaves out is multiplied by 0.
    const { theta, field } = shooting('library')
    const first = new Shooting(field, given, NOISE, 25, 1)
    const start = given.stretches[0].slice(0, field.states)
    first.forward(theta, start, 0)
    const data = Float64Array.from(
      { length: 12 * field.states },
      (_, n) => first.stages[Math.floor(n / field.states) * 4 * field.states + (n % field.states)],
    )
    const own = { ...given, samples: 12, stretches: [data] }
    const shot = new Shooting(field, own, NOISE, 12, 1)
    const curvature = new Curvature(shot, NOISE, own.dt, theta, start)
    const source = draws(2, 33)
    const move = Float64Array.from({ length: theta.length }, (_, n) => 0.01 * source.normal(n))
    const moveStart = Float64Array.from({ length: start.length }, (_, n) => 0.01 * source.normal(64 + n))
    const gradientAt = (by: number) => {
      const [a, b] = [new Float64Array(theta.length), new Float64Array(start.length)]
      const moved = (x: Float64Array, m: Float64Array) => x.map((value, n) => value + by * m[n])
      shot.gradient(moved(theta, move), moved(start, moveStart), a, b)
      return [a, b]
    }
    const [[a1, b1], [a2, b2]] = [gradientAt(1e-3), gradientAt(-1e-3)]
    const [byTheta, byStarts] = [a1.map((v, n) => (v - a2[n]) / 2e-3), b1.map((v, n) => (v - b2[n]) / 2e-3)]
    curvature.solve(byTheta, byStarts)
    // Differences of the gradient err by the square of their step, amplified by the condition of the problem.
    expect(distance(byTheta, move)).toBeLessThan(1e-3)
    expect(distance(byStarts, moveStart)).toBeLessThan(1e-3)
  })
})

describe('refining', () => {
  it('comes nearer to the truth than the joint solve, and down to the noise', () => {
    const { truth, read } = lorenzNetwork(5, { nodes: 3, samples: 400, noise: 0.1 })
    const fit = identifyNetwork(read, { window: 0.24 })
    const refined = refineNetwork(read, fit, { windows: [24, 48] })
    expect(distance(refined.weights, truth)).toBeLessThan(distance(fit.weights, truth))
    expect(refined.refinement?.windows).toEqual([24, 48])
    // 3600 readings: sqrt(2 / 3600) = 0.024 is one deviation.
    expect(Math.abs((refined.refinement?.misfit ?? 0) - 1)).toBeLessThan(0.1)
  })

  it('trains a neural local model', () => {
    const { truth, clean, read } = lorenzNetwork(2, { nodes: 2, samples: 200, noise: 0.05 })
    const before = identifyNetwork(read, { neural: { hidden: 8 }, refine: false })
    const after = refineNetwork(read, before, { windows: [6], steps: 6 })
    const error = ({ model, parameters }: typeof before) => {
      const into = new Float64Array(3)
      let sum = 0
      for (let at = 0; at < clean.data.length; at += 3) {
        model.value(parameters, clean.data, at, into, 0)
        const [x, y, z] = clean.data.subarray(at, at + 3)
        sum += (into[0] - 10 * (y - x)) ** 2 + (into[1] - x * (28 - z) + y) ** 2 + (into[2] - x * y + (8 / 3) * z) ** 2
      }
      return sum
    }
    expect(error(after)).toBeLessThan(error(before) / 2)
    expect(after.weights.length).toBe(truth.length)
  })

  it('refuses windows that do not fit', () => {
    const { read } = lorenzNetwork(5, { nodes: 3, samples: 300, noise: 0.1 })
    const fit = identifyNetwork(read)
    for (const windows of [[2], [301], [24.5], []]) {
      expect(() => refineNetwork(read, fit, { windows })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    }
  })
})

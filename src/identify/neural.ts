import { InsituError } from '../errors.ts'
import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import type { Library } from './library.ts'
import type { LocalModel } from './local-model.ts'
import type { Recording } from './traces.ts'

export interface NeuralOptions {
  /** Units with tanh (default 24). */
  readonly hidden?: number
  /** Seed of the first weights (default 1). */
  readonly seed?: number
}

/** A small network for the local dynamics, where to start it, and its hidden layer as a library for the joint solve. */
export interface Neural {
  readonly model: LocalModel
  /** 1, the scaled components, and every hidden unit as it is at the start: f is linear in what multiplies them. */
  readonly library: Library
  /** Parameters from the coefficients of the library: `coefficients[d]` has one per function. */
  start(coefficients: readonly Float64Array[]): Float64Array
}

/** Size of the first weights: units bend within the range of the data. */
const BEND = 1

/**
 * f(x) = C (1, s) + V tanh(U s + b), with s the components less their means over their deviations.
 *
 * Parameters in order: U (hidden x dimensions), b, then for each component its row of C (1 + dimensions) and of V (hidden).
 */
export function neural(given: Recording, options: NeuralOptions = {}): Neural {
  const { dimensions } = given
  const { hidden = 24, seed = 1 } = options
  if (!(Number.isInteger(hidden) && hidden >= 1 && hidden <= 256)) {
    throw new InsituError('CONFIG', `network: ${hidden} hidden units, wanted a whole number from 1 to 256`)
  }
  const { means, deviations } = moments(given)
  const inner = hidden * (dimensions + 1)
  const linear = 1 + dimensions
  const outer = linear + hidden
  const size = inner + dimensions * outer
  const source = draws(seed, STREAM.weightInit)
  const first = Float64Array.from({ length: inner }, (_, n) => BEND * source.normal(n))
  // Values of 1, s and the units, and the slopes of the units by their sums.
  const values = new Float64Array(outer)
  const bends = new Float64Array(hidden)
  const fill = (p: Float64Array, x: Float64Array, at: number) => {
    values[0] = 1
    for (let d = 0; d < dimensions; d++) values[1 + d] = (x[at + d] - means[d]) / deviations[d]
    for (let u = 0; u < hidden; u++) {
      let sum = p[hidden * dimensions + u]
      for (let d = 0; d < dimensions; d++) sum += p[u * dimensions + d] * values[1 + d]
      const value = Math.tanh(sum)
      values[linear + u] = value
      bends[u] = 1 - value * value
    }
  }
  const model: LocalModel = {
    ...{ name: 'neural', dimensions, size },
    value(p, x, at, into, to) {
      fill(p, x, at)
      for (let d = 0; d < dimensions; d++) {
        const row = inner + d * outer
        let sum = 0
        for (let n = 0; n < outer; n++) sum += p[row + n] * values[n]
        into[to + d] = sum
      }
    },
    slopes(p, x, at, byState, byParameter) {
      fill(p, x, at)
      byParameter.fill(0)
      for (let d = 0; d < dimensions; d++) {
        const row = inner + d * outer
        for (let e = 0; e < dimensions; e++) byState[d * dimensions + e] = p[row + 1 + e] / deviations[e]
        for (let n = 0; n < outer; n++) byParameter[d * size + row + n] = values[n]
        for (let u = 0; u < hidden; u++) {
          const c = p[row + linear + u] * bends[u]
          byParameter[d * size + hidden * dimensions + u] = c
          for (let e = 0; e < dimensions; e++) {
            byParameter[d * size + u * dimensions + e] = c * values[1 + e]
            byState[d * dimensions + e] += (c * p[u * dimensions + e]) / deviations[e]
          }
        }
      }
    },
  }
  const library: Library = {
    dimensions,
    names: Array.from({ length: outer }, (_, n) => (n === 0 ? '1' : n < linear ? `s${n}` : `unit ${n - linear}`)),
    values(x, at, into, to) {
      fill(first, x, at)
      into.set(values, to)
    },
    slopes(x, at, into) {
      fill(first, x, at)
      into.fill(0)
      for (let d = 0; d < dimensions; d++) {
        into[(1 + d) * dimensions + d] = 1 / deviations[d]
        for (let u = 0; u < hidden; u++) {
          into[(linear + u) * dimensions + d] = (bends[u] * first[u * dimensions + d]) / deviations[d]
        }
      }
    },
  }
  return {
    model,
    library,
    start(coefficients) {
      const p = new Float64Array(size)
      p.set(first)
      coefficients.forEach((row, d) => {
        p.set(row, inner + d * outer)
      })
      return p
    },
  }
}

function moments({ stretches, dimensions, samples, nodes }: Recording) {
  const [sum, squares] = [new Float64Array(dimensions), new Float64Array(dimensions)]
  for (const data of stretches) {
    data.forEach((value, n) => {
      sum[n % dimensions] += value
      squares[n % dimensions] += value * value
    })
  }
  const means = sum.map((value) => value / (samples * nodes))
  const deviations = squares.map((value, d) => Math.sqrt(value / (samples * nodes) - means[d] ** 2) || 1)
  return { means, deviations }
}

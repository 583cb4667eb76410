import type { Library } from './library.ts'

/** Local dynamics with parameters: f(x; p) of one unit, the same for all. */
export interface LocalModel {
  readonly name: string
  readonly dimensions: number
  /** Parameters. */
  readonly size: number
  /** Fills f at `to` from the state at `at`. */
  value(p: Float64Array, x: Float64Array, at: number, into: Float64Array, to: number): void
  /** Fills the slopes by the state, `d * dimensions + e`, and by the parameters, `d * size + k`. */
  slopes(p: Float64Array, x: Float64Array, at: number, byState: Float64Array, byParameter: Float64Array): void
}

/** A sum of functions of a library: `chosen[d]` are the numbers of the functions that component d has, one parameter each. */
export function linearModel(library: Library, chosen: readonly (readonly number[])[]): LocalModel {
  const { dimensions } = library
  const terms = library.names.length
  const size = chosen.reduce((sum, list) => sum + list.length, 0)
  const values = new Float64Array(terms)
  const slopes = new Float64Array(terms * dimensions)
  // Component and function of every parameter.
  const component = chosen.flatMap((list, d) => list.map(() => d))
  const term = chosen.flat()
  return {
    name: 'library',
    dimensions,
    size,
    value(p, x, at, into, to) {
      library.values(x, at, values, 0)
      for (let d = 0; d < dimensions; d++) into[to + d] = 0
      for (let k = 0; k < size; k++) into[to + component[k]] += p[k] * values[term[k]]
    },
    slopes(p, x, at, byState, byParameter) {
      library.values(x, at, values, 0)
      library.slopes(x, at, slopes)
      byState.fill(0)
      byParameter.fill(0)
      for (let k = 0; k < size; k++) {
        const d = component[k]
        byParameter[d * size + k] = values[term[k]]
        for (let e = 0; e < dimensions; e++) byState[d * dimensions + e] += p[k] * slopes[term[k] * dimensions + e]
      }
    },
  }
}

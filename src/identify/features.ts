import type { Coupling } from './coupling.ts'
import type { Library } from './library.ts'
import type { Recording } from './traces.ts'
import { Windows } from './weak.ts'

/** Everything the regression needs, as weighted sums over windows. */
export interface Features {
  readonly windows: Windows
  readonly nodes: number
  readonly dimensions: number
  readonly terms: number
  /** Local functions: window k, node i, term a at `(k * nodes + i) * terms + a`. */
  readonly local: Float64Array
  /** Slopes: window k, node i, component d at `(k * nodes + i) * dimensions + d`. */
  readonly slopes: Float64Array
  /** Couplings into node i: window k, sender number s (without i) at `k * (nodes - 1) + s`. */
  readonly couplings: readonly Float64Array[]
}

/** Number of sender j among all but i. */
export const senderIndex = (i: number, j: number): number => (j < i ? j : j - 1)

/** Node of sender number s into node i. */
export const senderOf = (i: number, s: number): number => (s < i ? s : s + 1)

/** Weighs the local functions, the slopes and the couplings over all windows of one width. */
export function features(given: Recording, half: number, library: Library, coupling: Coupling): Features {
  const { nodes, dimensions, stretches } = given
  const windows = new Windows(half, given)
  const terms = library.names.length
  const [row, others] = [nodes * dimensions, nodes - 1]
  const local = new Float64Array(windows.count * nodes * terms)
  const slopes = new Float64Array(windows.count * nodes * dimensions)
  const couplings = Array.from({ length: nodes }, () => new Float64Array(windows.count * others))
  const minus = windows.slope.map((value) => -value)
  const single = new Float64Array(terms)
  let first = 0
  stretches.forEach((data, stretch) => {
    const samples = data.length / row
    const values = Array.from({ length: terms }, () => new Float64Array(samples))
    const signal = new Float64Array(samples)
    for (let i = 0; i < nodes; i++) {
      for (let t = 0; t < samples; t++) {
        library.values(data, t * row + i * dimensions, single, 0)
        for (let a = 0; a < terms; a++) values[a][t] = single[a]
      }
      for (let a = 0; a < terms; a++)
        windows.weigh(windows.phi, values[a], stretch, first, local, nodes * terms, i * terms + a)
      for (let d = 0; d < dimensions; d++) {
        for (let t = 0; t < samples; t++) signal[t] = data[t * row + i * dimensions + d]
        windows.weigh(minus, signal, stretch, first, slopes, row, i * dimensions + d)
      }
      for (let s = 0; s < others; s++) {
        const j = senderOf(i, s)
        for (let t = 0; t < samples; t++) {
          signal[t] = coupling.value(data, t * row + i * dimensions, t * row + j * dimensions)
        }
        windows.weigh(windows.phi, signal, stretch, first, couplings[i], others, s)
      }
    }
    first += windows.counts[stretch]
  })
  return { windows, nodes, dimensions, terms, local, slopes, couplings }
}

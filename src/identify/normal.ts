import { type Arrow, emptyArrow } from './arrow.ts'
import type { Features } from './features.ts'

/** Normal equations of one component: sums over windows of all products of columns, and of columns with slopes. */
export function normalEquations(features: Features, component: number, coupled: boolean): Arrow {
  const { windows, nodes, dimensions, terms, local, slopes, couplings } = features
  const others = coupled ? nodes - 1 : 0
  const arrow = emptyArrow(terms, others, nodes)
  const { shared, sharedRight } = arrow
  for (let i = 0; i < nodes; i++) {
    const [cross, own, right, columns] = [arrow.cross[i], arrow.own[i], arrow.ownRight[i], couplings[i]]
    for (let k = 0; k < windows.count; k++) {
      const at = (k * nodes + i) * terms
      const from = k * others
      const slope = slopes[(k * nodes + i) * dimensions + component]
      for (let a = 0; a < terms; a++) {
        const value = local[at + a]
        for (let b = 0; b <= a; b++) shared[a * terms + b] += value * local[at + b]
        for (let s = 0; s < others; s++) cross[a * others + s] += value * columns[from + s]
        sharedRight[a] += value * slope
      }
      for (let s = 0; s < others; s++) {
        const value = columns[from + s]
        for (let r = 0; r <= s; r++) own[s * others + r] += value * columns[from + r]
        right[s] += value * slope
      }
    }
  }
  mirror(shared, terms)
  for (const own of arrow.own) mirror(own, others)
  return arrow
}

/** Copies the lower triangle to the upper. */
export function mirror(matrix: Float64Array, size: number): void {
  for (let p = 0; p < size; p++) for (let q = 0; q < p; q++) matrix[q * size + p] = matrix[p * size + q]
}

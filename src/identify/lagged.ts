import { type Arrow, emptyArrow } from './arrow.ts'
import type { Features } from './features.ts'
import { mirror } from './normal.ts'

/**
 * Sums of products of columns with those of the window `lag` later, both ways round: entry 0 are the normal equations' squares.
 *
 * Windows that overlap share noise; with the correlation of the residuals at each lag, these give the variance of the answer.
 */
export function laggedSquares(features: Features, coupled: boolean): readonly Arrow[] {
  const { windows } = features
  const lags = Math.ceil((windows.width - 1) / windows.stride)
  return Array.from({ length: lags + 1 }, (_, lag) => squares(features, coupled, lag))
}

function squares({ windows, nodes, terms, local, couplings }: Features, coupled: boolean, lag: number): Arrow {
  const others = coupled ? nodes - 1 : 0
  const arrow = emptyArrow(terms, others, nodes)
  const { shared } = arrow
  for (let i = 0; i < nodes; i++) {
    const [cross, own, columns] = [arrow.cross[i], arrow.own[i], couplings[i]]
    let first = 0
    for (const count of windows.counts) {
      for (let k = first; k + lag < first + count; k++) {
        const [a0, b0] = [(k * nodes + i) * terms, ((k + lag) * nodes + i) * terms]
        const [s0, r0] = [k * others, (k + lag) * others]
        for (let a = 0; a < terms; a++) {
          const [x, y] = [local[a0 + a], local[b0 + a]]
          for (let b = 0; b <= a; b++) shared[a * terms + b] += x * local[b0 + b] + y * local[a0 + b]
          for (let s = 0; s < others; s++) cross[a * others + s] += x * columns[r0 + s] + y * columns[s0 + s]
        }
        for (let s = 0; s < others; s++) {
          const [x, y] = [columns[s0 + s], columns[r0 + s]]
          for (let r = 0; r <= s; r++) own[s * others + r] += x * columns[r0 + r] + y * columns[s0 + r]
        }
      }
      first += count
    }
    if (lag === 0) for (const block of [cross, own]) halve(block)
    mirror(own, others)
  }
  if (lag === 0) halve(shared)
  mirror(shared, terms)
  return arrow
}

function halve(block: Float64Array): void {
  for (let n = 0; n < block.length; n++) block[n] /= 2
}

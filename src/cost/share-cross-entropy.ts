import { InsituError } from '../errors.ts'
import type { Cost } from './cost.ts'

export interface ShareCrossEntropyOptions {
  /** What an output counts for: the size of its reading, or its square (the energy of a wave there). */
  readonly of?: 'size' | 'energy'
  /** Smaller sizes count as this, in sense units; default 1e-12, a picometre. */
  readonly floor?: number
}

/**
 * -log P, P = sum_o t_o q_o / sum_o q_o the share that the wanted outputs have of all: no softmax, and blind to the sign.
 *
 * With one-hot targets and q = |reading| the loss of Li and Mao (2024); with q = reading^2 and targets that are 1 on
 * every output of a port, that of their wave classifier (2025). The loss has a cusp where a reading is 0: there its slope
 * is that of a positive reading at the floor, so that an output on an axis of symmetry is pushed off it.
 */
export function shareCrossEntropy(options: ShareCrossEntropyOptions = {}): Cost {
  const { of = 'size', floor = 1e-12 } = options
  if (of !== 'size' && of !== 'energy')
    throw new InsituError('CONFIG', `share cross-entropy: of must be size or energy, got ${String(of satisfies never)}`)
  if (!(floor > 0)) throw new InsituError('CONFIG', `share cross-entropy: floor must be positive, got ${floor}`)

  const amount = (reading: number) => {
    const size = Math.max(Math.abs(reading), floor)
    return of === 'size' ? size : size * size
  }
  /** d amount / d reading. */
  const slope = (reading: number) => {
    const side = reading < 0 ? -1 : 1
    return of === 'size' ? side : 2 * side * Math.max(Math.abs(reading), floor)
  }
  /** Sum of all amounts and of the wanted ones in the row at `at`. */
  const sums = (sense: Float64Array, at: number, target: Float64Array, want: number, width: number) => {
    let all = 0
    let wanted = 0
    for (let o = 0; o < width; o++) {
      const q = amount(sense[at + o])
      all += q
      wanted += target[want + o] * q
    }
    if (!(wanted > 0))
      throw new InsituError('CONFIG', 'share cross-entropy: a row of targets names no output: no target is above 0')
    return { all, wanted }
  }
  return {
    name: of === 'size' ? 'share cross-entropy' : 'share cross-entropy of energy',
    values(sense, slots, width, { data, rows, hold }, into) {
      for (let t = 0; t < slots; t++) {
        const { all, wanted } = sums(sense, t * width, data, (Math.floor(t / hold) % rows) * width, width)
        into[t] = -Math.log(wanted / all)
      }
    },
    gradient(sense, slots, width, { data, rows, hold }, into) {
      for (let t = 0; t < slots; t++) {
        const at = t * width
        const want = (Math.floor(t / hold) % rows) * width
        const { all, wanted } = sums(sense, at, data, want, width)
        for (let o = 0; o < width; o++) into[at + o] = slope(sense[at + o]) * (1 / all - data[want + o] / wanted)
      }
    },
  }
}

import { InsituError } from '../errors.ts'
import { exp } from '../kernels/exp.ts'
import type { Cost } from './cost.ts'

export interface CrossEntropyOptions {
  /** Share of each target spread evenly over all classes, 0 to 1; default 0. */
  readonly smoothing?: number
  /** Readings are multiplied by this (1 / unit) before the softmax; default 1. */
  readonly gain?: number
}

/** -sum_o t_o log softmax(gain * readings)_o; targets are class shares, usually one-hot. */
export function crossEntropy(options: CrossEntropyOptions = {}): Cost {
  const { smoothing = 0, gain = 1 } = options
  if (!(smoothing >= 0 && smoothing <= 1))
    throw new InsituError('CONFIG', `cross-entropy: smoothing must be from 0 to 1, got ${smoothing}`)
  if (!(gain > 0)) throw new InsituError('CONFIG', `cross-entropy: gain must be positive, got ${gain}`)
  const keep = 1 - smoothing

  /** log sum_o exp(gain * reading) of the row at `at`, shifted by its largest. */
  const logSum = (sense: Float64Array, at: number, width: number) => {
    let top = sense[at]
    for (let o = 1; o < width; o++) top = Math.max(top, sense[at + o])
    let sum = 0
    for (let o = 0; o < width; o++) sum += exp(gain * (sense[at + o] - top))
    return gain * top + Math.log(sum)
  }
  return {
    name: smoothing === 0 ? 'cross-entropy' : `cross-entropy, smoothing ${smoothing}`,
    values(sense, slots, width, targets, into) {
      for (let t = 0; t < slots; t++) {
        const at = t * width
        const want = (Math.floor(t / targets.hold) % targets.rows) * width
        const log = logSum(sense, at, width)
        let sum = 0
        for (let o = 0; o < width; o++) {
          sum += (keep * targets.data[want + o] + smoothing / width) * (log - gain * sense[at + o])
        }
        into[t] = sum
      }
    },
    gradient(sense, slots, width, targets, into) {
      for (let t = 0; t < slots; t++) {
        const at = t * width
        const want = (Math.floor(t / targets.hold) % targets.rows) * width
        const log = logSum(sense, at, width)
        let mass = 0
        for (let o = 0; o < width; o++) mass += keep * targets.data[want + o] + smoothing / width
        for (let o = 0; o < width; o++) {
          const share = keep * targets.data[want + o] + smoothing / width
          into[at + o] = gain * (mass * exp(gain * sense[at + o] - log) - share)
        }
      }
    },
  }
}

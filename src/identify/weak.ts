import { InsituError } from '../errors.ts'
import type { Recording } from './traces.ts'

/** Power of the test function: its slopes vanish at the ends up to this order, and with them the error of plain sums. */
const POWER = 6

/** Windows that overlap at one sample, about. */
const OVERLAP = 6

/**
 * Windows of one width laid over the traces, each with the test function phi(s) = (1 - s^2)^6, -1 < s < 1.
 *
 * Integrating x' = F by parts against phi, integral of phi F = - integral of phi' x: no trace is differentiated. Sums over samples
 * stand for the integrals; their error falls with the 6th power of dt.
 */
export class Windows {
  /** Samples of one window, 2 half + 1. */
  readonly width: number
  readonly stride: number
  /** Weights of phi, sum 1. */
  readonly phi: Float64Array
  /** Weights of phi', per unit of time. */
  readonly slope: Float64Array
  /** Windows of each stretch. */
  readonly counts: readonly number[]
  readonly count: number

  constructor(
    readonly half: number,
    { stretches, nodes, dimensions, dt }: Recording,
  ) {
    this.width = 2 * half + 1
    this.stride = Math.max(1, Math.floor((2 * half) / OVERLAP))
    const at = Float64Array.from({ length: this.width }, (_, k) => (k - half) / half)
    const raw = at.map((s) => (1 - s * s) ** POWER)
    const sum = raw.reduce((total, value) => total + value, 0)
    this.phi = raw.map((value) => value / sum)
    this.slope = at.map((s) => (-2 * POWER * s * (1 - s * s) ** (POWER - 1)) / (sum * half * dt))
    this.counts = stretches.map((data) =>
      Math.max(0, Math.floor((data.length / (nodes * dimensions) - this.width) / this.stride) + 1),
    )
    this.count = this.counts.reduce((total, n) => total + n, 0)
    if (this.count === 0) {
      throw new InsituError('CONFIG', `network: no stretch of the traces has the ${this.width} samples of one window`, {
        hint: 'record longer stretches, or ask for a narrower window',
      })
    }
  }

  /**
   * Weighs a signal: `into[k * step + offset]` becomes the sum of `weights` times `signal` over window k of the stretch, which is
   * window `first` of all. `signal` has one number per sample of the stretch.
   */
  weigh(
    weights: Float64Array,
    signal: Float64Array,
    stretch: number,
    first: number,
    into: Float64Array,
    step: number,
    offset: number,
  ): void {
    const { width, stride } = this
    for (let k = 0; k < this.counts[stretch]; k++) {
      const start = k * stride
      let sum = 0
      for (let m = 0; m < width; m++) sum += weights[m] * signal[start + m]
      into[(first + k) * step + offset] = sum
    }
  }

  /** Sum of phi^2 over the windows that meet each sample of a stretch. */
  squares(stretch: number, samples: number): Float64Array {
    const into = new Float64Array(samples)
    for (let k = 0; k < this.counts[stretch]; k++) {
      for (let m = 0; m < this.width; m++) into[k * this.stride + m] += this.phi[m] ** 2
    }
    return into
  }
}

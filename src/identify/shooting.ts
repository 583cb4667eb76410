import type { NetworkField } from './field.ts'
import type { Recording } from './traces.ts'

/** One window: its readings begin at `from` in `data`. */
export interface Shot {
  readonly data: Float64Array
  readonly from: number
  readonly samples: number
}

/**
 * Multiple shooting: the traces cut into windows, each integrated from a start of its own, which is a parameter as well.
 *
 * The loss is half the sum of squares of trace minus model, in deviations of the noise. Its gradient is exact for the integrator, the
 * classical Runge-Kutta scheme with `substeps` steps a sample: backpropagation through time over the stages kept on the way.
 */
export class Shooting {
  readonly shots: readonly Shot[]
  /** Numbers of all starts together. */
  readonly starts: number
  /** Readings that are compared. */
  readonly readings: number
  readonly #stages: Float64Array
  readonly #k: readonly Float64Array[]
  readonly #cot: readonly Float64Array[]
  readonly #weights: Float64Array
  readonly #h: number

  constructor(
    readonly field: NetworkField,
    { stretches, dt, dimensions }: Recording,
    noise: Float64Array,
    length: number,
    readonly substeps = 1,
  ) {
    const { states } = field
    this.shots = stretches.flatMap((data) => cut(data, data.length / states, length, states))
    this.starts = this.shots.length * states
    this.readings = this.shots.reduce((sum, { samples }) => sum + samples * states, 0)
    const longest = this.shots.reduce((most, { samples }) => Math.max(most, samples), 0)
    // The state at every stage of every step, and the last state.
    this.#stages = new Float64Array(((longest - 1) * substeps * 4 + 1) * states)
    this.#k = Array.from({ length: 4 }, () => new Float64Array(states))
    this.#cot = Array.from({ length: 3 }, () => new Float64Array(states))
    this.#weights = Float64Array.from({ length: states }, (_, n) => 1 / noise[n % dimensions] ** 2)
    this.#h = dt / substeps
  }

  /** The readings at the starts of all windows, as a first guess of the starts. */
  measuredStarts(): Float64Array {
    const { states } = this.field
    const into = new Float64Array(this.starts)
    this.shots.forEach(({ data, from }, s) => {
      into.set(data.subarray(from, from + states), s * states)
    })
    return into
  }

  loss(theta: Float64Array, starts: Float64Array): number {
    let sum = 0
    for (let s = 0; s < this.shots.length; s++) {
      this.forward(theta, starts, s)
      sum += this.#misfit(this.shots[s])
    }
    return sum / 2
  }

  /** Fills the gradients by the parameters and by the starts, and returns the loss. */
  gradient(theta: Float64Array, starts: Float64Array, byTheta: Float64Array, byStarts: Float64Array): number {
    byTheta.fill(0)
    byStarts.fill(0)
    const { states } = this.field
    let sum = 0
    for (let s = 0; s < this.shots.length; s++) {
      this.forward(theta, starts, s)
      sum += this.#misfit(this.shots[s])
      this.#backward(theta, this.shots[s], byTheta, byStarts.subarray(s * states, (s + 1) * states))
    }
    return sum / 2
  }

  /** Integrates one window; the states of its samples can then be read by `stateAt`. */
  forward(theta: Float64Array, starts: Float64Array, shot: number): void {
    const { field, substeps } = this
    const { states } = field
    const x = this.#stages
    const [k1, k2, k3, k4] = this.#k
    const h = this.#h
    for (let n = 0; n < states; n++) x[n] = starts[shot * states + n]
    const steps = (this.shots[shot].samples - 1) * substeps
    for (let step = 0; step < steps; step++) {
      const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((stage) => (4 * step + stage) * states)
      field.slope(theta, x, a, k1)
      for (let n = 0; n < states; n++) x[b + n] = x[a + n] + (h / 2) * k1[n]
      field.slope(theta, x, b, k2)
      for (let n = 0; n < states; n++) x[c + n] = x[a + n] + (h / 2) * k2[n]
      field.slope(theta, x, c, k3)
      for (let n = 0; n < states; n++) x[d + n] = x[a + n] + h * k3[n]
      field.slope(theta, x, d, k4)
      for (let n = 0; n < states; n++) x[e + n] = x[a + n] + (h / 6) * (k1[n] + 2 * k2[n] + 2 * k3[n] + k4[n])
    }
  }

  /** Stages of the window last integrated, and where the state of sample t begins: `t * 4 * substeps * states`. */
  get stages(): Float64Array {
    return this.#stages
  }

  #misfit({ data, from, samples }: Shot): number {
    const { states } = this.field
    const x = this.#stages
    const jump = 4 * this.substeps * states
    let sum = 0
    for (let t = 0; t < samples; t++) {
      for (let n = 0; n < states; n++) {
        const error = x[t * jump + n] - data[from + t * states + n]
        sum += error * error * this.#weights[n]
      }
    }
    return sum
  }

  /** Goes back through one window; `cotangent` is that of its start in the end. */
  #backward(theta: Float64Array, { data, from, samples }: Shot, byTheta: Float64Array, cotangent: Float64Array): void {
    const { field, substeps } = this
    const { states } = field
    const x = this.#stages
    const h = this.#h
    const [k, pulled, next] = this.#cot
    const seen = (t: number) => {
      const at = t * 4 * substeps * states
      for (let n = 0; n < states; n++) {
        cotangent[n] += (x[at + n] - data[from + t * states + n]) * this.#weights[n]
      }
    }
    seen(samples - 1)
    for (let step = (samples - 1) * substeps - 1; step >= 0; step--) {
      // Of the fourth slope, then of each stage before it: what the sum takes, and what the next stage takes.
      pulled.fill(0)
      next.set(cotangent)
      for (let stage = 3; stage >= 0; stage--) {
        const share = stage === 0 || stage === 3 ? h / 6 : h / 3
        const along = stage === 2 ? h : stage === 3 ? 0 : h / 2
        for (let n = 0; n < states; n++) k[n] = share * cotangent[n] + along * pulled[n]
        pulled.fill(0)
        field.linearise(theta, x, (4 * step + stage) * states)
        field.pull(k, pulled, byTheta)
        for (let n = 0; n < states; n++) next[n] += pulled[n]
      }
      cotangent.set(next)
      if (step % substeps === 0) seen(step / substeps)
    }
  }
}

/** Windows of `length` samples; what is left over joins the last one if it is short. */
function cut(data: Float64Array, samples: number, length: number, states: number): Shot[] {
  const count = Math.max(1, Math.floor(samples / length))
  return Array.from({ length: count }, (_, s) => ({
    data,
    from: s * length * states,
    samples: s === count - 1 ? samples - s * length : length,
  }))
}

/** Steps of noise in one time constant; the held noise of a step then misses the filter's bandwidth by 0.1 %. */
const FINENESS = 8

/** Time constants after which nothing is left of what was before, for up to four poles: below 1e-7. */
const FORGOTTEN = 28

/**
 * Up to four equal low-pass poles in series, as behind the mixer of a lock-in amplifier.
 *
 * Exact for an input that is held: with deviations d_i from it, d_i(t) = exp(-t/T) sum_k d_(i-k) (t/T)^k / k!. White noise of
 * density e (V per root hertz, one-sided) comes in as held random numbers of variance e^2 / 2h, so that what leaves has the
 * variance e^2 ENBW with ENBW = 1/4T, 1/8T, 3/32T, 5/64T for one to four poles.
 */
export class Poles {
  /** Outputs of the poles, in the unit of the input. */
  readonly #state = new Float64Array(4)
  readonly #normal: () => number

  constructor(normal: () => number) {
    this.#normal = normal
  }

  /** What leaves the last of so many poles. */
  output(poles: number): number {
    return this.#state[poles - 1]
  }

  /** What leaves the first one, which a filter overload is judged by. */
  get first(): number {
    return this.#state[0]
  }

  reset(): void {
    this.#state.fill(0)
  }

  /** Holds `input` for so many seconds. */
  advance(input: number, seconds: number, timeConstant: number, density: number): void {
    let left = Math.min(seconds, FORGOTTEN * timeConstant)
    const most = density === 0 ? left : timeConstant / FINENESS
    while (left > 0) {
      const step = Math.min(left, most)
      const noise = density === 0 ? 0 : (density / Math.sqrt(2 * step)) * this.#normal()
      this.#hold(input + noise, step / timeConstant)
      left -= step
    }
  }

  /** `part`: time over time constant. */
  #hold(input: number, part: number): void {
    const state = this.#state
    const decay = Math.exp(-part)
    for (let i = 3; i >= 0; i--) {
      let sum = 0
      let weight = 1
      for (let k = 0; k <= i; k++) {
        sum += weight * (state[i - k] - input)
        weight *= part / (k + 1)
      }
      state[i] = input + decay * sum
    }
  }
}

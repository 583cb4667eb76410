/** Most points of either channel. */
export const STORE_POINTS = 16383

/** Index of the rate that stands for "one point per trigger". */
const TRIGGERED = 14

/** The two data buffers of an SR830: filled at a rate or by triggers, once or round and round. */
export class PointStore {
  #first: number[] = []
  #second: number[] = []
  /** Place of the oldest point once the loop has come round. */
  #oldest = 0
  #nextAt = Number.POSITIVE_INFINITY
  running = false
  /** Waits for the trigger that starts it. */
  armed = false

  get length(): number {
    return this.#first.length
  }

  /** When the next point is due, in seconds. */
  get nextAt(): number {
    return this.#nextAt
  }

  /** Seconds between points; Infinity where triggers make them. */
  static interval(rate: number): number {
    return rate === TRIGGERED ? Number.POSITIVE_INFINITY : 16 / 2 ** rate
  }

  start(seconds: number, rate: number): void {
    if (this.running) return
    this.running = true
    this.armed = false
    this.#nextAt = seconds + PointStore.interval(rate)
  }

  pause(): void {
    this.running = false
    this.armed = false
    this.#nextAt = Number.POSITIVE_INFINITY
  }

  reset(): void {
    this.pause()
    this.#first = []
    this.#second = []
    this.#oldest = 0
  }

  /** Takes a point due at `nextAt`; returns whether the buffer is full and stops. */
  tick(first: number, second: number, rate: number, loop: boolean): void {
    this.#nextAt += PointStore.interval(rate)
    this.push(first, second, loop)
  }

  push(first: number, second: number, loop: boolean): void {
    if (this.length < STORE_POINTS) {
      this.#first.push(first)
      this.#second.push(second)
      if (this.length === STORE_POINTS && !loop) this.pause()
    } else {
      this.#first[this.#oldest] = first
      this.#second[this.#oldest] = second
      this.#oldest = (this.#oldest + 1) % STORE_POINTS
    }
  }

  /** Points of channel 1 or 2, counted from the oldest; undefined where there are not so many. */
  points(channel: number, from: number, count: number): readonly number[] | undefined {
    if (from < 0 || count < 1 || from + count > this.length) return undefined
    const data = channel === 1 ? this.#first : this.#second
    return Array.from({ length: count }, (_, i) => data[(this.#oldest + from + i) % data.length])
  }
}

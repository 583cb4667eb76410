import type { Readings } from '../../src/contract/sheet.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { convert } from '../converter.ts'

/** What stands between spikes and their times: jitter, then a clock with a step that runs for one window. */
export class SpikeReader {
  readonly #port: Readings
  readonly #jitter: Draws

  constructor(port: Readings, seed: number) {
    this.#port = port
    this.#jitter = draws(seed, STREAM.spikeJitter)
  }

  /** Turns the true times of window number `slot` into read ones, in place; returns how many lie at an end. */
  read(times: Float64Array, slot: number): number {
    const { min, max, noise, step } = this.#port
    let saturated = 0
    for (let s = 0; s < times.length; s++) {
      // A spike that did not come has no time to be off by.
      if (times[s] < max) {
        if (noise > 0) times[s] += noise * this.#jitter.normal(slot * times.length + s)
        if (step > 0) times[s] = convert(times[s], this.#port)
      }
      if (times[s] > min && times[s] < max) continue
      saturated++
      times[s] = times[s] >= max ? max : min
    }
    return saturated
  }
}

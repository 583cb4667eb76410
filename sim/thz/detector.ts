import { InsituError } from '../../src/errors.ts'
import { type Draws, draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { Flicker } from './flicker.ts'
import type { DetectorOptions } from './options.ts'

/** The end of the way of a reading: its range, and its step or 0. */
export interface Ending {
  readonly min: number
  readonly max: number
  readonly step: number
}

export interface DetectorParts {
  readonly options: DetectorOptions
  readonly ending: Ending
  /** Time of one frame, s. */
  readonly frameSeconds: number
  readonly seed: number
}

/** The source wanders slowly: nothing of it is faster than 2^6 frames. */
const SLOW = 6

/** Standard deviation of one frame's reading from frame to frame, V. */
export function frameNoise(options: DetectorOptions, frameSeconds: number): number {
  return Math.hypot(whiteNoise(options, frameSeconds), Flicker.scatter(options.flicker))
}

/** Of its white part; the bandwidth of a lock-in of one stage is 1 / (4 tau). */
function whiteNoise({ noise, nep, responsivity, lockIn }: DetectorOptions, frameSeconds: number): number {
  const bandwidth = 1 / (lockIn > 0 ? 4 * lockIn : 2 * frameSeconds)
  return Math.hypot(noise, nep * Math.sqrt(bandwidth) * responsivity)
}

/**
 * What stands between the wave and the reading of a frame, in this order: the source, which drifts; the lock-in with its
 * memory, and the noise that passes it; offset and 1/f noise; the converter. All that is random goes by the frame's number.
 */
export class Detector {
  readonly #parts: DetectorParts
  readonly #noise: Draws
  readonly #flicker: Flicker
  readonly #source: Flicker
  /** Part of the reading before that is left. */
  readonly #left: number
  readonly #fresh: number
  #held = 0

  /** Throws `CONFIG` for times and noise below zero. */
  constructor(parts: DetectorParts) {
    const { options, frameSeconds, seed } = parts
    const { noise, nep, responsivity, lockIn, flicker, sourceFlicker } = options
    // A memory below zero would grow from frame to frame.
    for (const [name, value] of Object.entries({ noise, nep, responsivity, lockIn, flicker, sourceFlicker }))
      if (!(value >= 0)) throw new InsituError('CONFIG', `thz detector: ${name} must be zero or positive, got ${value}`)
    this.#parts = parts
    this.#noise = draws(seed, STREAM.thzNoise)
    this.#flicker = new Flicker(options.flicker, seed, STREAM.thzFlicker)
    this.#source = new Flicker(options.sourceFlicker, seed, STREAM.thzSource, SLOW)
    this.#left = options.lockIn > 0 ? Math.exp(-frameSeconds / options.lockIn) : 0
    this.#fresh = whiteNoise(options, frameSeconds) * Math.sqrt(1 - this.#left ** 2)
  }

  /** What the lock-in holds: all that changes. */
  get held(): number {
    return this.#held
  }

  set held(volts: number) {
    this.#held = volts
  }

  /** Turns what `count` frames from number `first` on give into readings, in place; returns how many hit an end of the range. */
  read(values: Float64Array, first: number, count: number): number {
    const { options, ending, frameSeconds } = this.#parts
    const { min, max, step } = ending
    let saturated = 0
    let held = this.#held
    for (let n = 0; n < count; n++) {
      const frame = first + n
      const source = 1 + options.sourceRate * frame * frameSeconds + this.#source.at(frame)
      held = this.#left * held + (1 - this.#left) * (source * values[n])
      if (this.#fresh > 0) held += this.#fresh * this.#noise.normal(frame)
      const volts = held + options.offset + this.#flicker.at(frame)
      const value = step === 0 ? volts : Math.floor(volts / step + 0.5) * step
      if (value > max || value < min) saturated++
      values[n] = Math.min(Math.max(value, min), max)
    }
    this.#held = held
    return saturated
  }
}

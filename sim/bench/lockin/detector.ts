import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import { Poles } from './poles.ts'
import type { Drives, Signal } from './signal.ts'

/** What the settings of the moment mean for the signal path; volts throughout, or amperes where the input is a current. */
export interface SignalPath {
  /** Full scale of the sensitivity. */
  readonly fullScale: number
  /** Largest rms amplitude the input takes. */
  readonly inputLimit: number
  readonly timeConstant: number
  readonly poles: number
  /** Phase of the reference, in degrees. */
  readonly phase: number
  /** From volts at the experiment to the unit of the input. */
  readonly gain: number
  /** Whether the oscillator follows its reference. */
  readonly locked: boolean
  readonly drives: Drives
}

export type Overload = 'input' | 'filter' | 'output'

/** Readings beyond this many full scales are an output overload; the output stays there. */
export const OUTPUT_LIMIT = 1.09
/** The same behind the first pole. Ours: the manual does not say how the gain is spread over the stages. */
const FILTER_LIMIT = 4
/** Turns of phase that an unlocked reference slips in one time constant, and steps they are followed in. */
const SLIP = 0.31
const SLIP_STEPS = 8

export interface DetectorOptions {
  readonly signal: Signal
  /** White noise at the input, in V per root hertz: of the detector and of the amplifier. */
  readonly density: number
  readonly seed: number
  /** The path as it is set now. */
  path(): SignalPath
  /** Told of every overload and of every look at a reference that is not locked. */
  overload(stage: Overload): void
  unlocked(): void
}

/** Mixer and filters of a lock-in amplifier, followed in time. */
export class Detector {
  readonly #options: DetectorOptions
  readonly #x: Poles
  readonly #y: Poles
  #at: number

  constructor(options: DetectorOptions, seconds: number) {
    this.#options = options
    this.#at = seconds
    const source = draws(options.seed, STREAM.lockinNoise)
    let drawn = 0
    const normal = () => source.normal(drawn++)
    this.#x = new Poles(normal)
    this.#y = new Poles(normal)
  }

  /** Both filters empty, as after power on. */
  reset(): void {
    this.#x.reset()
    this.#y.reset()
  }

  /** Follows the signal up to a time in seconds, under the settings as they are. */
  advance(seconds: number): void {
    const { signal, density, path: pathNow, overload, unlocked } = this.#options
    const path = pathNow()
    const step = path.locked ? Number.POSITIVE_INFINITY : path.timeConstant / SLIP_STEPS
    while (seconds > this.#at) {
      // An unlocked reference slips for as long as the filters remember.
      if (!path.locked) this.#at = Math.max(this.#at, seconds - 40 * path.timeConstant)
      const until = Math.min(seconds, this.#at + step)
      const amplitude = path.gain * signal.volts(path.drives, this.#at)
      const slip = path.locked ? 0 : (SLIP * until) / path.timeConstant
      const angle = (path.phase * Math.PI) / 180 + 2 * Math.PI * slip
      const spent = until - this.#at
      this.#x.advance(amplitude * Math.cos(angle), spent, path.timeConstant, path.gain * density)
      this.#y.advance(-amplitude * Math.sin(angle), spent, path.timeConstant, path.gain * density)
      if (Math.abs(amplitude) > path.inputLimit) overload('input')
      this.#at = until
    }
    if (!path.locked) unlocked()
    if (Math.max(Math.abs(this.#x.first), Math.abs(this.#y.first)) > FILTER_LIMIT * path.fullScale) overload('filter')
    if (
      Math.max(Math.abs(this.#out(this.#x, path)), Math.abs(this.#out(this.#y, path))) >
      OUTPUT_LIMIT * path.fullScale
    )
      overload('output')
  }

  /** X and Y as they leave the filters, held at the end of the output's range. */
  get outputs(): { readonly x: number; readonly y: number } {
    const path = this.#options.path()
    const limit = OUTPUT_LIMIT * path.fullScale
    const held = (value: number) => Math.min(limit, Math.max(-limit, value))
    return { x: held(this.#out(this.#x, path)), y: held(this.#out(this.#y, path)) }
  }

  /** The same where the output had no end: what auto functions go by. */
  get raw(): { readonly x: number; readonly y: number } {
    const path = this.#options.path()
    return { x: this.#out(this.#x, path), y: this.#out(this.#y, path) }
  }

  #out(filter: Poles, { poles }: SignalPath): number {
    return filter.output(poles)
  }
}

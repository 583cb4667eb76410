import { emptyField, type Field } from '../../src/optics/plane.ts'
import type { DetectorOptions } from './options.ts'
import { power, type Wave } from './wave.ts'

/** The wave on the lit face of one scene, and what a detector sees of it behind a frame; the open beam is 1. */
export class Sight {
  /** Power of every cell, as a part of the open beam. */
  readonly power: Float64Array
  #field: Field
  readonly #mode: DetectorOptions['mode']
  readonly #beam: Float64Array
  readonly #open: number
  /** The share of a number of the open beam in the reading of its own mode. */
  readonly #unit: number

  constructor(wave: Wave, mode: DetectorOptions['mode']) {
    this.#field = emptyField(wave.plane)
    this.power = new Float64Array(this.#field.re.length)
    this.#mode = mode
    this.#beam = wave.beam
    this.#open = wave.open
    const whole = wave.beam.reduce((sum, b) => sum + b * b, 0)
    // The open beam, sqrt(share) b, has the overlap sqrt(share) whole with b.
    this.#unit = 1 / (wave.open * whole)
  }

  /** Looks at this field from now on; to be called again when its numbers have changed. */
  look(field: Field): void {
    this.#field = field
    power(field, this.power)
    for (let n = 0; n < this.power.length; n++) this.power[n] /= this.#open
  }

  /** The whole power, without a frame. */
  get whole(): number {
    let sum = 0
    for (let n = 0; n < this.power.length; n++) sum += this.power[n]
    return sum
  }

  /** What is seen when the face multiplies the wave by this. */
  behind({ re, im }: Field): number {
    if (this.#mode === 'bucket') {
      const { power } = this
      let sum = 0
      for (let n = 0; n < power.length; n++) sum += (re[n] * re[n] + im[n] * im[n]) * power[n]
      return sum
    }
    const { re: x, im: y } = this.#field
    const beam = this.#beam
    let [a, b] = [0, 0]
    for (let n = 0; n < beam.length; n++) {
      a += beam[n] * (re[n] * x[n] - im[n] * y[n])
      b += beam[n] * (re[n] * y[n] + im[n] * x[n])
    }
    return this.#unit * (a * a + b * b)
  }
}

import type { Field } from '../../src/optics/plane.ts'
import type { LitFace } from './lit-face.ts'
import type { ThzImperfections } from './options.ts'
import { type SceneCarrier, sceneCarrier } from './scenes.ts'
import { Sight } from './sight.ts'
import type { Wave } from './wave.ts'

export interface EncoderOpticsOptions {
  readonly pixels: number
  readonly patterns: number
  readonly differential: boolean
  readonly fineness: number
  readonly wave: Wave
  readonly face: LitFace
  readonly imperfections: ThzImperfections
}

/** Scenes on their way: what is needed to tell the readings of any patterns. */
export interface SeenScenes {
  /** What the detector sees of scene `row` behind each frame of the patterns that are set, as parts of the open beam. */
  frames(row: number, into: Float64Array, at: number): void
}

/** The light path of the encoder. */
export class EncoderOptics {
  /** Frames that are shown to a scene. */
  readonly count: number
  readonly #options: EncoderOpticsOptions
  readonly #carrier: SceneCarrier
  readonly #sight: Sight
  readonly #patterns: Float64Array
  /** Of a machine that does not add: the wave behind each frame, made when the patterns change. */
  readonly #ratios: readonly Field[]
  /** Of a machine that adds: the scenes that were seen last, what full light takes of each pixel, and the whole. */
  #scenes = new Float64Array(0)
  #taken = new Float64Array(0)
  #whole = new Float64Array(0)

  constructor(options: EncoderOpticsOptions) {
    const { pixels, patterns, differential, fineness, wave, face, imperfections } = options
    const { wafer, misplaced, detector } = imperfections
    this.#options = options
    this.count = differential ? 2 * patterns : patterns
    const propagator = wave.through(wafer.thickness * (1 + misplaced.distance))
    this.#carrier = sceneCarrier(wave, pixels, fineness, propagator)
    this.#sight = new Sight(wave, detector.mode)
    this.#patterns = new Float64Array(patterns * pixels * pixels).fill(Number.NaN)
    this.#ratios = this.#adds ? [] : Array.from({ length: this.count }, () => face.field())
  }

  /** Shows these patterns from now on. */
  show(patterns: Float64Array): void {
    const { pixels, face, differential } = this.#options
    if (this.#adds || !patterns.every((value, i) => value === this.#patterns[i])) {
      this.#patterns.set(patterns)
      const size = pixels * pixels
      const levels = new Float64Array(size)
      this.#ratios.forEach((ratio, f) => {
        const first = (differential ? f >> 1 : f) * size
        const sign = f % 2 === 0 ? 1 : -1
        // Light where nothing is to pass.
        for (let p = 0; p < size; p++) {
          const pass = patterns[first + p]
          levels[p] = differential ? (1 - sign * pass) / 2 : 1 - pass
        }
        face.ratio(levels, ratio)
      })
    }
  }

  /** Calls back with each scene in order, ready for the readings of its frames. */
  each(scenes: Float64Array, rows: number, seen: (row: number, frames: SeenScenes['frames']) => void): void {
    if (this.#adds) {
      this.#look(scenes, rows)
      for (let row = 0; row < rows; row++) seen(row, this.#sums)
      return
    }
    const frames: SeenScenes['frames'] = (_row, into, at) => {
      for (let f = 0; f < this.#ratios.length; f++) into[at + f] = this.#sight.behind(this.#ratios[f])
    }
    this.#carrier.each(scenes, rows, (row, field) => {
      this.#sight.look(field)
      seen(row, frames)
    })
  }

  get #adds(): boolean {
    return this.#options.face.linear && this.#options.imperfections.detector.mode === 'bucket'
  }

  /** Propagates the scenes, unless they are those of the last block: a training shows the same ones again and again. */
  #look(scenes: Float64Array, rows: number): void {
    const { pixels, face } = this.#options
    const size = pixels * pixels
    if (equal(this.#scenes, scenes)) return
    this.#scenes = scenes.slice()
    this.#taken = new Float64Array(rows * size)
    this.#whole = new Float64Array(rows)
    this.#carrier.each(scenes, rows, (row, field) => {
      this.#sight.look(field)
      this.#whole[row] = this.#sight.whole
      face.taken(this.#sight.power, this.#taken.subarray(row * size, (row + 1) * size))
    })
  }

  readonly #sums: SeenScenes['frames'] = (row, into, at) => {
    const { pixels, patterns, differential } = this.#options
    const size = pixels * pixels
    const [taken, shown] = [this.#taken, this.#patterns]
    const first = row * size
    let all = 0
    for (let p = 0; p < size; p++) all += taken[first + p]
    const dark = this.#whole[row] - all
    for (let k = 0, from = 0; k < patterns; k++, from += size) {
      let sum = 0
      for (let p = 0; p < size; p++) sum += shown[from + p] * taken[first + p]
      if (differential) {
        into[at + 2 * k] = dark + (all + sum) / 2
        into[at + 2 * k + 1] = dark + (all - sum) / 2
      } else into[at + k] = dark + sum
    }
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

import type { Field } from '../../src/optics/plane.ts'
import type { LitFace } from './lit-face.ts'
import type { ThzImperfections } from './options.ts'
import { Sight } from './sight.ts'
import type { Wave } from './wave.ts'

export interface ImagerOpticsOptions {
  readonly pixels: number
  readonly zones: number
  /** Amplitude behind the object in the beam, on the fine grid. */
  readonly source: Field
  readonly wave: Wave
  readonly face: LitFace
  readonly imperfections: ThzImperfections
}

/** Where parameters stand in theta. */
interface Places {
  readonly distance: number
  readonly shift: number
  readonly rotation: number
  readonly magnification: number
}

/** A detector that only adds: the whole power, and what full light on each pixel takes from it. */
export interface Sums {
  readonly whole: number
  readonly taken: Float64Array
}

/**
 * The light path of the imager at some parameters. The wave is propagated anew where the distance changes, and nothing is done
 * twice for the parameters it was set to last.
 */
export class ImagerOptics {
  readonly #options: ImagerOpticsOptions
  readonly #sight: Sight
  readonly #field: Field
  readonly #ratio: Field
  readonly #places: Places
  /** What full light takes, without the levels of the zones. */
  readonly #bare: Float64Array
  readonly #taken: Float64Array
  readonly #pump: Float64Array
  readonly #levels: Float64Array
  readonly #zoneOf: Uint32Array
  #theta: Float64Array | undefined
  #whole = 0

  constructor(options: ImagerOpticsOptions) {
    const { pixels, zones, wave, face, imperfections } = options
    const count = pixels * pixels
    this.#options = options
    this.#sight = new Sight(wave, imperfections.detector.mode)
    this.#field = face.field()
    this.#ratio = face.field()
    this.#bare = new Float64Array(count)
    this.#taken = new Float64Array(count)
    this.#levels = new Float64Array(count)
    this.#pump = new Float64Array(zones * zones)
    const distance = zones * zones
    this.#places = { distance, shift: distance + 1, rotation: distance + 3, magnification: distance + 4 }
    const side = pixels / zones
    this.#zoneOf = Uint32Array.from(
      { length: count },
      (_, p) => Math.floor(Math.floor(p / pixels) / side) * zones + Math.floor((p % pixels) / side),
    )
  }

  /** Whether readings are sums over the pixels of a frame. */
  get adds(): boolean {
    return this.#options.face.linear && this.#options.imperfections.detector.mode === 'bucket'
  }

  /** Sets the parameters, in the banks' order. */
  set(theta: Float64Array): void {
    const before = this.#theta
    const { distance, shift, rotation, magnification } = this.#places
    const moved = (from: number, to: number) => {
      for (let i = from; i < to; i++) if (before?.[i] !== theta[i]) return true
      return false
    }
    if (!moved(0, theta.length)) return
    const { source, wave, face, imperfections } = this.#options
    const far = moved(distance, shift)
    if (far) {
      wave.through(theta[distance] * (1 + imperfections.misplaced.distance)).forward(source, this.#field)
      this.#sight.look(this.#field)
      this.#whole = this.#sight.whole
    }
    const laid = moved(shift, theta.length)
    if (laid)
      face.place({
        shiftX: theta[shift],
        shiftY: theta[shift + 1],
        rotation: theta[rotation],
        magnification: theta[magnification],
      })
    if (this.adds && (far || laid)) face.taken(this.#sight.power, this.#bare)
    this.#pump.set(theta.subarray(0, this.#pump.length))
    for (let p = 0; p < this.#taken.length; p++) this.#taken[p] = this.#pump[this.#zoneOf[p]] * this.#bare[p]
    this.#theta = theta.slice()
  }

  /** Of a machine that adds; the lists are valid until the next `set`. */
  get sums(): Sums {
    return { whole: this.#whole, taken: this.#taken }
  }

  /** What the detector sees behind a frame of gray levels, as a part of the open beam. */
  seen(frames: Float64Array, at: number): number {
    if (this.adds) {
      const taken = this.#taken
      let lost = 0
      for (let p = 0; p < taken.length; p++) lost += taken[p] * frames[at + p]
      return this.#whole - lost
    }
    const levels = this.#levels
    for (let p = 0; p < levels.length; p++) levels[p] = this.#pump[this.#zoneOf[p]] * frames[at + p]
    this.#options.face.ratio(levels, this.#ratio)
    return this.#sight.behind(this.#ratio)
  }
}

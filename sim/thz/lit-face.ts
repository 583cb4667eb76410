import { emptyField, type Field, type Plane } from '../../src/optics/plane.ts'
import { carrierSpread } from './carriers.ts'
import { type Modulator, modulator } from './modulator.ts'
import type { ThzImperfections } from './options.ts'
import { type Overlay, overlay, type Placement } from './registration.ts'
import { gaussian } from './wave.ts'

export interface LitFaceOptions {
  readonly pixels: number
  readonly pitch: number
  readonly fineness: number
  /** The fine grid. */
  readonly plane: Plane
  /** Angular frequency of the wave, rad/s. */
  readonly omega: number
  readonly imperfections: Pick<ThzImperfections, 'wafer' | 'modulator' | 'beam' | 'misplaced'>
}

/** The face of the wafer on which frames are shown: from gray levels to what happens to the wave. */
export class LitFace {
  /** Whether the power behind a frame is a sum over its pixels. */
  readonly linear: boolean
  readonly #options: LitFaceOptions
  readonly #beam: Float64Array
  readonly #modulate: Modulator
  readonly #diffuse: (light: Float64Array) => void
  readonly #light: Float64Array
  #placed: Placement | undefined
  #overlay: Overlay

  constructor(options: LitFaceOptions) {
    const { plane, omega, imperfections } = options
    const { wafer, beam } = imperfections
    this.#options = options
    this.linear = imperfections.modulator.law === 'linear'
    this.#modulate = modulator(imperfections.modulator, wafer.index, omega)
    // Carriers belong to the sheet; the linear law has none.
    this.#diffuse = this.linear ? () => {} : carrierSpread(plane, wafer)
    this.#beam = gaussian(plane, beam.light)
    this.#light = new Float64Array(plane.rows * plane.columns)
    this.#overlay = this.place({ shiftX: 0, shiftY: 0, rotation: 0, magnification: 1 })
  }

  /** Lays frames like this from now on, on top of how they are misplaced. */
  place(placement: Placement): Overlay {
    const { pixels, pitch, fineness, imperfections } = this.#options
    if (same(this.#placed, placement)) return this.#overlay
    const { shift, rotation, magnification } = imperfections.misplaced
    this.#placed = placement
    this.#overlay = overlay(pixels, fineness, pitch, {
      shiftX: placement.shiftX + shift[0],
      shiftY: placement.shiftY + shift[1],
      rotation: placement.rotation + rotation,
      magnification: placement.magnification * (1 + magnification),
    })
    return this.#overlay
  }

  /** Of the linear law: writes what full light on each pixel takes from this power. */
  taken(power: Float64Array, into: Float64Array): void {
    const [light, beam] = [this.#light, this.#beam]
    const { depth } = this.#options.imperfections.modulator
    for (let n = 0; n < light.length; n++) light[n] = depth * beam[n] * power[n]
    this.#overlay.gather(light, into)
  }

  /** Writes the amplitude of the wave behind a frame of gray levels, relative to the dark face. */
  ratio(levels: ArrayLike<number>, into: Field): void {
    const [light, beam] = [this.#light, this.#beam]
    this.#overlay.spread(levels, light)
    for (let n = 0; n < light.length; n++) light[n] *= beam[n]
    this.#diffuse(light)
    this.#modulate(light, into)
  }

  /** Room for a ratio. */
  field(): Field {
    return emptyField(this.#options.plane)
  }
}

function same(a: Placement | undefined, b: Placement): boolean {
  return (
    a !== undefined &&
    a.shiftX === b.shiftX &&
    a.shiftY === b.shiftY &&
    a.rotation === b.rotation &&
    a.magnification === b.magnification
  )
}

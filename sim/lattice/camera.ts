import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

export interface CameraOptions {
  /** Standard deviation of one marker's position per axis and image, m. */
  readonly noise: number
  /** Positions come in steps of this, m; 0 if continuous. */
  readonly pixel: number
  /** Share of markers that are not found in an image. */
  readonly dropout: number
}

/** Noise of a marker per axis under which the simulated bench errs as the authors' did: 10 um. */
export const CAMERA_NOISE = 10e-6

/** Images taken of one slot until every marker was found. */
const IMAGES = 8

/** A camera that tracks a marker on every node, the pinned ones too: noise, pixels, markers not found. */
export class Camera {
  readonly #options: CameraOptions
  readonly #nodes: number
  readonly #noise
  readonly #dropout

  constructor(options: CameraOptions, nodes: number, seed: number) {
    this.#options = options
    this.#nodes = nodes
    this.#noise = draws(seed, STREAM.cameraNoise)
    this.#dropout = draws(seed, STREAM.markerDropout)
  }

  /** Whether it shows displacements as they are. */
  get perfect(): boolean {
    const { noise, pixel, dropout } = this.#options
    return noise === 0 && pixel === 0 && dropout === 0
  }

  /** Turns true displacements of one slot into seen ones, in place; returns the images that had to be repeated. */
  see(u: Float64Array, slot: number): number {
    const { noise, pixel, dropout } = this.#options
    let images = 1
    for (let node = 0; node < this.#nodes; node++) {
      const image = dropout === 0 ? 0 : this.#found(slot, node)
      images = Math.max(images, Math.min(image, IMAGES - 1) + 1)
      for (let d = 2 * node; d < 2 * node + 2; d++) {
        if (image === IMAGES) u[d] = Number.NaN
        if (noise > 0) u[d] += noise * this.#noise.normal((slot * IMAGES + image) * 2 * this.#nodes + d)
        if (pixel > 0) u[d] = Math.floor(u[d] / pixel + 0.5) * pixel
      }
    }
    return images - 1
  }

  /** The first image of a slot that shows a marker; `IMAGES` if none does. */
  #found(slot: number, node: number): number {
    for (let image = 0; image < IMAGES; image++)
      if (this.#dropout.uniform((slot * IMAGES + image) * this.#nodes + node) >= this.#options.dropout) return image
    return IMAGES
  }
}

import { InputSpikes } from '../../../../devices/index.ts'
import { childSeed } from '../../../random/draws.ts'
import { shuffled } from '../../../random/permutation.ts'
import { STREAM } from '../../../random/streams.ts'
import type { LessonSource } from '../../../rules/rule.ts'

/** Grey images with their classes, as they lie in their file. */
export interface Images {
  readonly rows: number
  /** Pixels of an image. */
  readonly width: number
  /** rows x width, 0 to `depth`. */
  readonly pixels: Uint8Array | Float64Array
  readonly depth: number
  readonly labels: Uint8Array
}

/** Images to learn from and held out. */
export interface ImageTask {
  readonly train: Images
  readonly test: Images
  readonly classes: number
}

/** Pixels as probabilities of a spike. */
export function probabilities({ pixels, depth }: Images): Float64Array {
  return Float64Array.from(pixels, (pixel) => pixel / depth)
}

/** How images become lessons. */
export interface LessonOptions {
  /** Images in a lesson. */
  readonly batch: number
  /** 0: pixels are shown as probabilities. Otherwise as the mean of so many ticks of spikes, drawn anew for every lesson. */
  readonly drawn: number
  readonly seed: number
}

/** Endless lessons, every image once per epoch; they are made when they are asked for. */
export function imageLessons(images: Images, classes: number, { batch, drawn, seed }: LessonOptions): LessonSource {
  const { rows, width, pixels, depth, labels } = images
  const spikes = new InputSpikes(childSeed(seed, STREAM.lessonSpikes, 0), Math.max(drawn, 1))
  const rates = new Float64Array(width)
  const tick = new Uint8Array(width)
  let shown = 0
  let order: Uint32Array = new Uint32Array(0)
  const show = (into: Float64Array, at: number) => {
    for (let t = 0; t < drawn; t++) {
      spikes.draw(shown, t, rates, 0, width, tick, 0)
      for (let p = 0; p < width; p++) into[at + p] += tick[p] / drawn
    }
    if (drawn === 0) into.set(rates, at)
  }
  return {
    next() {
      const drive = new Float64Array(batch * width)
      const target = new Float64Array(batch * classes)
      for (let n = 0; n < batch; n++, shown++) {
        if (shown % rows === 0) order = shuffled(rows, seed, STREAM.sampleOrder, shown / rows)
        const r = order[shown % rows]
        for (let p = 0; p < width; p++) rates[p] = pixels[r * width + p] / depth
        show(drive, n * width)
        target[n * classes + labels[r]] = 1
      }
      return { rows: batch, drive, target }
    },
  }
}

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

/** Endless lessons of `batch` images, every image once per epoch: probabilities are made batch by batch. */
export function imageLessons(images: Images, classes: number, batch: number, seed: number): LessonSource {
  const { rows, width, pixels, depth, labels } = images
  let drawn = 0
  let order: Uint32Array = new Uint32Array(0)
  const row = () => {
    if (drawn % rows === 0) order = shuffled(rows, seed, STREAM.sampleOrder, Math.floor(drawn / rows))
    return order[drawn++ % rows]
  }
  return {
    next() {
      const drive = new Float64Array(batch * width)
      const target = new Float64Array(batch * classes)
      for (let n = 0; n < batch; n++) {
        const r = row()
        for (let p = 0; p < width; p++) drive[n * width + p] = pixels[r * width + p] / depth
        target[n * classes + labels[r]] = 1
      }
      return { rows: batch, drive, target }
    },
  }
}

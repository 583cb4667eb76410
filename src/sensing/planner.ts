import { InsituError } from '../errors.ts'
import type { Patterns } from '../patterns/patterns.ts'
import { gainOf, sideOf } from './belief.ts'
import type { SensorModel } from './sensor.ts'

/** The mask to be shown next. */
export interface Choice {
  /** What each pixel is to let through, 0 to 1. */
  readonly mask: Float64Array
  /** Which of the candidates it is; absent for one that was made. */
  readonly candidate?: number
  /** Variance of all pixels together that its reading is expected to take away. */
  readonly gain: number
}

/** Chooses masks of one scene, one after the other; it may remember what it chose, so that every scene takes a new one. */
export interface Planner {
  readonly name: string
  /** From what is not known yet, how masks read it, and the masks to choose from or to begin at. */
  next(covariance: Float64Array, sensor: SensorModel, candidates: Patterns): Choice
}

/** Takes the candidate whose reading takes away most, among all of them, at every step anew. */
export function greedy(): Planner {
  return { name: 'greedy', next: best }
}

/** Takes the candidates in their order, as one who does not plan; throws `CONFIG` after the last. For one scene: it goes on where it was. */
export function inOrder(name = 'fixed'): Planner {
  let shown = 0
  return {
    name,
    next(covariance, sensor, candidates) {
      if (shown >= candidates.count)
        throw new InsituError(
          'CONFIG',
          `planner ${name}: all ${candidates.count} of ${candidates.name} have been shown`,
        )
      const mask = maskOf(candidates, shown)
      return { mask, candidate: shown++, gain: expectedGain(covariance, sensor, mask) }
    },
  }
}

/** Variance of all pixels together that the reading of a mask is expected to take away. */
export function expectedGain(covariance: Float64Array, sensor: SensorModel, mask: Float64Array): number {
  const [row, scratch] = [new Float64Array(sensor.pixels), new Float64Array(sensor.pixels)]
  sensor.row(mask, row)
  return gainOf(covariance, row, sensor.noise(mask), scratch)
}

/** The best candidate; of equals the first. */
export function best(covariance: Float64Array, sensor: SensorModel, candidates: Patterns): Choice {
  const pixels = sideOf(covariance)
  const [mask, row, scratch] = [0, 1, 2].map(() => new Float64Array(pixels))
  let [top, found] = [Number.NEGATIVE_INFINITY, 0]
  for (let k = 0; k < candidates.count; k++) {
    fillMask(candidates, k, mask)
    sensor.row(mask, row)
    const gain = gainOf(covariance, row, sensor.noise(mask), scratch)
    // A hair's breadth is rounding: equals would otherwise be chosen by it, and differently elsewhere.
    if (!(gain > top * (1 + 1e-12))) continue
    top = gain
    found = k
  }
  return { mask: maskOf(candidates, found), candidate: found, gain: top }
}

/** Pattern k as a mask: its entries between 0 and 1. */
export function maskOf(patterns: Patterns, k: number): Float64Array {
  const mask = new Float64Array(patterns.rows * patterns.columns)
  fillMask(patterns, k, mask)
  return mask
}

function fillMask(patterns: Patterns, k: number, into: Float64Array): void {
  const { min, max } = patterns
  patterns.fill(k, into)
  for (let p = 0; p < into.length; p++) into[p] = (into[p] - min) / (max - min)
}

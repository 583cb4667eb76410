import { InsituError } from '../../src/errors.ts'
import type { Sample } from './reading.ts'

/** What a change of range needs of an instrument. */
export interface Ranged {
  /** All full scales, in V or A. */
  readonly scales: readonly number[]
  readonly fullScale: number
  readonly noise: number
  sample(): Promise<Sample>
  setSensitivity(fullScale: number): Promise<void>
}

/** Room a signal has on the scale that is chosen for it. */
const ROOM = 1.25

/**
 * Finds the most sensitive scale that holds the signal with some room; where the least sensitive one is overloaded, that is
 * the caller's error.
 */
export async function autoRange(ranged: Ranged): Promise<number> {
  const scales = [...ranged.scales].sort((a, b) => a - b)
  const last = scales.length - 1
  // Up from an overload at most through all scales, then once to the one that fits: a signal that moves is not chased.
  for (let moves = 0; moves <= scales.length; moves++) {
    // "5 uV" is a rounding below 5e-6: the scale is the nearest one, not the equal one.
    const at = scales.findIndex((scale) => scale > 0.999 * ranged.fullScale)
    const wanted = await ranged.sample().then(
      ({ x, y }) => scales.findIndex((scale) => scale >= ROOM * Math.hypot(x, y) + 5 * ranged.noise),
      (error: unknown) => {
        const overloaded = error instanceof InsituError && error.code === 'OVERLOAD'
        if (!overloaded || at === last) throw error
        return at + 1
      },
    )
    if (wanted === at || (wanted < 0 && at === last)) break
    await ranged.setSensitivity(scales[wanted < 0 ? last : wanted])
  }
  return ranged.fullScale
}

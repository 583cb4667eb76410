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

/** Finds the most sensitive scale that holds the signal; an overload of the least sensitive one is the caller's error. */
export async function autoRange(ranged: Ranged): Promise<number> {
  const scales = [...ranged.scales].sort((a, b) => a - b)
  for (;;) {
    const at = scales.indexOf(ranged.fullScale)
    const size = await ranged.sample().then(
      ({ x, y }) => Math.hypot(x, y),
      (error: unknown) => {
        const overloaded = error instanceof InsituError && error.code === 'OVERLOAD'
        if (!overloaded || at === scales.length - 1) throw error
        return undefined
      },
    )
    const wanted = size === undefined ? at + 1 : scales.findIndex((scale) => scale >= ROOM * size + 5 * ranged.noise)
    // A scale that has just been left because of an overload is not taken again.
    if (size !== undefined && (wanted < 0 || wanted >= at)) return ranged.fullScale
    await ranged.setSensitivity(scales[wanted])
  }
}

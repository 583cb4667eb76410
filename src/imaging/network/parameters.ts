import { draws } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'

/** How a list of parameters starts. */
export type Start =
  /** Uniform within +-1 / sqrt(fanIn): Kaiming with a = sqrt(5), what torch does for convolutions and their biases. */
  { readonly fanIn: number } | { readonly value: number }

interface Part {
  readonly place: number
  readonly count: number
  readonly start: Start
}

/** The places of a network's numbers: parameters first, then their slopes, two moments of Adam, and everything else. */
export function places() {
  const parts: Part[] = []
  let parameters = 0
  let rest = 0
  const aligned = (count: number) => 4 * Math.ceil(count / 4)
  return {
    /** Place of `count` parameters; its slopes lie `slopes()` behind. All parameters come before anything else. */
    parameter(count: number, start: Start): number {
      const place = parameters
      parts.push({ place, count, start })
      parameters += aligned(count)
      return place
    },
    /** Place of so many other numbers. */
    take(count: number): number {
      const place = 4 * parameters + rest
      rest += aligned(count)
      return place
    },
    get parameters(): number {
      return parameters
    },
    get count(): number {
      return 4 * parameters + rest
    },
    /** Writes where the training starts. */
    start(seed: number, values: Float32Array | Float64Array): void {
      const source = draws(seed, STREAM.weightInit)
      for (const { place, count, start } of parts)
        for (let n = place; n < place + count; n++)
          values[n] = 'value' in start ? start.value : (2 * source.uniform(n) - 1) / Math.sqrt(start.fanIn)
    },
  }
}

export type Places = ReturnType<typeof places>

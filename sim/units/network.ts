import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

/** Draws of one network: links first, then weights, then starts, then noise. */
const BLOCK = 2 ** 20

/**
 * Weights of a random network without loops: a link from j to i with the chance `links`, its weight even within the range.
 *
 * `weights[i * nodes + j]` is what node j adds to node i. Every ordered pair is drawn on its own, so the network is directed.
 */
export function randomNetwork(
  nodes: number,
  links: number,
  range: { readonly low: number; readonly high: number },
  seed: number,
): Float64Array {
  const source = draws(seed, STREAM.unitNetwork)
  return Float64Array.from({ length: nodes * nodes }, (_, n) => {
    const loop = Math.floor(n / nodes) === n % nodes
    if (loop || source.uniform(n) >= links) return 0
    return range.low + (range.high - range.low) * source.uniform(BLOCK + n)
  })
}

/** Uniform draws of the starts of a stretch, in -1..1. */
export function startDraws(seed: number, stretch: number, count: number): Float64Array {
  const source = draws(seed, STREAM.unitNetwork)
  return Float64Array.from({ length: count }, (_, n) => 2 * source.uniform(BLOCK * (2 + stretch) + n) - 1)
}

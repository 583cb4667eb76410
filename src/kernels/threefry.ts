import { loadKernel } from './module.ts'
import { threefryWasm } from './wasm/threefry.ts'

interface Exports {
  fill(key0: number, key1: number, first: number, per: number, count: number, out: number): void
}

/** Beyond this many counters a call writes in several runs, so that the memory stays small. */
const RUN = 4096
const OUT = 1024

const kernel = loadKernel<Exports>(threefryWasm)

/**
 * Writes the words of the counters (first + n / per, n % per), n < count, two words per counter, to `into`; four
 * counters at a time in WebAssembly. Equals `threefry2x32` (src/random) word for word.
 */
export function threefryFill(
  key0: number,
  key1: number,
  first: number,
  per: number,
  count: number,
  into: Uint32Array,
): void {
  const run = Math.max(per, RUN - (RUN % per))
  kernel.reserve(OUT + (run + 4) * 8)
  for (let n = 0; n < count; n += run) {
    const size = Math.min(run, count - n)
    kernel.exports.fill(key0, key1, first + n / per, per, size, OUT)
    into.set(kernel.u32.subarray(OUT / 4, OUT / 4 + 2 * size), 2 * n)
  }
}

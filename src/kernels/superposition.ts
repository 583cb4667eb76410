import { loadKernel } from './module.ts'
import { superpositionWasm } from './wasm/superposition.ts'

interface Exports {
  weigh(weights: number, columns: number, count: number, width: number, into: number): void
}

/** A few long columns that are summed with many sets of weights. */
export interface Superposition {
  /** The columns one after the other; written by the caller. */
  readonly columns: Float64Array
  /** Writes sum_n weights[n] columns[n] (`width` numbers), in the order of the columns. */
  weigh(weights: Float64Array, into: Float64Array): void
}

/** Up to this many numbers a column the plain loop is the faster, see `elongator`. */
const SHORT = 64
const BASE = 1024

/** Room for `count` columns of `width` numbers, an even number; the same bits in WebAssembly and in the plain loop. */
export function superposition(count: number, width: number): Superposition {
  if (width <= SHORT) {
    const columns = new Float64Array(count * width)
    return { columns, weigh: (weights, into) => weigh(weights, columns, into) }
  }
  const kernel = loadKernel<Exports>(superpositionWasm)
  const weightsAt = BASE
  const columnsAt = weightsAt + 16 * Math.ceil(count / 2)
  const intoAt = columnsAt + 8 * count * width
  kernel.reserve(intoAt + 8 * width)
  const given = kernel.f64.subarray(weightsAt / 8, weightsAt / 8 + count)
  const out = kernel.f64.subarray(intoAt / 8, intoAt / 8 + width)
  return {
    columns: kernel.f64.subarray(columnsAt / 8, columnsAt / 8 + count * width),
    weigh(weights, into) {
      given.set(weights)
      kernel.exports.weigh(weightsAt, columnsAt, count, width, intoAt)
      into.set(out)
    },
  }
}

/** The plain loop: the oracle of the kernel. */
export function weigh(weights: Float64Array, columns: Float64Array, into: Float64Array): void {
  const width = into.length
  for (let d = 0; d < width; d++) {
    let sum = 0
    for (let n = 0, at = d; n < weights.length; n++, at += width) sum += weights[n] * columns[at]
    into[d] = sum
  }
}

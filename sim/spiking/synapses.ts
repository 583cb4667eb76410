import { InsituError } from '../../src/errors.ts'

/** Weights sorted by the neuron they come from: only columns of those that spiked are touched in a tick. */
export interface Synapses {
  readonly rows: number
  readonly columns: number
  /** Where each column begins, columns + 1 numbers. */
  readonly starts: Int32Array
  readonly targets: Int32Array
  readonly weights: Float64Array
}

/** Synapses between two groups of neurons; more is no longer a matter of one computer. */
const MOST = 2 ** 25

/** Collects synapses column by column, at most `bound` of them. */
export interface Builder {
  add(target: number, weight: number): void
  endColumn(): void
  done(): Synapses
}

export function builder(rows: number, columns: number, bound: number, who: string): Builder {
  if (bound > MOST) {
    throw new InsituError('LIMIT', `${who}: up to ${bound} synapses, at most ${MOST} can be simulated`)
  }
  const starts = new Int32Array(columns + 1)
  const targets = new Int32Array(bound)
  const weights = new Float64Array(bound)
  let count = 0
  let column = 0
  return {
    add(target, weight) {
      if (weight === 0) return
      targets[count] = target
      weights[count++] = weight
    },
    endColumn() {
      starts[++column] = count
    },
    done: () => ({ rows, columns, starts, targets: targets.slice(0, count), weights: weights.slice(0, count) }),
  }
}

/** Adds what arrives over the synapses; `values` has one number per column, `into` one per row. */
export function deliver(synapses: Synapses, values: ArrayLike<number>, into: Float64Array): void {
  const { columns, starts, targets, weights } = synapses
  for (let column = 0; column < columns; column++) {
    const value = values[column]
    if (value === 0) continue
    const end = starts[column + 1]
    for (let k = starts[column]; k < end; k++) into[targets[k]] += weights[k] * value
  }
}

export function identity(size: number): Synapses {
  return {
    rows: size,
    columns: size,
    starts: Int32Array.from({ length: size + 1 }, (_, i) => i),
    targets: Int32Array.from({ length: size }, (_, i) => i),
    weights: new Float64Array(size).fill(1),
  }
}

/** One map after another as a single one; sums are taken in the order of `first`. */
export function compose(first: Synapses, then: Synapses, who: string): Synapses {
  const { starts, targets, weights } = then
  let bound = 0
  for (const middle of first.targets) bound += starts[middle + 1] - starts[middle]
  const out = builder(then.rows, first.columns, bound, who)
  const sums = new Float64Array(then.rows)
  const touched = new Uint8Array(then.rows)
  const list = new Int32Array(then.rows)
  for (let column = 0; column < first.columns; column++) {
    let count = 0
    for (let k = first.starts[column]; k < first.starts[column + 1]; k++) {
      const middle = first.targets[k]
      for (let m = starts[middle]; m < starts[middle + 1]; m++) {
        const row = targets[m]
        if (touched[row] === 0) list[count++] = row
        touched[row] = 1
        sums[row] += weights[m] * first.weights[k]
      }
    }
    for (let n = 0; n < count; n++) {
      const row = list[n]
      out.add(row, sums[row])
      sums[row] = 0
      touched[row] = 0
    }
    out.endColumn()
  }
  return out.done()
}

/** The same synapses with every weight replaced; `change` is given the weight and its target. */
export function mapWeights(synapses: Synapses, change: (weight: number, target: number) => number): Synapses {
  const { targets } = synapses
  return { ...synapses, weights: synapses.weights.map((weight, k) => change(weight, targets[k])) }
}

import { type Symmetric, symmetric } from './symmetric.ts'

/**
 * Normal equations of the shape of an arrow: `local` parameters that all nodes share, and for each node a block of its own.
 *
 * Full square matrices, row by row; only what `selection` names takes part in a solution.
 */
export interface Arrow {
  readonly terms: number
  /** Columns of every node's block. */
  readonly others: number
  readonly shared: Float64Array
  /** Of node i, term a and sender s at `a * others + s`. */
  readonly cross: readonly Float64Array[]
  readonly own: readonly Float64Array[]
  readonly sharedRight: Float64Array
  readonly ownRight: readonly Float64Array[]
}

export function emptyArrow(terms: number, others: number, nodes: number): Arrow {
  const blocks = (size: number) => Array.from({ length: nodes }, () => new Float64Array(size))
  return {
    terms,
    others,
    shared: new Float64Array(terms * terms),
    cross: blocks(terms * others),
    own: blocks(others * others),
    sharedRight: new Float64Array(terms),
    ownRight: blocks(others),
  }
}

/** Which terms, and which senders of each node, a solution has. */
export interface Selection {
  readonly terms: readonly number[]
  readonly senders: readonly (readonly number[])[]
}

/** a - b, element by element. */
export function difference(a: Arrow, b: Arrow): Arrow {
  const minus = (x: Float64Array, y: Float64Array) => x.map((value, k) => value - y[k])
  return {
    ...a,
    shared: minus(a.shared, b.shared),
    cross: a.cross.map((block, i) => minus(block, b.cross[i])),
    own: a.own.map((block, i) => minus(block, b.own[i])),
  }
}

/** An arrow factored by its Schur complement: one small block per node, and one of the size of the local model. */
export class FactoredArrow {
  /** Terms, by their place in the selection, that the data do not tell from the rest; likewise senders of every node. */
  readonly lostTerms: readonly number[]
  readonly lostSenders: readonly (readonly number[])[]
  /** The Schur complement: what the data say of the local terms once every coupling is free. */
  readonly complement: Float64Array
  readonly #selection: Selection
  readonly #own: readonly Symmetric[]
  readonly #cross: readonly Float64Array[]
  readonly #over: Float64Array[] = []
  readonly #shared: Symmetric

  constructor(arrow: Arrow, selection: Selection) {
    const { terms, senders } = selection
    const size = terms.length
    this.#selection = selection
    this.complement = picked(arrow.shared, arrow.terms, terms, terms)
    this.#cross = arrow.cross.map((block, i) => picked(block, arrow.others, terms, senders[i]))
    this.#own = arrow.own.map((block, i) =>
      symmetric(picked(block, arrow.others, senders[i], senders[i]), senders[i].length),
    )
    this.#cross.forEach((cross, i) => {
      const m = senders[i].length
      const over = cross.slice()
      this.#over.push(over)
      for (let a = 0; a < size; a++) {
        const column = over.subarray(a * m, (a + 1) * m)
        this.#own[i].solve(column)
        for (let b = 0; b < size; b++) this.complement[b * size + a] -= dot(cross, b * m, column, m)
      }
    })
    this.#shared = symmetric(this.complement, size)
    this.lostTerms = this.#shared.lost
    this.lostSenders = this.#own.map(({ lost }) => lost)
  }

  /** E D^-1 of node i: term a and sender s at `a * senders + s`. */
  crossOverOwn(i: number): Float64Array {
    return this.#over[i]
  }

  /** D^-1 of node i. */
  ownInverse(i: number): Float64Array {
    return this.#own[i].inverse()
  }

  /** The inverse of the Schur complement. */
  sharedInverse(): Float64Array {
    return this.#shared.inverse()
  }

  /** Solves in place: `shared` has a number per selected term, `own[i]` one per selected sender of node i. */
  solve(shared: Float64Array, own: readonly Float64Array[]): void {
    const size = this.#selection.terms.length
    this.#over.forEach((over, i) => {
      const m = own[i].length
      for (let a = 0; a < size; a++) shared[a] -= dot(over, a * m, own[i], m)
    })
    this.#shared.solve(shared)
    this.#over.forEach((over, i) => {
      const m = own[i].length
      this.#own[i].solve(own[i])
      for (let a = 0; a < size; a++) for (let s = 0; s < m; s++) own[i][s] -= over[a * m + s] * shared[a]
    })
  }
}

/** Rows and columns of a matrix of `width` columns. */
export function picked(
  matrix: Float64Array,
  width: number,
  rows: readonly number[],
  columns: readonly number[],
): Float64Array {
  const into = new Float64Array(rows.length * columns.length)
  rows.forEach((r, a) => {
    columns.forEach((c, b) => {
      into[a * columns.length + b] = matrix[r * width + c]
    })
  })
  return into
}

function dot(a: Float64Array, from: number, b: Float64Array, length: number): number {
  let sum = 0
  for (let k = 0; k < length; k++) sum += a[from + k] * b[k]
  return sum
}

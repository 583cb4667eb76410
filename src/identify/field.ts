import type { Coupling } from './coupling.ts'
import type { LocalModel } from './local-model.ts'

/** A link that has a weight. */
export interface Link {
  /** Node that receives. */
  readonly to: number
  /** Node that sends. */
  readonly from: number
}

/**
 * The slopes of a whole network: parameters are those of the local model, then the weight of every link.
 *
 * `linearise` fills the slopes of the slopes at one state; `pull` and `push` then apply them, transposed or not.
 */
export class NetworkField {
  /** Parameters. */
  readonly size: number
  /** Numbers of one state of the network. */
  readonly states: number
  readonly #byState: Float64Array
  readonly #byParameter: Float64Array
  readonly #byOther: Float64Array
  readonly #values: Float64Array
  readonly #own: Float64Array
  readonly #single: { readonly state: Float64Array; readonly parameter: Float64Array; readonly other: Float64Array }

  constructor(
    readonly model: LocalModel,
    readonly coupling: Coupling,
    readonly nodes: number,
    readonly links: readonly Link[],
  ) {
    const { dimensions, size } = model
    this.size = size + links.length
    this.states = nodes * dimensions
    this.#byState = new Float64Array(nodes * dimensions * dimensions)
    this.#byParameter = new Float64Array(nodes * dimensions * size)
    this.#byOther = new Float64Array(links.length * dimensions)
    this.#values = new Float64Array(links.length)
    this.#own = new Float64Array(dimensions)
    this.#single = {
      state: new Float64Array(dimensions * dimensions),
      parameter: new Float64Array(dimensions * size),
      other: new Float64Array(dimensions),
    }
  }

  /** Fills the slopes of the state that begins at `at`; `into` begins at 0. */
  slope(theta: Float64Array, x: Float64Array, at: number, into: Float64Array): void {
    const { model, coupling, nodes, links } = this
    const { dimensions, size } = model
    for (let i = 0; i < nodes; i++) model.value(theta, x, at + i * dimensions, into, i * dimensions)
    for (let l = 0; l < links.length; l++) {
      const { to, from } = links[l]
      const value = coupling.value(x, at + to * dimensions, at + from * dimensions)
      into[to * dimensions + coupling.into] += theta[size + l] * value
    }
  }

  linearise(theta: Float64Array, x: Float64Array, at: number): void {
    const { model, coupling, nodes, links } = this
    const { dimensions, size } = model
    const { state, parameter, other } = this.#single
    const square = dimensions * dimensions
    for (let i = 0; i < nodes; i++) {
      model.slopes(theta, x, at + i * dimensions, state, parameter)
      this.#byState.set(state, i * square)
      this.#byParameter.set(parameter, i * dimensions * size)
    }
    for (let l = 0; l < links.length; l++) {
      const { to, from } = links[l]
      const weight = theta[size + l]
      const [own, sender] = [at + to * dimensions, at + from * dimensions]
      this.#values[l] = coupling.value(x, own, sender)
      coupling.slopes(x, own, sender, this.#own, other)
      const row = to * square + coupling.into * dimensions
      for (let e = 0; e < dimensions; e++) {
        this.#byState[row + e] += weight * this.#own[e]
        this.#byOther[l * dimensions + e] = weight * other[e]
      }
    }
  }

  /** Adds to `states` and `parameters` what a cotangent of the slopes is worth to them, at the state last linearised. */
  pull(cotangent: Float64Array, states: Float64Array, parameters: Float64Array): void {
    const { model, coupling, nodes, links } = this
    const { dimensions, size } = model
    for (let i = 0; i < nodes; i++) {
      for (let d = 0; d < dimensions; d++) {
        const row = i * dimensions + d
        const c = cotangent[row]
        if (c === 0) continue
        for (let e = 0; e < dimensions; e++) states[i * dimensions + e] += c * this.#byState[row * dimensions + e]
        for (let k = 0; k < size; k++) parameters[k] += c * this.#byParameter[row * size + k]
      }
    }
    for (let l = 0; l < links.length; l++) {
      const { to, from } = links[l]
      const c = cotangent[to * dimensions + coupling.into]
      parameters[size + l] += c * this.#values[l]
      for (let e = 0; e < dimensions; e++) states[from * dimensions + e] += c * this.#byOther[l * dimensions + e]
    }
  }

  /**
   * Fills the slopes' tangents from those of the state, at the state last linearised. A row per state, `columns` in each: the first
   * belong to the parameters.
   */
  push(tangents: Float64Array, columns: number, into: Float64Array): void {
    const { model, coupling, nodes, links } = this
    const { dimensions, size } = model
    into.fill(0)
    for (let i = 0; i < nodes; i++) {
      for (let d = 0; d < dimensions; d++) {
        const row = i * dimensions + d
        for (let e = 0; e < dimensions; e++) {
          addRow(into, row, this.#byState[row * dimensions + e], tangents, i * dimensions + e, columns)
        }
        for (let k = 0; k < size; k++) into[row * columns + k] += this.#byParameter[row * size + k]
      }
    }
    for (let l = 0; l < links.length; l++) {
      const { to, from } = links[l]
      const row = to * dimensions + coupling.into
      into[row * columns + size + l] += this.#values[l]
      for (let e = 0; e < dimensions; e++) {
        addRow(into, row, this.#byOther[l * dimensions + e], tangents, from * dimensions + e, columns)
      }
    }
  }
}

/** Adds a multiple of one row to another. */
function addRow(
  into: Float64Array,
  to: number,
  factor: number,
  from: Float64Array,
  row: number,
  columns: number,
): void {
  if (factor === 0) return
  const [a, b] = [to * columns, row * columns]
  for (let p = 0; p < columns; p++) into[a + p] += factor * from[b + p]
}

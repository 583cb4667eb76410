import type { Cost, Targets } from '../cost/cost.ts'

export type Squash = 'sigmoid' | 'tanh' | 'relu'

/**
 * A multilayer perceptron in floating point, forward and back: the yardstick beside a machine, never the machine.
 *
 * z = sum_j a_j w_jo - b_o (the bias is subtracted), theta = all weights layer by layer (index j * outputs + o), then
 * all biases layer by layer.
 */
export class Perceptron {
  readonly paramCount: number
  readonly inputs: number
  readonly outputs: number
  readonly #layers: readonly number[]
  readonly #squash: Squash
  /** Outputs of every layer of the row under way, the input first. */
  readonly #values: readonly Float64Array[]
  readonly #slopes: readonly Float64Array[]
  readonly #biasAt: number

  constructor(layers: readonly number[], squash: Squash) {
    this.#layers = layers
    this.#squash = squash
    this.inputs = layers[0]
    this.outputs = layers[layers.length - 1]
    this.#values = layers.map((width) => new Float64Array(width))
    this.#slopes = layers.map((width) => new Float64Array(width))
    let weights = 0
    let biases = 0
    for (let l = 1; l < layers.length; l++) {
      weights += layers[l - 1] * layers[l]
      biases += layers[l]
    }
    this.#biasAt = weights
    this.paramCount = weights + biases
  }

  /** Answers `rows` rows of `drive` (rows x inputs) into `sense` (rows x outputs). */
  forward(theta: Float64Array, drive: Float64Array, rows: number, sense: Float64Array): void {
    for (let row = 0; row < rows; row++) {
      this.#forwardRow(theta, drive, row)
      sense.set(this.#values[this.#values.length - 1], row * this.outputs)
    }
  }

  /** Mean cost over the rows; its gradient with respect to theta is written to `gradient`. */
  gradient(theta: Float64Array, drive: Float64Array, target: Float64Array, cost: Cost, gradient: Float64Array): number {
    const rows = drive.length / this.inputs
    const targets: Targets = { data: target, rows, hold: 1 }
    const sense = new Float64Array(rows * this.outputs)
    this.forward(theta, drive, rows, sense)
    const slope = new Float64Array(sense.length)
    cost.gradient(sense, rows, this.outputs, targets, slope)
    const costs = new Float64Array(rows)
    cost.values(sense, rows, this.outputs, targets, costs)
    gradient.fill(0)
    for (let row = 0; row < rows; row++) {
      this.#forwardRow(theta, drive, row)
      this.#slopes[this.#slopes.length - 1].set(slope.subarray(row * this.outputs, (row + 1) * this.outputs))
      this.#backwardRow(theta, gradient)
    }
    for (let i = 0; i < gradient.length; i++) gradient[i] /= rows
    return costs.reduce((sum, c) => sum + c, 0) / rows
  }

  #forwardRow(theta: Float64Array, drive: Float64Array, row: number): void {
    const layers = this.#layers
    this.#values[0].set(drive.subarray(row * this.inputs, (row + 1) * this.inputs))
    let w = 0
    let b = this.#biasAt
    for (let l = 1; l < layers.length; l++) {
      const from = this.#values[l - 1]
      const to = this.#values[l]
      const width = layers[l]
      for (let o = 0; o < width; o++) to[o] = -theta[b + o]
      for (let j = 0; j < from.length; j++) {
        const a = from[j]
        for (let o = 0; o < width; o++) to[o] += a * theta[w + j * width + o]
      }
      for (let o = 0; o < width; o++) to[o] = squashed(this.#squash, to[o])
      w += from.length * width
      b += width
    }
  }

  /** Adds one row's gradient; the slopes of the last layer are set. */
  #backwardRow(theta: Float64Array, gradient: Float64Array): void {
    const layers = this.#layers
    let w = this.#biasAt
    let b = this.paramCount
    for (let l = layers.length - 1; l > 0; l--) {
      const from = this.#values[l - 1]
      const to = this.#values[l]
      const slope = this.#slopes[l]
      const back = this.#slopes[l - 1]
      const width = layers[l]
      w -= from.length * width
      b -= width
      for (let o = 0; o < width; o++) {
        slope[o] *= derivative(this.#squash, to[o])
        gradient[b + o] -= slope[o]
      }
      for (let j = 0; j < from.length; j++) {
        let sum = 0
        for (let o = 0; o < width; o++) {
          gradient[w + j * width + o] += from[j] * slope[o]
          sum += theta[w + j * width + o] * slope[o]
        }
        back[j] = sum
      }
    }
  }
}

function squashed(squash: Squash, z: number): number {
  if (squash === 'sigmoid') return 1 / (1 + Math.exp(-z))
  return squash === 'tanh' ? Math.tanh(z) : Math.max(0, z)
}

/** Slope of the squashing function, from its value. */
function derivative(squash: Squash, y: number): number {
  if (squash === 'sigmoid') return y * (1 - y)
  return squash === 'tanh' ? 1 - y * y : y > 0 ? 1 : 0
}

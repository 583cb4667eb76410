/**
 * Where one dense layer lies in theta: z_o = sum_j a_j theta[w + j * outputs + o] + bias * theta[b + o], then a nonlinearity.
 * What feedback alignment needs to know of a machine, and all it needs.
 */
export interface DenseLayer {
  readonly inputs: number
  readonly outputs: number
  /** First weight in theta. */
  readonly w: number
  /** First bias in theta. */
  readonly b: number
  /** Sign with which the bias enters the sum; 0 where there is none. */
  readonly bias: 1 | -1 | 0
}

/**
 * What stands for the slope of a neuron whose curve is not known: 1 everywhere (`linear`, LinBP), 1 where the output is
 * between the ends of its range and 0 at them (`box`), or that of the curve it should have (`nominal`).
 */
export type Surrogate = 'linear' | 'box' | 'nominal'

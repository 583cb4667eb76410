import { perParameter } from '../../codes/expand.ts'
import type { DataSheet } from '../../contract/sheet.ts'
import { adam } from '../../optim/adam.ts'
import { bounded } from '../../optim/bounded.ts'
import type { Optimizer } from '../../optim/optimizer.ts'

export interface PublishedOptions {
  /** Rate and epsilon of Adam on the latent variable, and the steepness of the stiffness over it. */
  readonly alpha: number
  readonly epsilon: number
  readonly beta: number
  /** What Adam is given: dL/dk as published (default), or dL/dz by the chain rule. */
  readonly update?: 'published' | 'chain'
}

/** Adam on a latent variable that keeps every stiffness within a lattice's bounds, as Li and Mao (2024) train. */
export function publishedOptimizer(sheet: DataSheet, options: PublishedOptions): Optimizer {
  const { alpha, epsilon, beta, update = 'published' } = options
  const each = (end: 'min' | 'max') =>
    perParameter(
      sheet,
      sheet.banks.map((bank) => bank[end]),
    )
  return bounded(adam(alpha, { epsilon }), { low: each('min'), high: each('max'), beta, update })
}

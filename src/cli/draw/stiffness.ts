import { PAPER_STIFFNESS } from '../../../devices/lattice/index.ts'
import { InsituError } from '../../errors.ts'
import { quantity } from '../../units/index.ts'
import type { Shown } from './colours.ts'
import type { Drawn } from './drawn.ts'

/** Stiffness of every bond, where it comes from, and what is shown of it. */
export interface Bonds {
  /** N/m; torn bonds have none, stuck ones their own. */
  readonly values: Float64Array
  /** In words, for the picture. */
  readonly source: string
  readonly shown: Shown
}

/**
 * The stiffness to draw and to solve with: `--k` for every bond; what a run has recorded; or the middle of the paper's
 * bounds for lattices that come without one. Undefined for a run that has recorded none.
 */
export async function bondsOf(drawn: Drawn, k: string | undefined): Promise<Bonds | undefined> {
  if (k !== undefined) {
    const newtons = await quantity(k, 'N/m', { name: '--k', bare: 'accept' })
    if (newtons > 0) return uniform(drawn, newtons, '')
    throw new InsituError('CONFIG', `--k must be a positive stiffness in N/m, got "${k}"`)
  }
  if (drawn.recorded !== undefined) {
    const { values, shown, step } = drawn.recorded
    return { values: faulty(drawn, values), shown, source: `stiffness after step ${step.toLocaleString('en')}` }
  }
  if (drawn.isRun) return undefined
  return uniform(drawn, (PAPER_STIFFNESS.min + PAPER_STIFFNESS.max) / 2, ', the middle of the paper’s bounds')
}

function uniform(drawn: Drawn, k: number, why: string): Bonds {
  const values = new Float64Array(drawn.geometry.bonds.length).fill(k)
  const shown: Shown = { values, quantity: { title: 'stiffness', unit: 'N/m', scale: 'sequential' } }
  return { values: faulty(drawn, values), shown, source: `k = ${k} N/m${why}` }
}

function faulty({ picture, stuck }: Drawn, values: Float64Array): Float64Array {
  const made = values.slice()
  for (const [bond, value] of stuck) if (bond < made.length) made[bond] = value
  for (const bond of picture.broken ?? []) made[bond] = 0
  return made
}

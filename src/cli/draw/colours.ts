import { InsituError } from '../../errors.ts'
import type { LatticePicture } from '../../report/lattice.ts'
import type { Solved } from './solve.ts'

/** A value per bond and what it means. */
export type Shown = Pick<LatticePicture, 'values' | 'quantity'>

/** What bonds may be coloured by. */
export interface Colourable {
  /** What is known of the stiffness. */
  readonly stiffness: Shown
  /** Absent without loads. */
  readonly solved?: Solved | undefined
  /** A load that the lattice could take, for hints: '11.y=-49mN'. */
  readonly load: string
}

/** What bonds can be coloured by, by the name the user gives. */
export const COLOURS: Readonly<Record<string, (subject: Colourable) => Shown>> = {
  stiffness: ({ stiffness }) => stiffness,
  elongation({ solved, load }) {
    if (solved === undefined) throw missing('elongation shows what loads do to the bonds', `--load ${load}`)
    const values = solved.elongation.map((metres) => 1e6 * metres)
    return { values, quantity: { title: 'elongation', unit: 'µm', scale: 'diverging' } }
  },
  gradient({ solved, load }) {
    const why = 'gradient shows dL/dk of L = minus the work of an adjoint load'
    if (solved === undefined) throw missing(`${why}, under loads`, `--load ${load} --adjoint 13.y=-49mN`)
    if (solved.gradient === undefined) throw missing(why, '--adjoint 13.y=-49mN, on a node that matters to you')
    const largest = solved.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const [unit, factor] = SQUARES.find(([, , from]) => largest >= from) ?? SQUARES[SQUARES.length - 1]
    const values = solved.gradient.map((value) => factor * value)
    return { values, quantity: { title: 'gradient dL/dk', unit, scale: 'diverging' } }
  },
}

/** Units of a gradient, how many of them are a m^2, and the largest value, m^2, from which they read well. */
const SQUARES: readonly (readonly [unit: string, perSquareMetre: number, from: number])[] = [
  ['m²', 1, 1e-2],
  ['mm²', 1e6, 1e-8],
  ['µm²', 1e12, 1e-14],
  ['nm²', 1e18, 0],
]

function missing(what: string, add: string): InsituError {
  return new InsituError('CONFIG', `--colour ${what}; none is given`, { hint: `add ${add}` })
}

import type { LatticePicture } from '../../report/lattice.ts'
import type { Drawn } from './drawn.ts'

/** What a picture shows beyond the lattice itself: a value per bond, and a displacement per node. */
export type Shown = Pick<LatticePicture, 'values' | 'quantity' | 'displacement'>

/** What bonds can be coloured by, by the name the user gives. */
export const COLOURS: Readonly<Record<string, (drawn: Drawn) => Shown>> = {
  stiffness: ({ stiffness = {} }) => stiffness,
}

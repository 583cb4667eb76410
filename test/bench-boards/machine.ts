import { mgdChip } from '../../sim/index.ts'

/** What the board tests serve as a simulator. */
export const machine = (layers: readonly number[]) => mgdChip({ layers })

export const noMachine = () => ({ name: 'toaster' })

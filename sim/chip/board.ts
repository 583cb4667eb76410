import type { SimulatorTarget } from '../bench/board-kinds.ts'
import type { Simulator } from '../simulator.ts'
import { type MgdChipOptions, mgdChip } from './chip.ts'

/** A chip as a board: its options travel as JSON, so its curves are those with names. */
export interface ChipBoardOptions extends Omit<MgdChipOptions, 'transfer'>, Pick<SimulatorTarget, 'time' | 'baud'> {}

/**
 * A simulated chip of any size as `startBoard` takes it: a process of its own behind a pseudo-terminal, read between its layers too.
 */
export function chipBoard({ time, baud, ...options }: ChipBoardOptions): SimulatorTarget {
  return {
    ...{ target: 'simulator', module: import.meta.url, export: 'servedChip', args: [options] },
    ...(time !== undefined && { time }),
    ...(baud !== undefined && { baud }),
  }
}

/** The chip inside that process. */
export function servedChip(options: MgdChipOptions): Simulator {
  return mgdChip(options)
}

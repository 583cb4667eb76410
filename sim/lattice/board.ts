import { COUNTED_RANGES, PAPER_STIFFNESS, paperLattice, parseDof } from '../../devices/lattice/index.ts'
import type { SimulatorTarget } from '../bench/board-kinds.ts'
import { type LatticeOptions, type LatticeSimulator, latticeSimulator } from './lattice.ts'

/** The paper's lattice as a board: what travels to its process. */
export interface LatticeBoardOptions
  extends Pick<LatticeOptions, 'preset' | 'imperfections' | 'seed' | 'maxSlots' | 'slotSeconds'> {
  /** Ports by name, '11.y'. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** Stiffness in 16-bit counts: steps of 2^-7 N/m, of which the paper's bounds are multiples. */
const COUNTED_STIFFNESS = { ...PAPER_STIFFNESS, step: 2 ** -7 }

/**
 * A lattice with its controller as `startBoard` takes it: a process of its own behind a pseudo-terminal, loads as DAC
 * counts, displacements and elongations as camera counts, stiffness as actuator counts.
 */
export function latticeBoard(options: LatticeBoardOptions): SimulatorTarget {
  return { target: 'simulator', module: import.meta.url, export: 'countedLattice', args: [options], format: 'i16' }
}

/** The machine inside that process: any preset behind converters of 16 bits. */
export function countedLattice({ inputs, outputs, ...options }: LatticeBoardOptions): LatticeSimulator {
  return latticeSimulator({
    geometry: paperLattice(),
    inputs: inputs.map(parseDof),
    outputs: outputs.map(parseDof),
    stiffness: COUNTED_STIFFNESS,
    ...options,
    imperfections: { ...options.imperfections, converters: COUNTED_RANGES },
  })
}

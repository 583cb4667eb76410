import { COUNTED_RANGES, type NamedPorts, PAPER_STIFFNESS, paperSpec } from '../../devices/lattice/index.ts'
import type { SimulatorTarget } from '../bench/board-kinds.ts'
import { type LatticeOptions, type LatticeSimulator, latticeSimulator } from './lattice.ts'

/** A lattice as a board, ports by name ('11.y'): what travels to its process, as JSON. */
export interface LatticeBoardOptions
  extends NamedPorts,
    Pick<LatticeOptions, 'preset' | 'imperfections' | 'seed' | 'maxSlots' | 'slotSeconds'>,
    Partial<Pick<LatticeOptions, 'geometry' | 'stiffness'>> {}

/** Stiffness in 16-bit counts: steps of 2^-7 N/m, of which the paper's bounds are multiples. */
const COUNTED_STIFFNESS = { ...PAPER_STIFFNESS, step: 2 ** -7 }

/**
 * A lattice with its controller as `startBoard` takes it: a process of its own behind a pseudo-terminal, loads as DAC
 * counts, displacements and elongations as camera counts, stiffness as actuator counts. It is the paper's if nothing is
 * said; a `stiffness` of its own needs a step, in which its bounds fit 16 bits.
 */
export function latticeBoard(options: LatticeBoardOptions): SimulatorTarget {
  return { target: 'simulator', module: import.meta.url, export: 'countedLattice', args: [options], format: 'i16' }
}

/** The machine inside that process: any preset behind converters of 16 bits. */
export function countedLattice({
  inputs,
  outputs,
  geometry,
  stiffness,
  ...options
}: LatticeBoardOptions): LatticeSimulator {
  const changes = { stiffness: stiffness ?? COUNTED_STIFFNESS, ...(geometry !== undefined && { geometry }) }
  return latticeSimulator({
    ...paperSpec({ inputs, outputs }, changes),
    ...options,
    imperfections: { ...options.imperfections, converters: COUNTED_RANGES },
  })
}

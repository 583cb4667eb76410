import { paperLattice } from './builders.ts'
import { parseDof } from './dof.ts'
import { type LatticeSpec, PAPER_STIFFNESS } from './sheet.ts'

/** Where a lattice is loaded and read, by name: '11.y'. */
export interface NamedPorts {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** The paper's lattice with these ports, or another geometry or other bonds with them. */
export function paperSpec(
  { inputs, outputs }: NamedPorts,
  changes: Partial<Pick<LatticeSpec, 'geometry' | 'stiffness'>> = {},
): LatticeSpec {
  return {
    geometry: paperLattice(),
    inputs: inputs.map(parseDof),
    outputs: outputs.map(parseDof),
    stiffness: PAPER_STIFFNESS,
    ...changes,
  }
}

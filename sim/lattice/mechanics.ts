import type { Frame } from './topology.ts'

/**
 * What a lattice does under forces: the inside of the simulator, without loads, cameras or counts.
 *
 * Forces (N) and displacements (m) are rows of 2 numbers per node, x then y; pinned axes stay at exactly 0.
 */
export interface Mechanics {
  readonly frame: Frame
  /** Every row depends on the forces alone, so rows may be solved in any number and order. */
  readonly memoryless: boolean
  /** Takes the stiffness of every bond, N/m; throws `MECHANISM` if nodes are loose, and must then be called again. */
  stiffen(stiffness: Float64Array): void
  /**
   * Lets the lattice come to rest under `rows` rows of forces, one after the other, each at least `seconds` long.
   * A row that finds no rest in time is NaN. Returns the seconds it took. Throws `NO_EQUILIBRIUM`.
   */
  settle(forces: Float64Array, rows: number, seconds: number, displacements: Float64Array): number
  /** Elongation of every bond (m) under `rows` rows of displacements; returns a bound on their size, NaN if there is none. */
  elongate(displacements: Float64Array, rows: number, elongations: Float64Array): number
  /** All that carries over from row to row, as numbers; `load` takes it back. */
  save(): Float64Array
  load(state: Float64Array): void
}

/** Mechanics without memory have nothing to save. */
export const FORGETFUL = {
  memoryless: true,
  save: () => new Float64Array(0),
  load: () => {},
} as const

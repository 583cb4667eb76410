import { ChipOracle } from './chip-oracle.ts'
import type { ChipEngine, ChipProgram } from './program.ts'
import { ChipSimd, type SimdPath } from './simd.ts'

export interface EngineOptions {
  /**
   * How a tick is computed; every path gives the same spikes and potentials. 'auto' (the default) adds rows event by event
   * or counts with popcounts, whichever costs less for a core in a tick; 'events' and 'popcount' hold on to one of them;
   * 'oracle' is the plain loop. A core with a stochastic weight always goes by events: every event has a random number.
   */
  readonly path?: SimdPath | 'oracle'
}

/** An engine for a program. */
export function chipEngine(program: ChipProgram, { path = 'auto' }: EngineOptions = {}): ChipEngine {
  return path === 'oracle' ? new ChipOracle(program) : new ChipSimd(program, path)
}

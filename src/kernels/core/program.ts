import { type CoreSettings, SIZE } from './settings.ts'

/** Slots of the ring in which spikes wait for their tick: delays 1 to 15. */
export const RING = 16

/** No route, no output. */
export const NOWHERE = -1

/** Cores and the ways between them, ready to run. */
export interface ChipProgram {
  readonly cores: readonly CoreSettings[]
  /** Per neuron (core-major, SIZE per core) where its spikes go: `route(core, axon, delay)` or NOWHERE. */
  readonly routes: Int32Array
  /** Per neuron the output line its spikes are counted on, or NOWHERE. */
  readonly lines: Int32Array
  /** Output lines. */
  readonly outputs: number
  /** Potential of every neuron at the start of a presentation. */
  readonly potential: Int32Array
}

/** Packs the target of a neuron into one number. */
export function route(core: number, axon: number, delay: number): number {
  return (core * SIZE + axon) * RING + delay
}

/** The target that a number stands for. */
export function routeOf(packed: number): { readonly core: number; readonly axon: number; readonly delay: number } {
  const address = Math.floor(packed / RING)
  return { core: Math.floor(address / SIZE), axon: address % SIZE, delay: packed % RING }
}

/** What of a core was changed; to say so is cheaper than 'all'. */
export type Part = 'all' | 'crossbar' | 'neurons'

/** Any way of running a program: the oracle, or kernels that must equal it spike by spike. */
export interface ChipEngine {
  readonly program: ChipProgram
  /** Synaptic operations so far: closed crossings of axons at which a spike arrived. */
  readonly operations: number
  /** Potentials as the program has them, no spike under way. */
  rest(): void
  /** A spike for an axon in the coming tick; a second one changes nothing. */
  inject(core: number, axon: number): void
  /**
   * Runs one tick on all cores, then delivers their spikes: none arrives before the next tick. `tick` numbers the random
   * numbers; adds the spikes of this tick to `counts`, one per output line.
   */
  tick(tick: number, counts: Int32Array): void
  /** Spikes of the last tick of a core, a copy: WORDS words. */
  spikes(core: number): Uint32Array
  /** Potentials of a core, a copy: SIZE numbers. */
  potentials(core: number): Int32Array
  /** Takes over what has been changed in `program.cores[core]`: its crossbar, what its neurons are set to, or both. */
  changed(core: number, part?: Part): void
}

import type { CallOptions, Receipt } from './backend.ts'
import type { Block, Code, Family, LoadedBlock } from './block.ts'
import type { EchoPort } from './echo.ts'
import type { Port, Readings } from './sheet.ts'

/** Rows of drive both sides can generate: some patterns of a family (`src/patterns`), one after the other. */
export interface PatternWindow {
  /** One of `PatternPort.families`, e.g. "hadamard cake-cutting". */
  readonly family: string
  /** Number of the first pattern, and how many. */
  readonly first: number
  readonly count: number
  /** `opposite`: every pattern is shown twice, first as it is, then its opposite, so that their difference can be taken. */
  readonly pairing: 'single' | 'opposite'
  /** Slots each is shown for. */
  readonly hold: number
}

/** Slots that a window of patterns takes. */
export function patternSlots({ count, pairing, hold }: Pick<PatternWindow, 'count' | 'pairing' | 'hold'>): number {
  return count * hold * (pairing === 'opposite' ? 2 : 1)
}

/** The machine makes patterns of drive itself, so that no picture travels. */
export interface PatternPort {
  readonly families: readonly string[]
  /** Size of a pattern; rows x columns is the width of the drive. */
  readonly rows: number
  readonly columns: number
  /** As `measure` of a block whose drive is the frames of the window; `into` takes `patternSlots` x sense width readings. */
  measure(window: PatternWindow, into: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** The machine generates perturbations itself, from a seed. */
export interface CodePort {
  readonly families: readonly Family[]
  /** Patterns of drive, where the machine makes them too. */
  readonly patterns?: PatternPort
  /**
   * Adds `coefficients[k] * delta_(first + k)` to the stored parameters, for every k, on the machine itself.
   * Writes what the machine now holds into `theta`; `pairing` and `hold` of the code do not matter here.
   */
  apply(code: Code, coefficients: Float64Array, theta: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** A stretch of discrete MGD for the machine to run on its own. */
export interface LearnJob {
  /** `rows` samples: inputs of drive width and targets of sense width, row-major, in port units. */
  readonly rows: number
  readonly drive: Float64Array
  readonly target: Float64Array
  /** Steps each sample is held (tau_x); the job takes `rows * hold` steps. */
  readonly hold: number
  /** Steps between updates (tau_theta); must divide `rows * hold`. */
  readonly updateEvery: number
  /** Perturbation, one code index per step (tau_p = 1). */
  readonly code: Code
  /**
   * theta -= rate * sum over the window of (C - C0) * delta / norm^2, C the mean squared error over the outputs and
   * norm^2 the mean over time of the squared 2-norm of delta: sum of amplitude^2 over the parameters for random and
   * walsh, half of it for sinusoid, 1/P of it for sequential codes.
   */
  readonly rate: number
}

/** Slots a job takes: one a step, and one for every baseline, which is due when the sample or the parameters change. */
export function learnSlots({ rows, hold, updateEvery }: Pick<LearnJob, 'rows' | 'hold' | 'updateEvery'>): number {
  let slots = rows * hold + rows
  for (let step = updateEvery; step < rows * hold; step += updateEvery) if (step % hold !== 0) slots++
  return slots
}

/** The machine runs the rule on board. */
export interface LearnPort {
  /** Runs the job; the receipt counts `learnSlots`. Writes the mean baseline cost per sample into `costs` (`rows`) and the final parameters into `theta`. */
  run(job: LearnJob, costs: Float64Array, theta: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** The machine can be put back exactly where it was: parameters, noise state, drift, clock. */
export interface StatePort {
  snapshot(opts?: CallOptions): Promise<Uint8Array>
  /** Puts the machine back; returns the stored parameters in `theta`. */
  restore(snapshot: Uint8Array, theta: Float64Array, opts?: CallOptions): Promise<void>
}

/**
 * The machine can also read the quantity conjugate to each parameter: the elongation of a bond to its stiffness, or the
 * action of a wave to what it runs through.
 */
export interface LocalPort {
  /**
   * What a local reading q_i of parameter i is. `root`: the machine rests with the energy theta_i q_i^2 / 2 in it, so what
   * a load f at the outputs would gain, f . d sense / d theta_i, is -q_i a_i, q_i read under the drive and a_i the change
   * that f makes. `action`: the integral of dH / d theta_i over the slot; see `Flight.local` for what it is good for.
   */
  readonly reads: 'root' | 'action'
  /** What one local reading is; as many as there are parameters. */
  readonly sense: Readings
  /**
   * As `measure`, and writes slots x parameters local readings, slot-major, into `local`. One that could not be taken is
   * NaN. A load is taken where the machine has the facet `adjoint`.
   */
  read(block: LoadedBlock, into: Float64Array, local: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** An error can be put on the outputs as a physical load. */
export interface AdjointPort {
  /** What can be held on each output; as wide as the sense port. */
  readonly load: Port
  /** As `measure`, with the block's load held on the outputs beside its drive. */
  hold(block: LoadedBlock, into: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** Signals inside the machine, between its layers, can be read beside its outputs. */
export interface TapPort {
  /** What can be read of each layer, from the drive on; the outputs are not among them. */
  readonly layers: readonly Readings[]
  /**
   * As `measure`, and writes slots x (numbers of all layers together) readings into `taps`: slot by slot, and within a slot
   * layer by layer. One that could not be taken is NaN.
   */
  read(block: Block, into: Float64Array, taps: Float64Array, opts?: CallOptions): Promise<Receipt>
}

/** All optional abilities. One more needs its guard in `guards.ts`: what `attach` does not know it does not pass on. */
export interface Facets {
  readonly adjoint: AdjointPort
  readonly codes: CodePort
  readonly echo: EchoPort
  readonly learn: LearnPort
  readonly local: LocalPort
  readonly state: StatePort
  readonly taps: TapPort
}

export type Facet = keyof Facets

/** The facets a backend certainly has; an optional property does not count. */
export type FacetsOf<B> = {
  [F in Facet]: F extends keyof B ? (undefined extends B[F] ? never : F) : never
}[Facet]

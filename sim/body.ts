import type { Receipt } from '../src/contract/backend.ts'
import type { Block, Code } from '../src/contract/block.ts'
import type { CodePort } from '../src/contract/facets.ts'
import type { DataSheet, Readings } from '../src/contract/sheet.ts'

/**
 * The inside of a simulated machine: plain calls, no promises, so that wrappers cost nothing.
 *
 * Everything that changes from call to call lives in what `save` returns; noise is drawn by absolute slot number, so
 * that one block of 2n slots equals two blocks of n.
 */
export interface Body {
  readonly sheet: DataSheet
  /** The stored parameters, in bank units; read only. */
  readonly theta: Float64Array
  store(theta: Float64Array): void
  run(block: Block, into: Float64Array): Receipt
  save(): Float64Array
  load(state: Float64Array): void
  /** Where it can be read between its layers. */
  readonly taps?: Taps
}

/** The inside of the facet `taps`. */
export interface Taps {
  readonly layers: readonly Readings[]
  /** As `run`, and writes what the layers give, slot by slot, into `taps`. */
  run(block: Block, into: Float64Array, taps: Float64Array): Receipt
}

/** A body that generates codes itself. */
export interface CodedBody extends Body {
  readonly families: CodePort['families']
  /** Adds `coefficients[k] * delta_(first + k)` to the stored parameters; returns how many were held at a limit. */
  apply(code: Code, coefficients: Float64Array): number
}

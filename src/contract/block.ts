/** Rows of numbers, row-major; each row is held for `hold` slots. */
export interface Track {
  readonly kind: 'track'
  /** ceil(slots / hold) rows of the port's width. */
  readonly data: Float64Array
  readonly hold: number
}

/** Perturbation by sign bits: bit 0 means +amplitude, bit 1 means -amplitude. */
export interface Signs {
  readonly kind: 'signs'
  /** ceil(slots / hold) rows, each starting on a new byte (`ceil(P / 8)` bytes, least significant bit first). */
  readonly bits: Uint8Array
  /** One amplitude per bank, in the bank's unit. */
  readonly amplitudes: readonly number[]
  readonly hold: number
}

/** Code families both sides can generate; see `src/codes`. */
export type Family = 'random' | 'walsh' | 'sequential' | 'sinusoid'

/** A perturbation both sides can generate; see `src/codes` for the definition bit by bit. */
export interface Code {
  readonly kind: 'code'
  readonly family: Family
  /** Unsigned 32-bit seed. */
  readonly seed: number
  /** Code index of the first slot, unsigned 32-bit. */
  readonly first: number
  /** One amplitude per bank, in the bank's unit. */
  readonly amplitudes: readonly number[]
  /** Slots per code index. */
  readonly hold: number
  /** `opposite`: every code is applied twice, first +, then -, each for `hold` slots. */
  readonly pairing: 'single' | 'opposite'
}

export type Delta = Track | Signs | Code

/** One window between parameter writes: drive the inputs and offset the stored parameters, slot by slot. */
export interface Block {
  readonly slots: number
  readonly drive: Track
  readonly delta?: Delta
}

/** A block with a load held on the outputs, in the unit of the `adjoint` facet's port; rows of sense width. */
export interface LoadedBlock extends Block {
  readonly load?: Track
}

/** Rows a delta or drive of this hold needs for `slots` slots. */
export function rowsFor(slots: number, hold: number): number {
  return Math.ceil(slots / hold)
}

import type { Unit } from '../contract/sheet.ts'

/** One named group of a twin's own parameters: what calibration may change. */
export interface TwinBank {
  readonly name: string
  readonly width: number
  readonly unit: Unit
  /** Value of every one of them before anything was measured: one for all, or one each. */
  readonly start: number | readonly number[]
  /** How far from `start` the real machine may lie, as one standard deviation in `unit`; Infinity if nothing is known. */
  readonly spread: number
}

/** Where a twin is asked: parameters of the machine, drive rows, and the twin's own parameters. */
export interface TwinPoint {
  /** As stored on the machine, in bank order and bank units. */
  readonly theta: Float64Array
  /** rows x drive width, in drive units. */
  readonly drive: Float64Array
  readonly rows: number
  /** The twin's own, in the order of its banks. */
  readonly parameters: Float64Array
}

/** What the machine itself gave at a point. */
export interface Measured {
  /** rows x sense width. */
  readonly sense: Float64Array
  /** rows x `state.width` readings of the facet that the twin asks for; absent where the machine does not offer it. */
  readonly state?: Float64Array
}

/** Where slopes are written; a part that is absent is not wanted. Every number of a given part is written. */
export interface TwinSlopes {
  /** As long as theta, summed over the rows. */
  readonly theta?: Float64Array
  /** rows x drive width. */
  readonly drive?: Float64Array
  /** As long as the twin's own parameters, summed over the rows. */
  readonly parameters?: Float64Array
}

/**
 * A model of a machine to differentiate: pure, without memory, so that it may be asked in any order.
 *
 * Forward may be wrong by a little and chip-in-the-loop still works: readings come from the machine, and only slopes from here.
 */
export interface Twin {
  readonly name: string
  /** Numbers in theta, in a row of drive, and in a row of readings. */
  readonly width: { readonly theta: number; readonly drive: number; readonly sense: number }
  readonly banks: readonly TwinBank[]
  /** Inner readings that make `vjp` better, by the facet that gives them, and how many there are in a row. */
  readonly state?: { readonly facet: 'taps' | 'local'; readonly width: number }
  /** Writes the readings to be expected, rows x sense width, into `sense`. */
  forward(point: TwinPoint, sense: Float64Array): void | Promise<void>
  /**
   * Writes the slopes of sum(cotangent * sense) at the measured state; `cotangent` is rows x sense width. What was not measured
   * the twin works out by itself.
   */
  vjp(point: TwinPoint, measured: Measured, cotangent: Float64Array, into: TwinSlopes): void | Promise<void>
}

/** How many parameters of its own a twin has. */
export function twinParameterCount(twin: Pick<Twin, 'banks'>): number {
  return twin.banks.reduce((sum, { width }) => sum + width, 0)
}

/** The twin's own parameters before anything was measured. */
export function startParameters(twin: Pick<Twin, 'banks'>): Float64Array {
  return Float64Array.from(
    twin.banks.flatMap(({ width, start }) =>
      typeof start === 'number' ? new Array<number>(width).fill(start) : start,
    ),
  )
}

/** "gain[3]": how messages name one of the twin's own parameters. */
export function parameterName(twin: Pick<Twin, 'banks'>, index: number): string {
  let first = 0
  for (const { name, width } of twin.banks) {
    if (index < first + width) return width === 1 ? name : `${name}[${index - first}]`
    first += width
  }
  return `parameter ${index}`
}

import type { Shape } from './answers.ts'
import type { Item, LockinSettings } from './settings.ts'

/** What two status registers of one moment tell. */
export interface Condition {
  /** Settings may have changed: after power on, or by somebody at the panel. */
  readonly restarted: boolean
  readonly touched: boolean
  /** A command was not understood or not carried out, or a queue ran over. */
  readonly refused: boolean
  readonly overload: 'input' | 'filter' | 'output' | undefined
  readonly unlocked: boolean
  /** Filter or range changed as a consequence of something else. */
  readonly shifted: boolean
}

/** One look at the outputs, V or A. */
export interface Look {
  readonly x: number
  readonly y: number
  /** By how much values that say the same thing twice disagree; a damaged digit shows here. */
  readonly disagreement: number
}

/** A range of a setting that is changed while measuring. */
export interface Range {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** Asks in one tagged line; given to the parts of a dialect that need exchanges of their own. */
export interface Asking {
  ask<T extends readonly unknown[]>(
    queries: readonly string[],
    shapes: { [I in keyof T]: Shape<T[I]> },
    tell?: readonly string[],
  ): Promise<T>
  /** One exchange that is no text. */
  bytes(query: string, count: number, head: string): Promise<Uint8Array>
}

/** Forms in which an SR830 gives stored points: as text, as singles, as it holds them. */
export type Transfer = 'TRCA' | 'TRCB' | 'TRCL'

/** Storage of one point for each edge at the trigger input. */
export interface Storage {
  readonly most: number
  /** Clears it and waits for edges. */
  arm(asking: Asking, points: number): Promise<void>
  /** Ends it; gives the number of points, and the status of the whole run. */
  finish(asking: Asking): Promise<{ readonly points: number; readonly condition: Condition }>
  /** X and Y of every point, one after the other. */
  fetch(asking: Asking, points: number, transfer: Transfer): Promise<Float64Array>
}

/** How one model is spoken to; tables of one do not serve the other. */
export interface Dialect {
  readonly model: string
  /** Ends commands; answers may end with CR, LF or both. */
  readonly end: '\r' | '\n'
  readonly joined: boolean
  /** Said first on every opening and after every silence. */
  readonly greeting: readonly string[]
  readonly sensitivities: readonly number[]
  /** All settings as commands; throws before anything is sent. */
  plan(settings: LockinSettings): readonly Item[]
  readonly oscillator: Range
  readonly aux: Range & { readonly first: number }
  readonly look: {
    readonly query: string
    readonly shape: Shape<readonly number[]>
    decode(values: readonly number[]): Look
  }
  readonly mostLias: number
  condition(lias: number, esr: number): Condition
  /** Full scale in V as commands, with the input range that goes with it unless one was stated. */
  sensitivity(fullScale: number, inputRange?: number): readonly Item[]
  readonly storage: Storage
}

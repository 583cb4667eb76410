import type { DataSheet } from '../contract/sheet.ts'

/** Version of the layout of a run directory; a reader refuses a higher one. */
export const RECORD_VERSION = 1

/** Where a program came from. */
export interface Provenance {
  /** Name and version: insitu, node, platform. */
  readonly versions: Readonly<Record<string, string>>
  /** Revision of the working copy the program ran from; null outside one. */
  readonly git: { readonly revision: string; readonly dirty: boolean } | null
  readonly pid: number
  readonly host: string
}

/** What a program says when a run begins. */
export interface RunPlan {
  /** What is done, e.g. "train". */
  readonly command: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly seeds: Readonly<Record<string, number>>
  /** Settings that follow from the arguments: layers, rule, optimizer, budget. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Snapshot of the machine's data sheet: kind, identity, units, limits. */
  readonly sheet: DataSheet
  /** How the machine was asked for, e.g. "serial:/dev/ttyUSB0". */
  readonly device: string
  readonly provenance: Provenance
}

/** `run.json`. */
export interface RunStart extends RunPlan {
  readonly record: number
  readonly id: string
  readonly startedAt: string
}

/** How a run ended; `stop.json`. */
export interface RunStop {
  readonly status: 'success' | 'abort' | 'fail'
  /** One sentence: "all steps done", "stopped by the user", or the error's message. */
  readonly reason: string
  /** Code of the error, if there was one. */
  readonly code?: string
  readonly stoppedAt: string
  readonly seconds: number
  /** Lines in events.jsonl; a reader refuses a file with fewer. */
  readonly events: number
  readonly bulkBytes: number
  /** The result, as far as it came. */
  readonly metrics: Readonly<Record<string, unknown>>
}

/** Everything needed to go on from this step, on this machine or on one restored from its snapshot. */
export interface Checkpoint {
  readonly step: number
  readonly theta: Float64Array
  readonly optimizer: unknown
  readonly rule: unknown
  readonly lessons: unknown
  /** Snapshot of the machine where it has the `state` facet. */
  readonly device?: Uint8Array
}

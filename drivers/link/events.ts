import type { InsituError } from '../../src/errors.ts'

/** OFFLINE: nobody has answered yet, or not any more. FAULT: the device said so. CLOSED: for good. */
export type LinkState = 'OFFLINE' | 'HELLO' | 'IDLE' | 'ARMED' | 'FAULT' | 'CLOSED'

/** News of a link, in milliseconds of its own clock; values always, never an error of the stream. */
export type LinkEvent =
  | { readonly kind: 'state'; readonly at: number; readonly state: LinkState }
  | { readonly kind: 'resent'; readonly at: number; readonly request: string; readonly attempt: number }
  | { readonly kind: 'aborted'; readonly at: number }
  | { readonly kind: 'noisy'; readonly at: number; readonly bad: number; readonly heard: number }
  | { readonly kind: 'trouble'; readonly at: number; readonly error: InsituError }

/** What has passed over a link so far, in frames. */
export interface LinkCounters {
  /** Frames written, repeats included. */
  sent: number
  /** Good frames heard. */
  heard: number
  /** Requests written again after a time-out or a lost piece. */
  retries: number
  /** Frames that did not decode. */
  bad: number
  /** Answers to requests nobody waits for any more. */
  late: number
  /** Answers that had come before. */
  duplicates: number
  /** Frames that answer nothing that was asked. */
  unknown: number
}

export function newCounters(): LinkCounters {
  return { sent: 0, heard: 0, retries: 0, bad: 0, late: 0, duplicates: 0, unknown: 0 }
}

import { type ErrorCode, InsituError } from '../../src/errors.ts'
import type { ResetCause } from './avr-chip.ts'
import type { BoardOptions } from './board-kinds.ts'

/** The first word to a board's process: what it is to be. An argument could not carry a whole network. */
export interface Start {
  readonly start: BoardOptions
}

/** What the parent asks of a board's process. */
export type Command =
  | { readonly id: number; readonly ask: 'reset'; readonly cause: ResetCause }
  | { readonly id: number; readonly ask: 'counters' }
  | { readonly id: number; readonly ask: 'stop' }

/** An error on its way between two processes. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
}

/** What a board's process tells its parent. */
export type Report =
  | { readonly ready: string }
  | { readonly failed: Failure }
  | { readonly id: number; readonly done: Readonly<Record<string, number>> }
  | { readonly id: number; readonly failed: Failure }

export function toFailure(error: unknown): Failure {
  if (error instanceof InsituError) return { code: error.code, message: error.message, hint: error.hint }
  return {
    code: 'INTERNAL',
    message: `board: ${error instanceof Error ? error.stack : String(error)}`,
    hint: undefined,
  }
}

export function fromFailure({ code, message, hint }: Failure): InsituError {
  return new InsituError(code, message, hint === undefined ? {} : { hint })
}

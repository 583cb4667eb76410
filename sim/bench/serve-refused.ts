import { InsituError } from '../../src/errors.ts'
import { REFUSED, ValueError, WireError } from '../../src/wire/index.ts'

/** Why a request is not carried out. */
export class Refused extends Error {
  readonly code: number
  readonly detail: number
  constructor(code: number, detail: number) {
    super(`refused with code ${code}, detail ${detail}`)
    this.name = 'Refused'
    this.code = code
    this.detail = detail
  }
}

/** Refusals for errors of a machine after which it still is as it was. */
const HARMLESS: Partial<Record<InsituError['code'], number>> = {
  LIMIT: REFUSED.limit,
  // Nothing has moved for good: the loads are gone with the block.
  NO_EQUILIBRIUM: REFUSED.noRest,
  SHAPE: REFUSED.value,
  NOT_FINITE: REFUSED.value,
  BUSY: REFUSED.busy,
  FLIGHT_OVER: REFUSED.flightOver,
}

/** How an error is put to the host; undefined for one that nobody foresaw. */
export function refusalFor(error: unknown): { readonly code: number; readonly detail: number } | undefined {
  if (error instanceof Refused) return error
  if (error instanceof WireError) return { code: REFUSED.length, detail: error.wanted }
  if (error instanceof ValueError) return { code: REFUSED.value, detail: error.offset }
  const code = error instanceof InsituError ? HARMLESS[error.code] : undefined
  return code === undefined ? undefined : { code, detail: 0 }
}

import { type ErrorCode, InsituError } from '../errors.ts'

/** Exit codes: 0 done, 1 the run failed, 2 the command cannot be carried out as given, 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** What the user gave is wrong; anything else is a failure on the way. */
const USAGE: ReadonlySet<ErrorCode> = new Set([
  'CAPABILITY',
  'CONFIG',
  'EXPRESSION',
  'PORT_ABSENT',
  'UNITS',
  'UNKNOWN_DEVICE',
  'UNKNOWN_TASK',
])

export function exitCode(error: unknown): number {
  return error instanceof InsituError && USAGE.has(error.code) ? EXIT.usage : EXIT.failed
}

/** What is printed about an error: `CODE message`, and what to do next. */
export function describeError(error: unknown): string {
  if (!(error instanceof InsituError))
    return `INTERNAL ${error instanceof Error ? (error.stack ?? error.message) : error}`
  return error.hint === undefined ? `${error.code} ${error.message}` : `${error.code} ${error.message}\n  ${error.hint}`
}

/** The same for programs. */
export function errorLine(error: unknown): string {
  if (!(error instanceof InsituError)) {
    return JSON.stringify({ error: 'INTERNAL', message: error instanceof Error ? error.message : String(error) })
  }
  const { code, message, hint, device, port, step } = error
  return JSON.stringify({ error: code, message, hint, device, port, step })
}

import { type ErrorDetails, InsituError } from '../../src/errors.ts'

/** Faults printed in one message; a network with more has one cause behind most of them. */
const PRINTED = 5

/** One `CONFIG` error for all faults of a network, of which the first few are printed and the rest counted. */
export function refuse(source: string, faults: readonly string[], details: ErrorDetails = {}): InsituError {
  if (faults.length === 1) return new InsituError('CONFIG', `${source}: ${faults[0]}`, details)
  const listed = faults.slice(0, PRINTED).map((fault) => `\n  - ${fault}`)
  const rest = faults.length > PRINTED ? `\n  - and ${faults.length - PRINTED} more` : ''
  return new InsituError('CONFIG', `${source} has ${faults.length} faults:${listed.join('')}${rest}`, details)
}

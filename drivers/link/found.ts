import { type Identity, STATE } from '../../src/wire/index.ts'

/**
 * How a device was found: still armed by this link, and with the parameters it was given; armed by somebody else; at its
 * safe values after a fault; or not armed.
 */
export type Found = 'armed' | 'theirs' | 'fault' | 'idle'

/** `ids` are those this link may have armed it with: the answer to the last ARM may be lost. */
export function foundAs({ state, armId }: Identity, ids: readonly number[]): Found {
  if (state === STATE.fault) return 'fault'
  if (state === STATE.idle) return 'idle'
  return ids.includes(armId) ? 'armed' : 'theirs'
}

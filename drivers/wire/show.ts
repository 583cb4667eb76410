import type { CallOptions, Receipt } from '../../src/contract/backend.ts'
import { type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { nameOf } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { measureReply, REQUEST, showRequest } from '../../src/wire/index.ts'
import { asReceipt, readingsOf } from './measure.ts'
import type { Session } from './session.ts'

/** Numbers of patterns travel in 32 bits. */
const FURTHEST = 2 ** 32

/** Lets the device show patterns it makes itself: a few bytes go out, whatever the size of the pictures. Rejects with `LIMIT`. */
export async function show(
  session: Session,
  { family, first, count, pairing, hold }: PatternWindow,
  into: Float64Array,
  opts: CallOptions,
): Promise<Receipt> {
  const { link, description } = session
  // Cut to its width, a number beyond it would be that of another pattern.
  if (first + count > FURTHEST)
    throw new InsituError(
      'LIMIT',
      `${nameOf(description.sheet)}: patterns have numbers below ${FURTHEST} on the wire, asked for up to ${first + count}`,
      { device: description.sheet.machine },
    )
  const request = showRequest.encode({
    armId: link.armId,
    family: description.patterns?.families.indexOf(family) ?? 0,
    pairing: pairing === 'opposite' ? 1 : 0,
    first,
    count,
    hold,
  })
  const slots = patternSlots({ count, pairing, hold })
  const ask = readingsOf(session, slots, into, undefined, opts)
  const { value, retries } = await link.call(REQUEST.show, request, measureReply.decode, ask)
  return asReceipt(session, value, retries)
}

import { type PatternWindow, patternSlots } from '../../src/contract/facets.ts'
import { measureReply, REFUSED, showRequest } from '../../src/wire/index.ts'
import type { Board } from './serve-board.ts'
import { Refused } from './serve-refused.ts'
import type { Reply } from './serve-replies.ts'
import { counts, dataFrames } from './serve-work.ts'

/** Offsets of the fields of a SHOW that are refused by value. */
const [FAMILY, PAIRING, COUNT, HOLD] = [4, 5, 10, 12]

/** Shows patterns that the machine makes itself and sends the readings as MEASURE does. */
export async function serveShow(board: Board, payload: Uint8Array): Promise<readonly Reply[]> {
  const port = board.backend.codes?.patterns
  if (port === undefined) throw new Refused(REFUSED.unknown, 0)
  const { armId, family, pairing, first, count, hold } = showRequest.decode(payload)
  board.checkFree(armId)
  if (family >= port.families.length) throw new Refused(REFUSED.value, FAMILY)
  if (pairing > 1) throw new Refused(REFUSED.value, PAIRING)
  if (count === 0) throw new Refused(REFUSED.value, COUNT)
  if (hold === 0) throw new Refused(REFUSED.value, HOLD)
  const window: PatternWindow = {
    family: port.families[family],
    first,
    count,
    pairing: pairing === 1 ? 'opposite' : 'single',
    hold,
  }
  const slots = patternSlots(window)
  const { maxSlots, sense } = board.backend.sheet
  if (slots > maxSlots) throw new Refused(REFUSED.limit, maxSlots)
  const readings = new Float64Array(slots * sense.width)
  const receipt = await board.working((signal) => port.measure(window, readings, { signal }))
  return [...dataFrames(board, slots, readings), { payload: measureReply.encode({ ...counts(receipt), slots }) }]
}

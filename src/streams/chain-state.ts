import type { CheckedDevice, Device } from '../contract/device.ts'
import type { StatePort } from '../contract/facets.ts'
import { paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'
import type { Pause } from './pause.ts'
import type { End } from './pipeline.ts'

/**
 * Snapshots of two machines as one, where both can be put back: the length of the first in 4 bytes, then both.
 *
 * A machine that is lost pauses both. So does a half that cannot be restored when the other may have been: the halves of two
 * snapshots are no state that the chain was ever in.
 */
export function chainState(a: CheckedDevice, b: CheckedDevice, pause: Pause): StatePort | undefined {
  const [first, second] = [stateOf(a), stateOf(b)]
  if (first === undefined || second === undefined) return undefined
  const count = paramCount(a.sheet)
  return {
    async snapshot(opts) {
      pause.check()
      const taken = async (end: End, state: StatePort) => {
        try {
          return await state.snapshot(opts)
        } catch (error) {
          if (opts?.signal?.aborted) throw error
          return pause.fail({ end, error })
        }
      }
      const [before, after] = [await taken('a', first), await taken('b', second)]
      const bytes = new Uint8Array(4 + before.length + after.length)
      new DataView(bytes.buffer).setUint32(0, before.length, true)
      bytes.set(before, 4)
      bytes.set(after, 4 + before.length)
      return bytes
    },
    async restore(bytes, theta, opts) {
      const length = bytes.length < 4 ? Number.NaN : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
      if (!(length <= bytes.length - 4))
        throw new InsituError('RECORD', `chain: a snapshot of ${bytes.length} bytes is not one of a chain`)
      opts?.signal?.throwIfAborted()
      let end: End = 'a'
      try {
        await first.restore(bytes.subarray(4, 4 + length), theta.subarray(0, count), opts)
        end = 'b'
        await second.restore(bytes.subarray(4 + length), theta.subarray(count), opts)
      } catch (error) {
        const aborted = opts?.signal?.aborted === true
        // A refusal by the first leaves both as they were.
        if (end === 'a' && !aborted) return pause.fail({ end, error })
        return pause.halt({ end, error }, 'did not take its half of a snapshot').catch((halted) => {
          throw aborted ? error : halted
        })
      }
      pause.end()
    },
  }
}

function stateOf(device: CheckedDevice): StatePort | undefined {
  return (device as Partial<Device<'state'>>).state
}

import type { CheckedDevice, Device } from '../contract/device.ts'
import type { StatePort } from '../contract/facets.ts'
import { paramCount } from '../contract/sheet.ts'
import { InsituError } from '../errors.ts'

/** Snapshots of two machines as one, where both can be put back: the length of the first in 4 bytes, then both. */
export function chainState(a: CheckedDevice, b: CheckedDevice): StatePort | undefined {
  const [first, second] = [stateOf(a), stateOf(b)]
  if (first === undefined || second === undefined) return undefined
  const count = paramCount(a.sheet)
  return {
    async snapshot(opts) {
      const [before, after] = [await first.snapshot(opts), await second.snapshot(opts)]
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
      await first.restore(bytes.subarray(4, 4 + length), theta.subarray(0, count), opts)
      await second.restore(bytes.subarray(4 + length), theta.subarray(count), opts)
    },
  }
}

function stateOf(device: CheckedDevice): StatePort | undefined {
  return (device as Partial<Device<'state'>>).state
}

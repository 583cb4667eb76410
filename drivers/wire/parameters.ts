import { InsituError } from '../../src/errors.ts'
import {
  decodeReadReply,
  encodeWrite,
  FRAME_OVERHEAD,
  type Layout,
  numberBytes,
  parameterCrc,
  REQUEST,
  readRequest,
  storedReply,
} from '../../src/wire/index.ts'
import type { Link } from '../link/link.ts'

/** Parameters that fit a frame beside `head` other payload bytes. */
function perFrame(link: Link, layout: Layout, head: number): number {
  return Math.max(1, Math.floor((link.identity.maxFrame - FRAME_OVERHEAD - head) / numberBytes(layout.format)))
}

/** Writes all parameters and compares checksums; returns the repeats it took. */
export async function writeTheta(link: Link, layout: Layout, theta: Float64Array): Promise<number> {
  const most = perFrame(link, layout, 6)
  let crc = 0
  let retries = 0
  for (let first = 0; first < layout.paramCount; first += most) {
    const count = Math.min(most, layout.paramCount - first)
    const payload = encodeWrite(layout, link.armId, theta, first, count)
    const answer = await link.call(REQUEST.write, payload, storedReply.decode)
    crc = answer.value.parameterCrc
    retries += answer.retries
  }
  if (crc !== parameterCrc(layout, theta)) throw await disagreement(link, layout, theta)
  return retries
}

/**
 * Reads all parameters into `theta`. `crc` is the checksum the device gave for them; without it the device is asked once
 * they are read, since one whose learning field moved knows no earlier.
 */
export async function readTheta(link: Link, layout: Layout, theta: Float64Array, crc?: number): Promise<number> {
  const most = perFrame(link, layout, 2)
  let retries = 0
  for (let first = 0; first < layout.paramCount; ) {
    const count = Math.min(most, layout.paramCount - first)
    const { value, retries: repeats } = await link.call(
      REQUEST.read,
      readRequest.encode({ first, count }),
      (reply) => decodeReadReply(layout, reply),
      { replyBytes: count * numberBytes(layout.format) },
    )
    if (value.first !== first || value.values.length === 0) {
      throw new InsituError('WRONG_FIRMWARE', `${link.name}: READ at ${first} was answered at ${value.first}`, {
        port: link.name,
        hint: 'check that firmware and host are of one version',
      })
    }
    theta.set(value.values, first)
    first += value.values.length
    retries += repeats
  }
  // READ is answered in any state: a device that was reset meanwhile would show its safe values.
  const expected = crc ?? (await link.pulse()).parameterCrc
  if (expected !== parameterCrc(layout, theta)) {
    await link.pulse()
    throw await disagreement(link, layout, theta)
  }
  return retries
}

/** Says which parameter is not what it should be, after a look whether the device was reset. */
async function disagreement(link: Link, layout: Layout, wanted: Float64Array): Promise<InsituError> {
  await link.pulse()
  const held = new Float64Array(layout.paramCount)
  const most = perFrame(link, layout, 2)
  for (let first = 0; first < held.length; ) {
    const request = readRequest.encode({ first, count: Math.min(most, held.length - first) })
    const { value } = await link.call(REQUEST.read, request, (reply) => decodeReadReply(layout, reply))
    held.set(value.values, first)
    first += Math.max(1, value.values.length)
  }
  const at = held.findIndex((value, i) => Math.abs(value - wanted[i]) > stepOf(layout, i))
  const what = at < 0 ? 'checksums differ' : `theta[${at}] should be ${wanted[at]}, the device holds ${held[at]}`
  return new InsituError('DEVICE_REFUSED', `${link.name}: parameters were not taken as written: ${what}`, {
    port: link.name,
    hint: 'check the limits in the firmware',
  })
}

function stepOf(layout: Layout, index: number): number {
  let end = 0
  for (const bank of layout.banks) {
    end += bank.width
    if (index < end) return bank.step
  }
  return 0
}

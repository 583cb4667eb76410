import { InsituError } from '../../src/errors.ts'
import {
  decodeReadReply,
  encodeRead,
  encodeWrite,
  FRAME_OVERHEAD,
  type Layout,
  parameterBytes,
  parameterCrc,
  parametersWithin,
  REQUEST,
  storedReply,
  stretchBytes,
} from '../../src/wire/index.ts'
import type { Link } from '../link/link.ts'

/** Parameters from `first` on that fit a frame beside their address and `head` other payload bytes. */
function perFrame(link: Link, layout: Layout, first: number, head = 0): number {
  const room = link.identity.maxFrame - FRAME_OVERHEAD - stretchBytes(layout) - head
  return Math.max(1, parametersWithin(layout, first, room))
}

/** Writes all parameters and compares checksums; returns the repeats it took. */
export async function writeTheta(link: Link, layout: Layout, theta: Float64Array): Promise<number> {
  let crc = 0
  let retries = 0
  for (let first = 0, count: number; first < layout.paramCount; first += count) {
    count = perFrame(link, layout, first, 4)
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
  let retries = 0
  for (let first = 0; first < layout.paramCount; ) {
    const count = perFrame(link, layout, first)
    const { value, retries: repeats } = await link.call(
      REQUEST.read,
      encodeRead(layout, { first, count }),
      (reply) => decodeReadReply(layout, reply),
      { replyBytes: parameterBytes(layout, first, count) },
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
  for (let first = 0; first < held.length; ) {
    const request = encodeRead(layout, { first, count: perFrame(link, layout, first) })
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

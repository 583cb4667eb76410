import { InsituError } from '../../src/errors.ts'
import { ByteWriter, crc32, decodeDescribeReply, REQUEST } from '../../src/wire/index.ts'
import type { Link } from '../link/link.ts'

/** Fetches the description a device announced when it was greeted, in pieces, and checks that it came whole. */
export async function describe(link: Link): Promise<Uint8Array> {
  const { descriptionLength, descriptionCrc } = link.identity
  // Its length travels in 16 bits, so there is no more than can be taken.
  if (descriptionLength === 0) throw wrong(link, 'it announced no description')
  const bytes = new Uint8Array(descriptionLength)
  for (let at = 0; at < descriptionLength; ) {
    const request = new ByteWriter()
    request.u16(at)
    const { value } = await link.call(REQUEST.describe, request.done(), decodeDescribeReply, { replyBytes: 256 })
    const fits = value.offset === at && value.bytes.length > 0 && at + value.bytes.length <= descriptionLength
    if (!fits) throw wrong(link, `it sent ${value.bytes.length} bytes of its description at ${value.offset} for ${at}`)
    bytes.set(value.bytes, at)
    at += value.bytes.length
  }
  if (crc32(bytes) !== descriptionCrc) throw wrong(link, 'its description does not match its checksum')
  return bytes
}

function wrong(link: Link, reason: string): InsituError {
  return new InsituError('WRONG_FIRMWARE', `${link.name}: ${reason}`, {
    port: link.name,
    hint: 'check which firmware is on the board',
  })
}

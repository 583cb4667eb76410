import { deflateSync } from 'node:zlib'
import { crc32 } from '../../wire/crc32.ts'

/** An image of palette entries, row by row from the top. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)
/** One byte per pixel, colours from a palette; deflate, all filters, not interlaced. */
const INDEXED = [8, 3, 0, 0, 0]

/** One PNG per palette (three bytes per colour, at most 256; entries past its end are clear); PNG, third edition, W3C 2025. */
export function pngs({ width, height, data }: Pixels, palettes: readonly Uint8Array[]): Uint8Array[] {
  const lines = new Uint8Array(height * (width + 1))
  // A byte in front of each line names its filter: 0 is none, the best for palettes.
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  const body = deflateSync(lines, { level: 9 })
  const size = new Uint8Array(13)
  new DataView(size.buffer).setUint32(0, width)
  new DataView(size.buffer).setUint32(4, height)
  size.set(INDEXED, 8)
  return palettes.map((colors) => {
    const clear = new Uint8Array(256).fill(255, 0, colors.length / 3)
    const full = new Uint8Array(3 * 256)
    full.set(colors)
    return joined([
      SIGNATURE,
      chunk('IHDR', size),
      chunk('PLTE', full),
      chunk('tRNS', clear),
      chunk('IDAT', body),
      chunk('IEND', new Uint8Array(0)),
    ])
  })
}

/** Length, name, content, and the checksum of the last two. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = name.charCodeAt(i)
  bytes.set(content, 8)
  view.setUint32(8 + content.length, crc32(bytes, 4, 8 + content.length))
  return bytes
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

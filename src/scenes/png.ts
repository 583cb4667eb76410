import { convertIndexedToRgb, type DecodedPng, decode, hasPngSignature } from 'fast-png'
import { InsituError } from '../errors.ts'
import { type Raster, rasterScene } from './pixels.ts'
import type { Scene } from './scene.ts'

/** Most pixels of a picture: more would only fill the memory. */
const MOST = 2 ** 24

/** Weights of red, green and blue in brightness (ITU-R BT.709). */
const RED = 0.2126
const GREEN = 0.7152
const BLUE = 0.0722

/**
 * A PNG picture as a scene whose longer side is `side` m: white passes, black does not, and a transparent pixel is as black. Gray,
 * colour, palette, alpha, 1 to 16 bits; stored levels are taken as they are, without a gamma.
 *
 * Throws `CONFIG` saying what is wrong with the file.
 */
export function pngScene(bytes: Uint8Array, side: number, name = 'picture'): Scene {
  return rasterScene(name, pngRaster(bytes, name), side)
}

function pngRaster(bytes: Uint8Array, name: string): Raster {
  const bad = (why: string, cause?: unknown) =>
    new InsituError('CONFIG', `scene ${name}: ${why}`, {
      ...(cause !== undefined && { cause }),
      hint: 'save the picture as PNG again',
    })
  if (!hasPngSignature(bytes)) throw bad(`it is no PNG file (${bytes.length} bytes${kindOf(bytes)})`)
  // Width and height are the first numbers after the signature and the name of the first chunk.
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 33) throw bad(`the PNG file ends after ${bytes.length} bytes`)
  const [columns, rows] = [header.getUint32(16), header.getUint32(20)]
  if (rows * columns === 0 || rows * columns > MOST)
    throw bad(`the PNG file has ${columns} x ${rows} pixels, wanted 1 to ${MOST} of them`)
  let picture: DecodedPng
  try {
    picture = decode(bytes, { checkCrc: true })
    return { rows, columns, values: brightness(unpacked(picture)) }
  } catch (cause) {
    throw bad(
      `the PNG file cannot be read: ${cause instanceof RangeError ? 'it ends too early' : (cause as Error).message}`,
      cause,
    )
  }
}

interface Samples {
  /** Pixel by pixel. */
  readonly data: ArrayLike<number>
  readonly channels: number
  readonly top: number
  /** The one colour that is transparent. */
  readonly clear?: ArrayLike<number>
}

function unpacked(picture: DecodedPng): Samples {
  const { data, depth, channels, width, height, palette, transparency } = picture
  if (palette !== undefined && channels === 1)
    return { data: convertIndexedToRgb(picture), channels: palette[0].length, top: 255 }
  const top = 2 ** depth - 1
  const wanted = depth < 8 ? Math.ceil((width * depth) / 8) * height : width * height * channels
  if (data.length !== wanted) throw new Error(`it holds ${data.length} samples instead of ${wanted}`)
  const all = depth < 8 ? spread(picture) : data
  return { data: all, channels, top, ...(transparency !== undefined && { clear: transparency }) }
}

/** Gray levels of 1, 2 or 4 bits, packed from the high bits on, every row at a new byte. */
function spread({ data, depth, width, height }: DecodedPng): Uint8Array {
  const stride = Math.ceil((width * depth) / 8)
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const bit = (at % width) * depth
    const byte = data[Math.floor(at / width) * stride + (bit >> 3)]
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
  })
}

function brightness({ data, channels, top, clear }: Samples): Float64Array {
  const colours = channels < 3 ? 1 : 3
  return Float64Array.from({ length: data.length / channels }, (_, pixel) => {
    const at = pixel * channels
    const level = colours === 1 ? data[at] : RED * data[at] + GREEN * data[at + 1] + BLUE * data[at + 2]
    const alpha = channels > colours ? data[at + colours] / top : isClear(data, at, colours, clear) ? 0 : 1
    return Math.min(1, (level / top) * alpha)
  })
}

function isClear(data: ArrayLike<number>, at: number, colours: number, clear: ArrayLike<number> | undefined): boolean {
  if (clear === undefined || clear.length < colours) return false
  for (let c = 0; c < colours; c++) if (data[at + c] !== clear[c]) return false
  return true
}

/** What a file of another kind begins with, where it is known. */
function kindOf(bytes: Uint8Array): string {
  const begins = (...values: readonly number[]) => values.every((value, i) => bytes[i] === value)
  if (begins(0xff, 0xd8)) return ', a JPEG file'
  if (begins(0x47, 0x49, 0x46)) return ', a GIF file'
  if (begins(0x42, 0x4d)) return ', a BMP file'
  if (begins(0x49, 0x49, 0x2a) || begins(0x4d, 0x4d, 0, 0x2a)) return ', a TIFF file'
  return ''
}

import { InsituError } from '../errors.ts'

/** An array of bytes as an IDX file has it. */
export interface IdxArray {
  /** Sizes of its dimensions, the slowest first. */
  readonly sizes: readonly number[]
  readonly data: Uint8Array
}

/** Greyscale images and their classes. */
export interface IdxImages {
  readonly rows: number
  /** Pixels of an image: height x width. */
  readonly height: number
  readonly width: number
  /** rows x height x width, 0 to 255. */
  readonly pixels: Uint8Array
  /** Class of each image, from 0. */
  readonly labels: Uint8Array
}

const BYTES = 0x08
/** Element types by their code in the third byte. */
const TYPES: Readonly<Record<number, string>> = {
  [BYTES]: 'unsigned bytes',
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
}
const HEAD = 4
/** Sizes that a message lists: damaged files may have 255. */
const LISTED = 4

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, element type, number of dimensions, each size as 32 bits big-endian,
 * then the elements (format of the MNIST files).
 *
 * `name` is what messages call the file. Throws `CONFIG` that says at which byte the file is something else.
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const bad = (where: string, what: string) => new InsituError('CONFIG', `${name}, ${where}: ${what}`, { hint: HINT })
  const size = bytes.length
  if (size < HEAD) throw bad(`byte ${size}`, `the file ends, wanted an IDX file of ${HEAD} bytes and more`)
  if (bytes[0] !== 0 || bytes[1] !== 0)
    throw bad('bytes 0-1', `not an IDX file: wanted 0 0, got ${bytes[0]} ${bytes[1]}${guess(bytes)}`)
  const [, , type, dimensions] = bytes
  if (TYPES[type] === undefined) throw bad('byte 2', `not an IDX file: there is no element type ${type}`)
  if (type !== BYTES) throw bad('byte 2', `wanted ${TYPES[BYTES]} (${BYTES}), got ${TYPES[type]} (${type})`)
  if (dimensions === 0) throw bad('byte 3', 'wanted at least one dimension, got 0')
  const start = HEAD + 4 * dimensions
  if (size < start) throw bad(`byte ${size}`, `the file ends within the sizes of ${dimensions} dimensions`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, size)
  const sizes = Array.from({ length: dimensions }, (_, d) => view.getUint32(HEAD + 4 * d))
  const wanted = sizes.reduce((product, one) => product * one, 1)
  const given = size - start
  const listed = sizes.length > LISTED ? `${sizes.slice(0, LISTED).join(' x ')} x ...` : sizes.join(' x ')
  if (wanted === 0) throw bad(`bytes ${HEAD}-${start - 1}`, `there is nothing in ${listed} elements`)
  if (given < wanted)
    throw bad(`byte ${size}`, `the file is truncated: ${listed} are ${wanted} bytes of data, got ${given}`)
  if (given > wanted) throw bad(`byte ${start + wanted}`, `${given - wanted} bytes follow the ${listed} of data`)
  return { sizes, data: bytes.subarray(start) }
}

/** One of two files that belong together. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * Images (three dimensions) and labels (one), as many of one as of the other.
 *
 * Throws `CONFIG` for files that are swapped, of other dimensions or of different lengths, and for what `parseIdx` refuses.
 */
export function idxImages(images: NamedBytes, labels: NamedBytes): IdxImages {
  const [pictures, classes] = [parseIdx(images.bytes, images.name), parseIdx(labels.bytes, labels.name)]
  const of = (array: IdxArray) => `${array.sizes.length} dimensions (${array.sizes.join(' x ')})`
  if (pictures.sizes.length === 1 && classes.sizes.length === 3)
    throw new InsituError('CONFIG', `${images.name} holds labels and ${labels.name} images: the two are swapped`, {
      hint: HINT,
    })
  if (pictures.sizes.length !== 3)
    throw new InsituError('CONFIG', `${images.name}, byte 3: wanted images, 3 dimensions, got ${of(pictures)}`)
  if (classes.sizes.length !== 1)
    throw new InsituError('CONFIG', `${labels.name}, byte 3: wanted labels, 1 dimension, got ${of(classes)}`)
  const [rows, height, width] = pictures.sizes
  if (classes.sizes[0] !== rows)
    throw new InsituError('CONFIG', `${images.name} has ${rows} images, ${labels.name} ${classes.sizes[0]} labels`)
  return { rows, height, width, pixels: pictures.data, labels: classes.data }
}

const HINT = 'wanted the MNIST format: images idx3-ubyte, labels idx1-ubyte'

/** What the first bytes of a file that is not IDX look like. */
function guess([a, b]: Uint8Array): string {
  return a === 0x1f && b === 0x8b ? ', it is compressed with gzip' : ''
}

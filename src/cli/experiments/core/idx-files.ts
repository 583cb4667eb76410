import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type IdxImages, idxImages, type NamedBytes } from '../../../data/idx.ts'
import { InsituError } from '../../../errors.ts'

/** Names that the four files of such a data set have everywhere. */
const NAMES = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']

/** Most bytes that a compressed file may unfold to: the largest sets in this format are half as large. */
const UNFOLDED = 2 ** 30

/** Images to learn from and held out. */
export interface IdxPair {
  readonly train: IdxImages
  readonly test: IdxImages
}

/**
 * Reads a data set in the MNIST format: a folder with the four files under their usual names, or their four paths with
 * commas between them (images and labels to learn from, images and labels held out); each may be gzipped.
 *
 * Throws `CONFIG` that says which file and where.
 */
export function readIdxFiles(where: string): IdxPair {
  const [a, b, c, d] = filesOf(where).map(readBytes)
  const [train, test] = [idxImages(a, b), idxImages(c, d)]
  if (train.height !== test.height || train.width !== test.width)
    throw new InsituError(
      'CONFIG',
      `${a.name} has images of ${train.height} x ${train.width}, ${c.name} of ${test.height} x ${test.width}`,
    )
  return { train, test }
}

function filesOf(where: string): readonly string[] {
  const paths = where.split(',').map((path) => path.trim())
  if (paths.length === NAMES.length) return paths
  if (paths.length !== 1)
    throw new InsituError('CONFIG', `data: wanted a folder or ${NAMES.length} files, got ${paths.length} paths`)
  const folder = paths[0]
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new InsituError('CONFIG', `data: there is no folder "${folder}"`, {
      hint: `wanted a folder with ${NAMES.join(', ')}, each as it is or with .gz, or the paths of four such files`,
    })
  const found = NAMES.map((name) => [name, `${name}.gz`].map((one) => join(folder, one)).find((one) => existsSync(one)))
  const missing = NAMES.filter((_, n) => found[n] === undefined)
  if (missing.length > 0)
    throw new InsituError('CONFIG', `data: ${folder} lacks ${missing.join(', ')}, as it is or with .gz`)
  return found as string[]
}

function readBytes(name: string): NamedBytes {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(name)
  } catch (cause) {
    const why = existsSync(name) ? (cause as Error).message : 'there is no such file'
    throw new InsituError('CONFIG', `data "${name}" cannot be read: ${why}`, { cause })
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { name, bytes }
  try {
    return { name, bytes: gunzipSync(bytes, { maxOutputLength: UNFOLDED }) }
  } catch (cause) {
    if ((cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw new InsituError(
        'CONFIG',
        `${name}: it unfolds to more than ${UNFOLDED} bytes, no data set in this format`,
        {
          cause,
        },
      )
    throw new InsituError('CONFIG', `${name}: the gzip data are damaged: ${(cause as Error).message}`, {
      cause,
      hint: `the file has ${bytes.length} bytes; fetch it again`,
    })
  }
}

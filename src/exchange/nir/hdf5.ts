import type { Dataset, Entity, File, Group } from 'h5wasm'
import { InsituError } from '../../errors.ts'
import { crc32 } from '../../wire/crc32.ts'

/** Numbers a single dataset may hold; more is a damaged header or a file for another program. */
const MOST_NUMBERS = 2 ** 24

/** What a dataset holds: numbers, or words. */
export type Values =
  | { readonly shape: readonly number[]; readonly numbers: Float64Array }
  | { readonly shape: readonly number[]; readonly words: readonly string[] }

/** A group of an open file; every way it can fail throws `CONFIG` with the path. */
export interface Folder {
  /** What messages call the file. */
  readonly file: string
  names(): readonly string[]
  has(name: string): boolean
  folder(name: string): Folder
  values(name: string): Values
}

/**
 * Opens an HDF5 file held in memory, hands its root to `read`, and closes it again.
 *
 * `name` is what messages call it. Throws `CONFIG` for bytes that are no HDF5 file or a damaged one.
 */
export async function withHdf5<T>(bytes: Uint8Array, name: string, read: (root: Folder) => T): Promise<T> {
  const { File, ready } = await import('h5wasm')
  const module = await ready
  // Its file system is in memory: nothing is left on disk, and no other file can be reached.
  // A damaged file may stay open inside the library, which then mixes it up with the next one at the same place.
  const place = `/${bytes.length}-${crc32(bytes)}.nir`
  module.FS.writeFile(place, bytes)
  module.activate_throwing_error_handler()
  let file: File | undefined
  try {
    file = guarded(name, 'an HDF5 file', () => new File(place, 'r'))
    return read(folder(file, name, ''))
  } finally {
    try {
      file?.close()
    } catch {
      // A damaged file may refuse to close; what there is to say has been said.
    }
    module.deactivate_throwing_error_handler()
    module.FS.unlink(place)
  }
}

function folder(group: Group, file: string, path: string): Folder {
  const at = (name: string) => (path === '' ? name : `${path}/${name}`)
  const names = guarded(`${file}: group ${path || '/'}`, 'a group that can be read', () => group.keys())
  const entity = (name: string): Entity | null =>
    guarded(`${file}: ${at(name)}`, 'an entry that can be read', () => group.get(name))
  return {
    file,
    names: () => names,
    has: (name) => names.includes(name),
    folder(name) {
      const found = names.includes(name) ? entity(name) : null
      if (typeOf(found) !== 'Group') throw wrong(`${file}: ${at(name)}`, 'a group', kindOf(found))
      return folder(found as Group, file, at(name))
    },
    values(name) {
      const found = names.includes(name) ? entity(name) : null
      if (typeOf(found) !== 'Dataset') throw wrong(`${file}: ${at(name)}`, 'a dataset', kindOf(found))
      return values(found as Dataset, `${file}: ${at(name)}`)
    },
  }
}

function values(dataset: Dataset, where: string): Values {
  const { metadata, shape, dtype } = guarded(where, 'a dataset that can be read', () => ({
    metadata: dataset.metadata,
    shape: dataset.shape,
    dtype: dataset.dtype,
  }))
  if (shape === null) throw wrong(where, 'values', 'an empty dataset')
  if (metadata.total_size > MOST_NUMBERS) {
    throw new InsituError('LIMIT', `${where} has shape ${shape.join(' x ')}; a dataset may hold ${MOST_NUMBERS} values`)
  }
  const read = () => guarded(where, 'a dataset that can be read', () => dataset.value)
  if (typeof dtype === 'string' && /^[SA]\d*$/.test(dtype)) {
    const words = [read()].flat() as string[]
    return { shape, words }
  }
  // h5wasm hands over bytes as they are stored, so only the orders and widths that it reads itself are let in.
  if (typeof dtype !== 'string' || !(/^<[bBhHiIqQfd]$/.test(dtype) || /^>[bB]$/.test(dtype))) {
    throw wrong(where, 'little-endian numbers or text', typeof dtype === 'string' ? dtype : 'a compound type')
  }
  const value = read()
  const list = ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : [value]
  return { shape, numbers: Float64Array.from(list, Number) }
}

/** Runs one call into the library; whatever it throws becomes our error. */
function guarded<T>(who: string, wanted: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    throw new InsituError('CONFIG', `${who}: wanted ${wanted}; ${lastReason(cause)}`, { cause, hint: hintFor(cause) })
  }
}

/** A damaged file can break the library in its own memory; from then on it refuses sound files, too. */
function hintFor(cause: unknown): string {
  if (!(cause instanceof Error && cause.name === 'RuntimeError'))
    return 'the file is damaged, cut short, or no HDF5 file: export it again'
  return 'this file, or a damaged one read before it, broke the HDF5 library: read this one in a new process to tell which'
}

/** The innermost line of the library's long stack. */
function lastReason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  const line = /^\s*#\d+: .*?\(\): (.*)$/
  const reasons = text.split('\n').flatMap((part) => line.exec(part)?.[1] ?? [])
  return reasons.at(-1) ?? text.split('\n')[0]
}

function wrong(where: string, wanted: string, given: string): InsituError {
  return new InsituError('CONFIG', `${where}: wanted ${wanted}, found ${given}`)
}

function typeOf(entity: Entity | null): string | undefined {
  return entity !== null && 'type' in entity ? String(entity.type) : undefined
}

function kindOf(entity: Entity | null): string {
  const type = typeOf(entity)
  if (type === undefined) return 'nothing'
  return /Link$/.test(type) ? 'a link to nowhere' : `a ${type.toLowerCase()}`
}

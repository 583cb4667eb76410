import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '../wire/crc32.ts'
import { damaged, writeFault } from './fault.ts'
import { fileSink } from './files.ts'
import type { Sink } from './journal.ts'

/** Where a block of doubles lies in a bulk file; part of the event that speaks of it. */
export interface BulkBlock {
  readonly file: string
  /** Byte offset of the first number. */
  readonly offset: number
  readonly count: number
  /** CRC-32 of the bytes. */
  readonly crc: number
}

/** The files beside the log for what is too big for a line: doubles, little-endian, one block after another. */
export class Bulk {
  readonly #directory: string
  readonly #files = new Map<string, { readonly sink: Sink; size: number }>()

  constructor(directory: string) {
    this.#directory = directory
  }

  get bytes(): number {
    let total = 0
    for (const file of this.#files.values()) total += file.size
    return total
  }

  /** Appends to `bulk/<name>.bin`; throws `RECORD` if the disk does not take it. */
  append(name: string, numbers: Float64Array): BulkBlock {
    let file = this.#files.get(name)
    if (file === undefined) {
      file = { sink: fileSink(join(this.#directory, 'bulk', `${name}.bin`)), size: 0 }
      this.#files.set(name, file)
    }
    const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    try {
      for (let done = 0; done < bytes.length; ) done += file.sink.write(bytes.subarray(done), file.size + done)
    } catch (cause) {
      throw writeFault(cause, file.sink.path, `${bytes.length} bytes were not taken`)
    }
    const block = { file: `${name}.bin`, offset: file.size, count: numbers.length, crc: crc32(bytes) }
    file.size += bytes.length
    return block
  }

  sync(): void {
    for (const { sink } of this.#files.values()) sink.sync()
  }

  close(): void {
    for (const { sink } of this.#files.values()) sink.close()
  }
}

/** Reads a block back; throws `RECORD` if it is absent, short or changed. */
export function readBulk(directory: string, block: BulkBlock): Float64Array {
  const path = join(directory, 'bulk', block.file)
  const bytes = new Uint8Array(8 * block.count)
  const fd = openForReading(path)
  try {
    let done = 0
    while (done < bytes.length) {
      const got = readSync(fd, bytes, done, bytes.length - done, block.offset + done)
      if (got === 0) throw damaged(path, `ends before byte ${block.offset + bytes.length}`)
      done += got
    }
  } finally {
    closeSync(fd)
  }
  if (crc32(bytes) !== block.crc) throw damaged(path, `the block at byte ${block.offset} does not match its checksum`)
  return new Float64Array(bytes.buffer)
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw damaged(path, `cannot be read (${(error as { code?: string }).code})`)
  }
}

import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFault } from './fault.ts'
import type { Sink } from './journal.ts'

/** A new file to append to; throws if it exists. */
export function fileSink(path: string): Sink {
  const fd = openSync(path, 'wx')
  return {
    path,
    write: (bytes, position) => writeSync(fd, bytes, 0, bytes.length, position),
    sync: () => fdatasyncSync(fd),
    close: () => closeSync(fd),
  }
}

/** Writes a whole file so that a reader sees the old one or the new one, whatever happens in between. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.tmp`
  try {
    const fd = openSync(temporary, 'w')
    try {
      writeSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
    syncDirectory(dirname(path))
  } catch (cause) {
    throw writeFault(cause, path, 'the file before it is untouched')
  }
}

/** Makes a rename survive a power cut. */
function syncDirectory(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

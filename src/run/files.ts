import { closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
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

/** Makes a folder and those above it. Node's own recursion never ends where the system allows none, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
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

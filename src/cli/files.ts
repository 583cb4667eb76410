import { accessSync, constants, readFileSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { InsituError } from '../errors.ts'

/** Throws `CONFIG` if a file cannot be written where the user wants it; `option` is what chooses another place. */
export function checkPlace(file: string, option: string): void {
  const why = obstacle(file)
  if (why === undefined) return
  throw new InsituError('CONFIG', `${file || '""'} cannot be written: ${why}`, {
    hint: `choose another place with ${option}`,
  })
}

/** Throws `CONFIG` if a folder of that name cannot hold files; one that is not there yet is made when it is needed. */
export function checkFolder(folder: string, option: string): void {
  const there = folder === '' ? undefined : look(folder)
  const why =
    there === undefined
      ? obstacle(folder)
      : there.isDirectory()
        ? permitted(folder)
          ? undefined
          : 'it may not be changed'
        : 'it is no directory'
  if (why === undefined) return
  throw new InsituError('CONFIG', `${folder || '""'} cannot hold the files: ${why}`, {
    hint: `choose another place with ${option}`,
  })
}

/** The text of a file that the user named as `what`; throws `CONFIG` if it cannot be read. */
export function readText(file: string, what: string): string {
  try {
    // Some editors begin a file with a byte order mark.
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (cause) {
    const why = look(file) === undefined ? 'there is no such file' : (cause as Error).message
    throw new InsituError('CONFIG', `${what} "${file}" cannot be read: ${why}`, { cause })
  }
}

/** Writes a file, in place of one that is there; throws `RECORD`. */
export function writeText(file: string, text: string, option: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new InsituError('RECORD', `${file} cannot be written: ${(cause as Error).message}`, {
      cause,
      hint: `choose another place with ${option}`,
    })
  }
}

/** What can be known without touching anything. */
function obstacle(file: string): string | undefined {
  if (file === '') return 'it needs a name'
  const there = look(file)
  if (there?.isDirectory()) return 'it is a directory'
  if (there !== undefined) return permitted(file) ? undefined : 'it may not be changed'
  const folder = dirname(file)
  const place = look(folder)
  if (place === undefined) return `there is no directory ${folder}`
  if (!place.isDirectory()) return `${folder} is no directory`
  return permitted(folder) ? undefined : `${folder} may not be changed`
}

/** What lies at a path; undefined also where a part of the path is no directory. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function permitted(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

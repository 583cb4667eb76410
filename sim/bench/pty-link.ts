import { lstatSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { resolve } from 'node:path'
import { InsituError } from '../../src/errors.ts'

/** Points a stable name at a pseudo-terminal, replacing a stale link in one step; throws `PTY` over a real file. */
export function makeLink(link: string, target: string): string {
  const name = resolve(link)
  const existing = lstatSync(name, { throwIfNoEntry: false })
  if (existing && !existing.isSymbolicLink())
    throw new InsituError('PTY', `pseudo-terminal link: ${name} exists and is not a symbolic link`, {
      hint: 'choose another name; nothing was replaced',
    })
  const fresh = `${name}.${process.pid}`
  try {
    symlinkSync(target, fresh)
    renameSync(fresh, name)
  } catch (cause) {
    throw new InsituError('PTY', `pseudo-terminal link: ${name} cannot be made: ${String(cause)}`, {
      cause,
      hint: 'choose a name in an existing, writable directory',
    })
  }
  return name
}

/** Removes the name if it still points at this pseudo-terminal: a successor may have taken it over. */
export function removeLink(name: string, target: string): void {
  try {
    if (readlinkSync(name) === target) unlinkSync(name)
  } catch {
    // Already gone, or somebody else's file by now: either way not ours to remove.
  }
}

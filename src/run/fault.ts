import { InsituError } from '../errors.ts'

/** Errors of the file system that mean there is no room: the disk, the quota, the file size limit. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Turns a failure of the file system into a `RECORD` error that says what is held back and what to do. */
export function writeFault(cause: unknown, path: string, held: string): InsituError {
  const errno = (cause as { code?: string } | undefined)?.code ?? 'unknown error'
  if (FULL.has(errno)) {
    return new InsituError('RECORD', `DISK_FULL: ${path} cannot grow (${errno}); ${held}`, {
      cause,
      hint: 'free some space; the run was stopped before anything was lost',
    })
  }
  return new InsituError('RECORD', `${path} cannot be written (${errno}); ${held}`, {
    cause,
    hint: 'choose another place with --runs',
  })
}

/** A `RECORD` error about a record that is there but not as it was written. */
export function damaged(path: string, what: string): InsituError {
  return new InsituError('RECORD', `${path}: ${what}`, {
    hint: 'the record was changed after it was written; restore it from a copy',
  })
}

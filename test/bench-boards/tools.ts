import { existsSync } from 'node:fs'

/** Whether pseudo-terminals exist here; prints the reason where they do not. */
export function hasPty(): boolean {
  const present = process.platform === 'linux' && existsSync('/dev/ptmx')
  if (!present) console.warn('skipped: this platform has no /dev/ptmx')
  return present
}

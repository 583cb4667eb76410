import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether pseudo-terminals exist here; prints the reason where they do not. */
export function hasPty(): boolean {
  const present = process.platform === 'linux' && existsSync('/dev/ptmx')
  if (!present) console.warn('skipped: this platform has no /dev/ptmx')
  return present
}

/** Whether a process runs; one that only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

export async function until(condition: () => boolean, within: number): Promise<boolean> {
  const started = performance.now()
  while (!condition()) {
    if (performance.now() - started > within) return false
    await sleep(5)
  }
  return true
}

import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A lock file beside the kernel's advisory lock: it can say who holds the port. */
export interface PortLock {
  release(): void
}

/**
 * Takes the lock of a device path, or returns the process that holds it. A lock of a process that ended is taken over.
 * Where no lock file can be made or taken over (a full disk, another user's), the kernel's lock has to do.
 */
export function lockPort(device: string): PortLock | { readonly holder: number } {
  const file = join(tmpdir(), `insitu${device.replaceAll('/', '-')}.lock`)
  try {
    for (;;) {
      if (create(file)) return { release: () => release(file) }
      const holder = holderOf(file)
      if (holder !== undefined) return { holder }
      clear(file)
    }
  } catch {
    return { release: () => {} }
  }
}

/** The process that keeps others from a device, where the system tells (Linux): by its lock, or by having it open. */
export function openedBy(device: string): number | undefined {
  return (
    lockedBy(device) ??
    list('/proc')
      .filter((pid) => /^\d+$/.test(pid) && hasOpen(pid, device))
      .map(Number)[0]
  )
}

/** The owner of the kernel's advisory lock. */
function lockedBy(device: string): number | undefined {
  try {
    const { ino } = statSync(device)
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, kind, , , pid, file = ''] = line.trim().split(/\s+/)
      if (kind === 'FLOCK' && Number(file.split(':')[2]) === ino && hasOpen(pid, device)) return Number(pid)
    }
  } catch {
    // Not this kind of system.
  }
  return undefined
}

function hasOpen(pid: string, device: string): boolean {
  return list(`/proc/${pid}/fd`).some((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`) === device
    } catch {
      // The process or the descriptor is gone by now.
      return false
    }
  })
}

/** Appears at once with its content, so nobody can read half a lock. */
function create(file: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'insitu-lock-'))
  const draft = join(folder, 'lock')
  try {
    writeFileSync(draft, `${process.pid} ${startOf(process.pid) ?? ''}\n`)
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Takes a dead lock out of the way; where somebody else was quicker, it is a living one by now and is put back. */
function clear(file: string): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    if (holderOf(aside) !== undefined) linkSync(aside, file)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

function release(file: string): void {
  try {
    if (holderOf(file) === process.pid) unlinkSync(file)
  } catch {
    // Somebody cleaned up the temporary folder.
  }
}

/** The living process a lock names; its start time tells it from a later process with the same number. */
function holderOf(file: string): number | undefined {
  try {
    const [pid, start = ''] = readFileSync(file, 'utf8').trim().split(' ')
    const alive = isAlive(Number(pid)) && (start === '' || (startOf(Number(pid)) ?? start) === start)
    return alive ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Clock ticks from boot to the start of a process, where the system tells. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold blanks; the start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

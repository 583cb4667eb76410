import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { InsituError } from '../errors.ts'
import { RECORD_VERSION, type RunStart, type RunStop } from './documents.ts'
import { damaged } from './fault.ts'
import { decodeLine, type RunEvent } from './line.ts'
import { unpack } from './pack.ts'

/** A run as far as it was written. */
export interface RunRecord {
  readonly path: string
  readonly start: RunStart
  readonly events: readonly RunEvent[]
  /** Absent while it runs, and after a crash. */
  readonly stop: RunStop | undefined
  readonly state: RunStop['status'] | 'running' | 'crashed'
  /** Bytes of an unfinished last line that were left out. */
  readonly torn: number
}

/** Reads a run directory at any moment of its life; throws `RECORD` if there is none or if it was altered. */
export function readRun(path: string): RunRecord {
  const startPath = join(path, 'run.json')
  if (!existsSync(startPath)) {
    throw new InsituError('RECORD', `${path} is not a run: it has no run.json`, {
      hint: 'give the directory that train printed, e.g. runs/2026-01-31T12-00-00-iris',
    })
  }
  const start = document<RunStart>(startPath)
  if (!(start.record <= RECORD_VERSION)) {
    throw new InsituError(
      'RECORD',
      `${startPath}: record version ${start.record}, this program reads ${RECORD_VERSION}`,
      {
        hint: 'use the version of insitu that wrote it, or a later one',
      },
    )
  }
  const stopPath = join(path, 'stop.json')
  const stop = existsSync(stopPath) ? document<RunStop>(stopPath) : undefined
  const logPath = join(path, 'events.jsonl')
  const { events, torn } = existsSync(logPath)
    ? parseEvents(readFileSync(logPath, 'utf8'), logPath)
    : { events: [], torn: 0 }
  if (stop !== undefined && events.length < stop.events) {
    throw damaged(logPath, `${events.length} events, but stop.json counted ${stop.events}`)
  }
  return { path, start, events, stop, state: stop?.status ?? (alive(start) ? 'running' : 'crashed'), torn }
}

/**
 * The events of a log. Text after the last whole line is an unfinished write and is left out; a line that is wrong
 * with right ones after it was altered, and is refused with `RECORD`.
 */
export function parseEvents(
  text: string,
  path: string,
): { readonly events: readonly RunEvent[]; readonly torn: number } {
  const lines = text.split('\n')
  const events: RunEvent[] = []
  let broken = -1
  lines.forEach((line, at) => {
    const event = line === '' ? undefined : decodeLine(line)
    if (event === undefined) {
      const end = at === lines.length - 1 && line === ''
      if (!end && broken < 0) broken = at
      return
    }
    if (broken >= 0)
      throw damaged(path, `line ${broken + 1} does not match its checksum, and line ${at + 1} follows it`)
    if (event.seq !== events.length)
      throw damaged(path, `line ${at + 1} has number ${event.seq}, wanted ${events.length}`)
    events.push(event)
  })
  const torn = broken < 0 ? 0 : Buffer.byteLength(lines.slice(broken).join('\n'))
  return { events, torn }
}

/** The data of all events of one kind, in order. */
export function eventsOf<T>(run: RunRecord, kind: string): readonly T[] {
  return run.events.filter((event) => event.kind === kind).map((event) => event.data as T)
}

function document<T>(path: string): T {
  try {
    return unpack(JSON.parse(readFileSync(path, 'utf8'))) as T
  } catch (cause) {
    throw new InsituError('RECORD', `${path} is not readable JSON`, { cause, hint: 'restore it from a copy' })
  }
}

/** Whether the program that writes the run still lives; on another host nobody can tell, so it counts as running. */
function alive(start: RunStart): boolean {
  const { pid, host } = start.provenance
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { InsituError } from '../errors.ts'
import { Bulk, type BulkBlock } from './bulk.ts'
import { writeCheckpoint } from './checkpoint.ts'
import type { RunClock } from './clock.ts'
import { type Checkpoint, RECORD_VERSION, type RunPlan, type RunStop } from './documents.ts'
import { EVENT_SCHEMA } from './events.ts'
import { writeFault } from './fault.ts'
import { fileSink, makeFolder, writeWhole } from './files.ts'
import { Journal } from './journal.ts'
import { encodeLine } from './line.ts'
import { pack } from './pack.ts'

/** Longest time, in seconds, that an event waits before it is in the file, and before it survives a power cut. */
const WRITE_AFTER = 0.1
const SYNC_AFTER = 1

/** What the program knows when a run ends; the writer adds the counts. */
export type Ending = Pick<RunStop, 'status' | 'reason' | 'metrics'> & { readonly code?: string }

/** A run under way: its directory is readable at any moment, also by another program. */
export class RunWriter {
  readonly path: string
  readonly id: string
  readonly #clock: RunClock
  readonly #journal: Journal
  readonly #bulk: Bulk
  readonly #began: number
  #seq = 0
  #wrote: number
  #synced: number
  #stopped = false

  /** Use `createRun`. */
  constructor(path: string, id: string, clock: RunClock) {
    this.path = path
    this.id = id
    this.#clock = clock
    this.#journal = new Journal(fileSink(join(path, 'events.jsonl')))
    this.#bulk = new Bulk(path)
    this.#began = clock.monotonic()
    this.#wrote = this.#began
    this.#synced = this.#began
    this.append('schema', EVENT_SCHEMA)
    this.sync()
  }

  /** Appends one event; throws `RECORD` if the disk is full, and then still holds the event. */
  append(kind: string, data: Readonly<Record<string, unknown>>): void {
    const now = this.#clock.monotonic()
    const event = { seq: this.#seq++, t: now - this.#began, wall: this.#clock.wall().toISOString(), kind, data }
    this.#journal.push(encodeLine(event))
    if (now - this.#synced >= SYNC_AFTER) this.sync()
    else if (now - this.#wrote >= WRITE_AFTER) {
      this.#journal.flush()
      this.#wrote = now
    }
  }

  /** Puts numbers beside the log; place the answer in the event that speaks of them. */
  bulk(name: string, numbers: Float64Array): BulkBlock {
    return this.#bulk.append(name, numbers)
  }

  checkpoint(checkpoint: Checkpoint): void {
    this.append('checkpoint', { step: checkpoint.step })
    this.sync()
    writeCheckpoint(this.path, checkpoint)
  }

  /** All that was said survives a power cut. */
  sync(): void {
    this.#bulk.sync()
    this.#journal.sync()
    this.#wrote = this.#clock.monotonic()
    this.#synced = this.#wrote
  }

  /** Closes the record with its verdict; the first call counts. A full disk turns a success into a failure. */
  stop(ending: Ending): void {
    if (this.#stopped) return
    this.#stopped = true
    let verdict = ending
    try {
      this.sync()
    } catch (error) {
      const { code, message } = error as InsituError
      verdict = { status: 'fail', reason: message, code, metrics: ending.metrics }
    }
    this.#journal.close()
    this.#bulk.close()
    const stop: RunStop = {
      ...verdict,
      stoppedAt: this.#clock.wall().toISOString(),
      seconds: this.#clock.monotonic() - this.#began,
      events: this.#seq - this.#journal.held,
      bulkBytes: this.#bulk.bytes,
    }
    writeWhole(join(this.path, 'stop.json'), `${JSON.stringify(pack(stop), null, 2)}\n`)
  }
}

/**
 * Makes `<root>/<time>-<label>` and writes its start document; a second run in the same second gets a number.
 * Throws `RECORD` if the place cannot be written.
 */
export function createRun(root: string, label: string, plan: RunPlan, clock: RunClock): RunWriter {
  const startedAt = clock.wall().toISOString()
  const stem = `${startedAt.slice(0, 19).replaceAll(':', '-')}-${label}`
  const id = makeDirectory(root, stem)
  const path = join(root, id)
  writeWhole(
    join(path, 'run.json'),
    `${JSON.stringify(pack({ record: RECORD_VERSION, id, startedAt, ...plan }), null, 2)}\n`,
  )
  return new RunWriter(path, id, clock)
}

function makeDirectory(root: string, stem: string): string {
  try {
    makeFolder(root)
    for (let n = 1; ; n++) {
      const id = n === 1 ? stem : `${stem}-${n}`
      try {
        mkdirSync(join(root, id))
        mkdirSync(join(root, id, 'bulk'))
        return id
      } catch (error) {
        if ((error as { code?: string }).code !== 'EEXIST') throw error
      }
    }
  } catch (cause) {
    throw writeFault(cause, root, 'no run was begun')
  }
}

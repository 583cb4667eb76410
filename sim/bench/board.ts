import { type ChildProcess, spawn } from 'node:child_process'
import { InsituError } from '../../src/errors.ts'
import type { ResetCause } from './avr-chip.ts'
import type { BoardOptions } from './board-kinds.ts'
import { type Command, fromFailure, type Report, type Start } from './board-messages.ts'
import { entryArguments } from './process.ts'

/** A board on the virtual bench, in a process of its own behind a pseudo-terminal. */
export interface Board extends AsyncDisposable {
  /** What a host opens, like "/dev/ttyUSB0" of a real board. */
  readonly path: string
  readonly pid: number
  /** Resets it, as its button would; its parameters are lost and its boot counter rises. */
  reset(cause?: ResetCause): Promise<void>
  /** Named counts, e.g. `cycles` since power-on and characters `lost` at the receiver. */
  counters(): Promise<Readonly<Record<string, number>>>
  /** Resolves when its process has gone, for whatever reason. */
  readonly ended: Promise<void>
  /** Ends its process and waits until it is gone; may be called again. */
  stop(): Promise<void>
}

/** Time a board's process gets to end by itself, in ms. */
const STOP_LIMIT = 2000

/**
 * Starts a board and resolves when it listens.
 *
 * It runs until `stop`, and never longer than this process, however this process ends.
 * Rejects with `PTY`, `CONFIG` (image, options), `CAPABILITY` (a tool the target needs is missing) or `TIMEOUT`.
 */
export async function startBoard(options: BoardOptions = {}): Promise<Board> {
  const child = spawn(process.execPath, entryArguments('board-process', import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  // A process that cannot be started says so by its own events.
  child.send({ start: options } satisfies Start, () => {})
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2000)
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const path = await new Promise<string>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new InsituError('INTERNAL', `board: no process: ${cause.message}`, { cause })),
    )
    child.once('close', (code, signal) =>
      reject(new InsituError('INTERNAL', `board: its process ended (${signal ?? code}): ${complaint.trim()}`)),
    )
    child.once('message', (report: Report) => {
      if ('ready' in report) resolve(report.ready)
      else if ('failed' in report) reject(fromFailure(report.failed))
    })
  })
  const ask = asker(child, path)

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    if (child.connected) child.send({ id: 0, ask: 'stop' } satisfies Command, () => {})
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT)
    await exited
    clearTimeout(hard)
  }

  return {
    path,
    pid: child.pid as number,
    async reset(cause = 'external') {
      await ask((id) => ({ id, ask: 'reset', cause }))
    },
    counters: () => ask((id) => ({ id, ask: 'counters' })),
    ended: exited,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Commands with their answers; all outstanding ones fail when the process ends. */
function asker(child: ChildProcess, path: string) {
  type Waiting = { resolve(counts: Readonly<Record<string, number>>): void; reject(error: Error): void }
  const waiting = new Map<number, Waiting>()
  let last = 0
  const gone = () => new InsituError('LINK_LOST', `board ${path}: its process has ended`, { port: path })
  child.on('message', (report: Report) => {
    if (!('id' in report)) return
    const one = waiting.get(report.id)
    waiting.delete(report.id)
    if ('done' in report) one?.resolve(report.done)
    else one?.reject(fromFailure(report.failed))
  })
  child.once('exit', () => {
    for (const one of waiting.values()) one.reject(gone())
    waiting.clear()
  })
  return (command: (id: number) => Command) =>
    new Promise<Readonly<Record<string, number>>>((resolve, reject) => {
      if (!child.connected) return reject(gone())
      const id = ++last
      waiting.set(id, { resolve, reject })
      child.send(command(id), (error) => {
        if (error && waiting.delete(id)) reject(gone())
      })
    })
}

import { spawn } from 'node:child_process'
import { InsituError } from '../../../src/errors.ts'
import { fromFailure } from '../board-messages.ts'
import { entryArguments } from '../process.ts'
import type { BenchCommand, BenchReport, BenchStart, Mishap, Ports } from './process-messages.ts'

/** Time its process gets to end by itself, in ms. */
const STOP_LIMIT = 2000

/** A display and a lock-in amplifier in a process of their own, each behind a pseudo-terminal. */
export interface RunningBench extends AsyncDisposable, Ports {
  /** Makes something happen to one of them. */
  befall(mishap: Mishap): Promise<void>
  stop(): Promise<void>
}

/** Starts a bench and resolves when both ports listen; it never lives longer than this process. Rejects with `PTY` or `CONFIG`. */
export async function startImagerBench(options: BenchStart): Promise<RunningBench> {
  const child = spawn(process.execPath, entryArguments('bench-process', import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(-2000)
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const send = (command: BenchCommand) => void child.send(command, () => {})
  send({ start: options })
  const ports = await new Promise<Ports>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new InsituError('INTERNAL', `bench: no process: ${cause.message}`, { cause })),
    )
    child.once('close', () => reject(new InsituError('INTERNAL', `bench: its process ended: ${complaint.trim()}`)))
    child.once('message', (report: BenchReport) => {
      if ('ready' in report) resolve(report.ready)
      else if ('failed' in report) reject(fromFailure(report.failed))
    })
  })
  let last = 0
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    if (child.connected) send({ stop: true })
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT)
    await exited
    clearTimeout(hard)
  }
  return {
    ...ports,
    async befall(mishap) {
      const id = ++last
      const done = new Promise<void>((resolve) => {
        const hear = (report: BenchReport) => {
          if (!('done' in report) || report.done !== id) return
          child.off('message', hear)
          resolve()
        }
        child.on('message', hear)
      })
      send({ mishap, id })
      await Promise.race([done, exited])
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

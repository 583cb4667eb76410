import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex, Readable, Writable } from 'node:stream'
import { InsituError } from '../../src/errors.ts'
import type { Pty } from './pty.ts'

/** A program whose standard input and output are the serial line of a board. */
export interface Program {
  /** Starts it again; what was on the line is lost. */
  restart(): Promise<void>
  /** Descriptor 3 of the running program, for words beside the line. */
  readonly control: Duplex
  close(): Promise<void>
}

/**
 * Puts a program behind a pseudo-terminal; each side is held back when the other does not read.
 *
 * The program must end when its standard input does: nothing else reaches it if this process is killed. If it ends
 * by itself, the pseudo-terminal hangs up and `ended` is called with the reason.
 */
export async function runProgram(
  port: Pty,
  command: readonly [program: string, ...args: string[]],
  ended: (reason: InsituError) => void,
): Promise<Program> {
  let child = await launch(command)
  follow()
  port.listen({
    bytes(chunk) {
      if (!(child.stdin as Writable).write(Uint8Array.from(chunk))) port.pause()
    },
    closed() {},
  })

  function follow(): void {
    const current = child
    let complaint = ''
    const line = current.stdout as Readable
    current.stdin?.on('drain', port.resume).on('close', port.resume)
    line.on('data', (chunk: Buffer) => {
      const taken = port.offer(chunk)
      if (taken === chunk.length) return
      line.pause()
      port.write(chunk.subarray(taken)).then(
        () => line.resume(),
        () => {},
      )
    })
    current.stderr?.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-1000)
    })
    current.once('close', (code, signal) => {
      if (current !== child) return
      ended(new InsituError('INTERNAL', `board: ${command[0]} ended (${signal ?? code}): ${complaint.trim()}`))
    })
  }

  /** Ends it without it counting as an end by itself. */
  async function kill(): Promise<void> {
    const current = child
    current.removeAllListeners('close')
    if (current.exitCode !== null || current.signalCode !== null) return
    const gone = new Promise((resolve) => current.once('exit', resolve))
    current.kill('SIGKILL')
    await gone
  }

  return {
    get control() {
      return child.stdio[3] as Duplex
    },
    async restart() {
      await kill()
      child = await launch(command)
      follow()
    },
    close: kill,
  }
}

function launch([program, ...args]: readonly [string, ...string[]]): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    // In a session of its own: Ctrl-C in the terminal is for the host program.
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], detached: true })
    for (const stream of child.stdio) stream?.on('error', () => {})
    child.once('spawn', () => resolve(child))
    child.once('error', (cause) =>
      reject(new InsituError('INTERNAL', `board: ${program} cannot be started: ${cause.message}`, { cause })),
    )
  })
}

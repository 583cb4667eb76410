import { type ChildProcess, spawn } from 'node:child_process'
import { pty } from '../../sim/bench/index.ts'
import { openPty } from '../../sim/bench/pty-open.ts'
import { buildHost } from '../firmware/host.ts'

export { noCompiler } from '../firmware/host.ts'

export interface HostBoard {
  readonly path: string
  readonly child: ChildProcess
  stop(): Promise<void>
}

/** Builds the firmware's core for this computer and runs it behind a pseudo-terminal of its own, as fast as it can. */
export async function startHostBoard(...args: string[]): Promise<HostBoard> {
  const program = await buildHost()
  const { masterFd, path } = await openPty()
  const child = spawn(program, args, { stdio: [masterFd, masterFd, 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    path,
    child,
    async stop() {
      child.kill()
      await ended
    },
  }
}

/** The same behind a line of a certain speed, 8N1: no byte leaves before its time, in either direction. */
export async function startPacedBoard(baud: number): Promise<HostBoard> {
  const port = await pty()
  const child = spawn(await buildHost(), [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const toBoard = paced(baud, (bytes) => void child.stdin.write(bytes))
  const toHost = paced(baud, (bytes) => void port.write(bytes).catch(() => {}))
  port.listen({ bytes: (chunk) => toBoard.put(chunk), closed: () => {} })
  child.stdout.on('data', (chunk: Uint8Array) => toHost.put(chunk))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    path: port.path,
    child,
    async stop() {
      toBoard.stop()
      toHost.stop()
      child.kill()
      await ended
      await port[Symbol.asyncDispose]()
    },
  }
}

/** Hands bytes on at line speed: looked after every millisecond, never ahead of the line. */
function paced(baud: number, hand: (bytes: Uint8Array) => void) {
  const waiting: number[] = []
  const perMs = baud / 10_000
  let freeAt = 0
  const timer = setInterval(() => {
    const now = performance.now()
    const due = Math.min(waiting.length, Math.floor((now - freeAt) * perMs))
    if (due <= 0) return
    hand(Uint8Array.from(waiting.splice(0, due)))
    freeAt += due / perMs
  }, 1)
  return {
    put(bytes: Uint8Array) {
      // A line that was idle starts with the first bit now.
      if (waiting.length === 0) freeAt = Math.max(freeAt, performance.now())
      for (const byte of bytes) waiting.push(byte)
    },
    stop: () => clearInterval(timer),
  }
}

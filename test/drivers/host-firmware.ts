import { type ChildProcess, spawn } from 'node:child_process'
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
  const program = buildHost('insitu-chip-drivers')
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

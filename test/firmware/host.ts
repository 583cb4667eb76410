import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { compiled } from '../../sim/bench/process-compile.ts'
import type { Target } from './client.ts'

const root = new URL('../../', import.meta.url).pathname
const firmware = `${root}drivers/firmware/`
export const BUILD = `${firmware}build.sh`

function compiles(flags: readonly string[]): boolean {
  const words = ['-xc', '-', ...flags, '-o', '/dev/null']
  return spawnSync(process.env.CC ?? 'cc', words, { input: 'int main(void) { return 0; }' }).status === 0
}

/** Why the host build cannot be tested here; undefined if it can. */
export const noCompiler = compiles([]) ? undefined : 'no C compiler (cc, or the one named by CC)'

const SANITIZERS = ['-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'] as const
export const sanitizers: readonly string[] = compiles(SANITIZERS) ? SANITIZERS : []

/** The core built for the host without a warning; made again only when its sources change. */
export function buildHost(flags: readonly string[] = []): Promise<string> {
  return compiled({
    name: ['insitu-chip', ...flags].join(''),
    sources: [BUILD, `${firmware}core`, `${firmware}host`],
    command: (out) => [BUILD, 'host', out, '-Werror', ...flags],
    folder: `${root}.cache/firmware`,
    hint: 'install a C compiler',
  })
}

export interface HostTarget extends Target {
  readonly child: ChildProcess
  /** Exit code, or undefined while it runs. */
  exit(): number | undefined
  complaint(): string
}

/** The core as a process on two pipes. */
export function hostTarget(program: string, words: readonly string[] = []): HostTarget {
  if (!existsSync(program)) throw new Error(`${program} has not been built`)
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  const waiting: Uint8Array[] = []
  let wake = () => {}
  let errors = ''
  child.stdout.on('data', (chunk: Uint8Array) => {
    waiting.push(chunk)
    wake()
  })
  child.stderr.on('data', (chunk: Uint8Array) => {
    errors += chunk.toString()
  })
  child.stdin.on('error', () => {})
  return {
    name: 'host build',
    child,
    write: (bytes) => child.stdin.write(bytes),
    async read(ms) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return waiting.shift() ?? new Uint8Array(0)
    },
    async close() {
      if (child.exitCode !== null) return
      child.stdin.end()
      await once(child, 'exit')
    },
    exit: () => child.exitCode ?? undefined,
    complaint: () => errors,
  }
}

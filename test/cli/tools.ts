import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Link, openChannel, parseUri } from '../../drivers/index.ts'
import { REQUEST, readRequest } from '../../src/wire/index.ts'
import { COMPILED } from '../setup/compiled.ts'

const MAIN = [join(COMPILED, 'src/cli/main.js')]
/** The program as `npm run insitu` runs it in a checkout: slower to start, and so are its boards. */
export const FROM_SOURCES: readonly string[] = ['--import', 'tsx', 'src/cli/main.ts']

/** A fresh folder of its own. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'insitu-cli-'))
}

/** The command line under test, still running. */
export interface Running {
  readonly child: ChildProcess
  /** Everything printed so far. */
  out(): string
  err(): string
  /** Waits for the end; resolves to exit code, or the signal's name. */
  ended(): Promise<number | string>
}

export function start(args: readonly string[], program: readonly string[] = MAIN): Running {
  const child = spawn(process.execPath, [...program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const closed = once(child, 'close') as Promise<[number | null, string | null]>
  return {
    child,
    out: () => out,
    err: () => err,
    async ended() {
      const [code, signal] = await closed
      return code ?? signal ?? 'gone'
    },
  }
}

/** Runs the command line to its end. */
export async function insitu(...args: readonly string[]) {
  const running = start(args)
  const code = await running.ended()
  return { code, out: running.out(), err: running.err() }
}

/** The last line as JSON. */
export function lastJson(out: string): Record<string, unknown> {
  return JSON.parse(out.trimEnd().split('\n').at(-1) as string) as Record<string, unknown>
}

/** Waits until the one run under `root` has at least `events` lines; returns its directory. */
export async function runUnder(root: string, events: number, within = 40_000): Promise<string> {
  for (const began = performance.now(); performance.now() - began < within; await wait(20)) {
    for (const name of readdirSync(root)) {
      const path = join(root, name)
      if (readdirSync(path).includes('events.jsonl')) {
        const lines = readFileSync(join(path, 'events.jsonl'), 'utf8').split('\n').length - 1
        if (lines >= events) return path
      }
    }
  }
  throw new Error(`no run under ${root} within ${within} ms`)
}

/** What a second connection sees: the board's state and its parameters' counts, without arming or changing anything. */
export async function secondLook(path: string, parameters: number) {
  await using link = await Link.open(await openChannel(parseUri(`serial:${path}`)))
  const counts: number[] = []
  while (counts.length < parameters) {
    const ask = readRequest.encode({ first: counts.length, count: parameters - counts.length })
    const { value } = await link.call(REQUEST.read, ask, (reply) => reply.slice())
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
    for (let at = 2; at + 1 < value.byteLength; at += 2) counts.push(view.getInt16(at, true))
  }
  return { state: link.identity.state, fault: link.identity.fault, counts }
}

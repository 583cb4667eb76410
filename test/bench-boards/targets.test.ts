import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { BoardOptions } from '../../sim/bench/index.ts'
import { REPLY, REQUEST, wireBytes } from '../../src/wire/index.ts'
import { startBoard } from '../setup/boards.ts'
import { compiled } from '../setup/compiled.ts'
import { openClient } from './client.ts'
import { hasPty, isAlive, until } from './tools.ts'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function boardWith(options: BoardOptions) {
  const board = await startBoard(options)
  opened.push(board.stop)
  const client = await openClient(board.path)
  opened.push(client.close)
  return { board, client }
}

/** Process ids of what a process has started. */
function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim()
  return list === '' ? [] : list.split(' ').map(Number)
}

const simulator = {
  target: 'simulator',
  module: compiled('test/bench-boards/machine.ts'),
  export: 'machine',
  args: [[2, 2, 1]],
} as const

const hasCompiler = spawnSync('cc', ['--version']).status === 0
const hasSimavr = existsSync('/usr/include/simavr/sim_avr.h')

/** Bits of a request and its reply over the line speed, in ms. */
const lineTime = (request: number, reply: number, baud: number) =>
  ((wireBytes(request) + wireBytes(reply)) * 10_000) / baud

/** Name, options, what they need, and the speed their line must not exceed. */
const targets: [name: string, options: BoardOptions, present: boolean, needs: string, baud: number][] = [
  ['firmware on this computer', { target: 'host' }, hasCompiler, 'a C compiler', Infinity],
  ['firmware on this computer, paced', { target: 'host', baud: 115_200 }, hasCompiler, 'a C compiler', 115_200],
  ['image on simavr', { target: 'simavr' }, hasCompiler && hasSimavr, 'cc and libsimavr-dev', 117_647],
  ['simulator', simulator, true, '', Infinity],
  ['simulator, paced', { ...simulator, baud: 115_200 }, true, '', 115_200],
]

describe.each(targets)('%s', (name, options, present, needs, baud) => {
  const usable = hasPty() && present
  if (!present) console.warn(`skipped: ${name} needs ${needs}`)

  test.skipIf(!usable)('answers, is reset, keeps to its line, and leaves nothing behind', async () => {
    const { board, client } = await boardWith(options)
    const first = await client.hello()
    expect(first).toMatchObject({ protocol: 1, state: 0, fault: 0 })
    await client.ask(REQUEST.ping)
    const times: number[] = []
    let reply = 0
    for (let i = 0; i < 30; i++) {
      const answer = await client.ask(REQUEST.describe, Uint8Array.of(0, 0))
      expect(answer.type).toBe(REQUEST.describe + REPLY)
      reply = answer.payload.length
      times.push(answer.took)
      if (i === 5 && baud < Infinity) break
    }
    // simavr hands a character over when its first bit leaves, one character early.
    const early = options.target === 'simavr' ? 10_000 / baud : 0
    expect(Math.min(...times)).toBeGreaterThanOrEqual(lineTime(2, reply, baud) - early)
    await board.reset('watchdog')
    await sleep(100)
    const second = await client.hello()
    expect(second.boot).toBeGreaterThan(first.boot)
    if (options.target === 'simavr') expect(second.resetReason).toBe(4)
    const programs = childrenOf(board.pid)
    await board.stop()
    expect([board.pid, ...programs].filter(isAlive)).toEqual([])
  })
})

describe.skipIf(!hasPty())('a program behind a pseudo-terminal', () => {
  test.skipIf(!hasCompiler)('ends with its board, even when that is killed', async () => {
    const { board } = await boardWith({ target: 'host' })
    const [program] = childrenOf(board.pid)
    expect(isAlive(program)).toBe(true)
    process.kill(board.pid, 'SIGKILL')
    expect(await until(() => !isAlive(program), 2000)).toBe(true)
  })

  test.skipIf(!hasCompiler)('takes its board along when it ends by itself', async () => {
    const { board } = await boardWith({ target: 'host' })
    const [program] = childrenOf(board.pid)
    process.kill(program, 'SIGKILL')
    expect(await until(() => !isAlive(board.pid), 2000)).toBe(true)
    await expect(board.counters()).rejects.toMatchObject({ code: 'LINK_LOST' })
  })

  test.skipIf(!hasCompiler || !hasSimavr)('simavr keeps its EEPROM in a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'insitu-simavr-'))
    opened.push(() => rm(folder, { recursive: true }))
    const boots: number[] = []
    for (let i = 0; i < 2; i++) {
      const { board, client } = await boardWith({ target: 'simavr', eeprom: join(folder, 'eeprom.bin') })
      boots.push((await client.hello()).boot)
      await sleep(300)
      await client.close()
      await board.stop()
    }
    expect(boots).toEqual([0, 1])
  })

  test.each([
    ['a module that is absent', { ...simulator, module: 'file:///nowhere.ts' }, 'CONFIG'],
    ['a function it does not export', { ...simulator, export: 'nothing' }, 'CONFIG'],
    ['a function that returns no machine', { ...simulator, export: 'noMachine' }, 'CONFIG'],
    ['a speed of zero', { ...simulator, baud: 0 }, 'CONFIG'],
  ] as [string, BoardOptions, string][])('a simulator refuses %s', async (_, options, code) => {
    await expect(startBoard(options)).rejects.toMatchObject({ name: 'InsituError', code })
  })
})

import { lstatSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Board, BoardOptions } from '../../sim/bench/index.ts'
import { REPLY, REQUEST, RESET_REASONS, wireBytes } from '../../src/wire/index.ts'
import { startBoard } from '../setup/boards.ts'
import { type Client, openClient } from './client.ts'
import { hasPty, isAlive } from './tools.ts'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function boardWith(options: BoardOptions): Promise<{ board: Board; client: Client }> {
  const board = await startBoard(options)
  opened.push(board.stop)
  const client = await openClient(board.path)
  opened.push(client.close)
  return { board, client }
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'insitu-board-'))
  opened.push(() => rm(made, { recursive: true }))
  return made
}

/** One character at the speed the firmware sets, 16 MHz / (8 * 17) baud and 10 bits, in ms. */
const CHARACTER = 0.085

describe.skipIf(!hasPty())('emulated board', () => {
  let board: Board
  let client: Client
  beforeAll(async () => {
    board = await startBoard()
    client = await openClient(board.path)
  })
  afterAll(async () => {
    await client.close()
    await board.stop()
  })

  test('answers HELLO as a chip that was just switched on', async () => {
    expect(await client.hello()).toMatchObject({ protocol: 1, boot: 0, resetReason: 1, state: 0, fault: 0, armId: 0 })
  })

  test('a round trip takes the line time and little more', async () => {
    const times: number[] = []
    let reply = 0
    for (let i = 0; i < 60; i++) {
      const answer = await client.ask(REQUEST.ping)
      expect(answer.type).toBe(REQUEST.ping + REPLY)
      reply = answer.payload.length
      times.push(answer.took)
    }
    const line = (wireBytes(0) + wireBytes(reply)) * CHARACTER
    expect(Math.min(...times)).toBeGreaterThanOrEqual(line)
  })

  test('long replies come at line speed', async () => {
    const request = Uint8Array.of(0, 0)
    const answers = []
    for (let i = 0; i < 5; i++) answers.push(await client.ask(REQUEST.describe, request))
    const line = (wireBytes(2) + wireBytes(answers[0].payload.length)) * CHARACTER
    expect(line).toBeGreaterThan(15)
    const fastest = Math.min(...answers.map(({ took }) => took))
    expect(fastest).toBeGreaterThanOrEqual(line)
  })

  test('each reset raises the boot counter and tells its cause', async () => {
    const first = (await client.hello()).boot
    const causes = ['external', 'brown-out', 'watchdog', 'power'] as const
    for (const [i, cause] of causes.entries()) {
      await board.reset(cause)
      await sleep(60)
      const hello = await client.hello()
      expect(hello.boot).toBe(first + i + 1)
      expect(RESET_REASONS[hello.resetReason]).toBe(cause)
    }
  })

  test('keeps the time of the wall clock, and does not race after a stall', async () => {
    const rate = async (during: () => Promise<unknown>) => {
      const from = await board.counters()
      const at = performance.now()
      await during()
      const to = await board.counters()
      return { ran: (to.cycles - from.cycles) / 16_000, wall: performance.now() - at }
    }
    const steady = await rate(() => sleep(300))
    // Never ahead by more than the 25 ms it may make up for and a slice; behind only where this computer stalls.
    expect(steady.ran).toBeLessThan(steady.wall + 30)
    expect(steady.ran).toBeGreaterThan(steady.wall / 2)
    const stalled = await rate(async () => {
      process.kill(board.pid, 'SIGSTOP')
      await sleep(300)
      process.kill(board.pid, 'SIGCONT')
      await sleep(20)
    })
    expect(stalled.ran).toBeLessThan(stalled.wall - 200)
    expect((await client.hello()).protocol).toBe(1)
  })

  test('noise and half frames on the line do not stop it', async () => {
    client.send(Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255))
    await sleep(40)
    expect((await client.hello()).protocol).toBe(1)
  })

  test('a flood of bytes is held back, none are lost at the receiver', async () => {
    const before = await board.counters()
    client.send(new Uint8Array(20_000))
    await sleep(200)
    const during = await board.counters()
    expect(during.waiting).toBeLessThan(20_000)
    await sleep(20_000 * CHARACTER)
    expect((await client.ask(REQUEST.ping, undefined, 3000)).type).toBe(REQUEST.ping + REPLY)
    expect((await board.counters()).lost).toBe(before.lost)
  })
})

describe.skipIf(!hasPty())('starting boards', () => {
  test('an EEPROM file carries the boot counter from start to start', async () => {
    const eeprom = join(await folder(), 'eeprom.bin')
    const boots: number[] = []
    for (let i = 0; i < 2; i++) {
      const { board, client } = await boardWith({ eeprom })
      boots.push((await client.hello()).boot)
      await client.close()
      await board.stop()
    }
    expect(boots).toEqual([0, 1])
    expect((await readFile(eeprom)).length).toBe(1024)
    await writeFile(eeprom, 'short')
    await expect(startBoard({ eeprom })).rejects.toMatchObject({ code: 'CONFIG' })
  })

  test('a link names the port and goes with the board; stop can be called again', async () => {
    const link = join(await folder(), 'board')
    const { board, client } = await boardWith({ link })
    expect(board.path).toBe(link)
    expect((await client.hello()).protocol).toBe(1)
    await board.stop()
    await board.stop()
    expect(isAlive(board.pid)).toBe(false)
    expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined()
    await expect(board.reset()).rejects.toMatchObject({ code: 'LINK_LOST' })
  })

  test('speed makes its clock and its line faster', async () => {
    const { client } = await boardWith({ speed: 4 })
    // One answer faster than the real line could carry it is proof; a busy machine may need several tries for it.
    let fastest = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < 100 && fastest >= 200 * CHARACTER; tries++)
      fastest = Math.min(fastest, (await client.ask(REQUEST.describe, Uint8Array.of(0, 0))).took)
    expect(fastest).toBeLessThan(200 * CHARACTER)
  })

  test.each([
    ['an absent image', { image: '/nowhere/at-all.hex' }, 'CONFIG'],
    ['a target it does not know', { target: 'toaster' } as unknown as BoardOptions, 'CONFIG'],
    ['a speed that is none', { speed: -1 }, 'CONFIG'],
    ['a link that cannot be made', { link: '/nowhere/at/all' }, 'PTY'],
  ])('refuses %s', async (_, options, code) => {
    await expect(startBoard(options)).rejects.toMatchObject({ name: 'InsituError', code })
  })

  test('gives up on an image that never listens', async () => {
    const image = join(await folder(), 'empty.hex')
    await writeFile(image, ':00000001FF\n')
    await expect(startBoard({ image })).rejects.toMatchObject({ code: 'TIMEOUT' })
  })
})

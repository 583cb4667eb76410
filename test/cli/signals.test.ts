import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newestCheckpoint, readRun } from '../../src/run/index.ts'
import { FAULT, STATE } from '../../src/wire/index.ts'
import { hasPty, isAlive } from '../bench-boards/tools.ts'
import { startBoard } from '../setup/boards.ts'
import { runUnder, scratch, secondLook, start } from './tools.ts'

/** 4-4-3: 28 weights and 7 biases. */
const PARAMETERS = 35
const SAFE = new Array(PARAMETERS).fill(0)

/** A training run on a board of its own, some lines into its log. */
async function underWay(path: string) {
  const runs = scratch()
  const running = start(['train', '--device', `serial:${path}`, '--runs', runs, '--reads', '200000'])
  const run = await runUnder(runs, 4)
  return { running, run }
}

describe.skipIf(!hasPty())('a run that is interrupted', { timeout: 60_000 }, () => {
  it('once: stops after the step, leaves safe values, closes the record as aborted', async () => {
    await using board = await startBoard()
    const { running, run } = await underWay(board.path)
    running.child.kill('SIGINT')
    expect(await running.ended()).toBe(130)
    expect(running.out()).toContain('stopping after this step (again to abort now)')
    expect(running.out()).toMatch(/stopped after step \d+; the machine is at its safe values/)
    const record = readRun(run)
    expect(record.state).toBe('abort')
    expect(record.stop?.reason).toMatch(/^stopped by the user after step \d+$/)
    expect(record.events.some((event) => event.kind === 'signal')).toBe(true)
    const look = await secondLook(board.path, PARAMETERS)
    expect(look.state).toBe(STATE.idle)
    expect(look.counts).toEqual(SAFE)
  })

  it('twice: aborts the exchange under way, with the same guarantees', async () => {
    await using board = await startBoard()
    const { running, run } = await underWay(board.path)
    // A board that stands still keeps the step under way until the second signal; it goes on in time to be disarmed.
    process.kill(board.pid, 'SIGSTOP')
    running.child.kill('SIGTERM')
    // Two signals closer than 150 ms count as one.
    await wait(200)
    running.child.kill('SIGTERM')
    await wait(100)
    process.kill(board.pid, 'SIGCONT')
    expect(await running.ended()).toBe(130)
    expect(readRun(run).state).toBe('abort')
    expect((await secondLook(board.path, PARAMETERS)).counts).toEqual(SAFE)
  })

  it('by a reader that has seen enough: as once', async () => {
    await using board = await startBoard()
    const runs = scratch()
    const running = start(['train', '--device', `serial:${board.path}`, '--runs', runs, '--reads', '200000'])
    running.child.stdout?.destroy()
    expect(await running.ended()).toBe(130)
    // A line of progress may stand there, a complaint must not.
    expect(running.err()).not.toMatch(/EPIPE|INTERNAL|Error/)
    expect(readRun(await runUnder(runs, 1))).toMatchObject({ state: 'abort' })
    expect((await secondLook(board.path, PARAMETERS)).counts).toEqual(SAFE)
  })

  it('by SIGKILL: the board reaches its safe values by its own watchdog, and the record says crashed', async () => {
    await using board = await startBoard()
    const { running, run } = await underWay(board.path)
    running.child.kill('SIGKILL')
    expect(await running.ended()).toBe('SIGKILL')
    const before = await secondLook(board.path, PARAMETERS)
    expect([STATE.armed, STATE.running]).toContain(before.state)
    expect(before.counts.some((count) => count !== 0)).toBe(true)
    // The host arms the watchdog with 2 s.
    await wait(2600)
    const look = await secondLook(board.path, PARAMETERS)
    expect(look.state).toBe(STATE.fault)
    expect(look.fault).toBe(FAULT.watchdog)
    expect(look.counts).toEqual(SAFE)
    const record = readRun(run)
    expect(record.state).toBe('crashed')
    expect(record.events.length).toBeGreaterThan(3)
    const checkpoint = newestCheckpoint(run)
    if (checkpoint !== undefined) expect(checkpoint.theta.length).toBe(PARAMETERS)
  })

  it('ends the board it started itself', async () => {
    const runs = scratch()
    const running = start(['train', '--runs', runs, '--reads', '200000'])
    const run = await runUnder(runs, 4)
    const children = childrenOf(running.child.pid as number)
    expect(children.length).toBeGreaterThan(0)
    running.child.kill('SIGINT')
    expect(await running.ended()).toBe(130)
    expect(children.filter(isAlive)).toEqual([])
    expect(existsSync(join(run, 'stop.json'))).toBe(true)
  })
})

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

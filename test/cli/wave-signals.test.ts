import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openDevice } from '../../drivers/index.ts'
import { xorWave } from '../../src/cli/tasks/xor-wave.ts'
import { attach } from '../../src/contract/device.ts'
import { requireFit } from '../../src/rules/fit.ts'
import { hamiltonianEcho } from '../../src/rules/hamiltonian-echo.ts'
import { readRun } from '../../src/run/index.ts'
import { hasPty } from '../bench-boards/tools.ts'
import { startBoard, waveBoard } from '../setup/boards.ts'
import { runUnder, scratch, start } from './tools.ts'

describe.skipIf(!hasPty())('Ctrl-C while a wave is on its way', { timeout: 60_000 }, () => {
  it('twice: the flight is dropped, the learning field is at its safe values, and the field is usable', async () => {
    await using board = await startBoard(waveBoard(xorWave.machine))
    const runs = scratch()
    const words = ['train', '--task', 'xor', '--device', `serial:${board.path}`, '--runs', runs, '--reads', '20000']
    const running = start(words)
    const run = await runUnder(runs, 2)
    // A board that stands still keeps the flight under way until the second signal.
    process.kill(board.pid, 'SIGSTOP')
    running.child.kill('SIGINT')
    await wait(200)
    running.child.kill('SIGINT')
    await wait(100)
    process.kill(board.pid, 'SIGCONT')
    expect(await running.ended()).toBe(130)
    expect(readRun(run).state).toBe('abort')
    const rule = hamiltonianEcho({ rate: 1 })
    await using field = attach(await openDevice(`serial:${board.path}`, { kind: 'emulated firmware' }))
    const { echo } = requireFit(rule, field)
    const theta = new Float64Array(16).fill(Number.NaN)
    await echo.learning?.read(theta)
    expect(theta).toEqual(new Float64Array(16))
    await using flight = await echo.launch(Float64Array.of(0.3, -0.2))
    const { returned } = await flight.echo(new Float64Array(1))
    expect(returned[0]).toBeCloseTo(0.3, 10)
  })
})

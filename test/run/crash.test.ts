import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type BulkBlock, eventsOf, newestCheckpoint, readBulk, readRun } from '../../src/run/index.ts'
import { compiled } from '../setup/compiled.ts'
import { scratch } from './tools.ts'

describe('a run whose program is killed', () => {
  it.each([20, 90, 350])('is loadable %i ms later, and says that it crashed', async (delay) => {
    const child = spawn(process.execPath, [fileURLToPath(compiled('test/run/crash-child.ts')), scratch()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [path] = (await once(createInterface(child.stdout), 'line')) as [string]
    await wait(delay)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const run = readRun(path)
    expect(run.state).toBe('crashed')
    const evaluations = eventsOf<{ step: number; theta: BulkBlock }>(run, 'evaluation')
    // Bulk numbers are written before the event that speaks of them: whatever the log has can be read.
    for (const { step, theta } of evaluations.slice(-50)) {
      expect(readBulk(path, theta)).toEqual(Float64Array.of(step, -step))
    }
    const checkpoint = newestCheckpoint(path)
    if (delay > 300) expect(checkpoint).toBeDefined()
    if (checkpoint !== undefined) expect(checkpoint.theta[0]).toBe(checkpoint.step)
  })
})

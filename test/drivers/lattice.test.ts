import { afterAll, describe, expect, it } from 'vitest'
import { openDevice } from '../../drivers/index.ts'
import type { FaultOptions } from '../../sim/bench/faults.ts'
import { countedLattice, type LatticeBoardOptions } from '../../sim/lattice/board.ts'
import type { Backend } from '../../src/contract/backend.ts'
import { attach } from '../../src/contract/device.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { squaredError } from '../../src/cost/squared-error.ts'
import { adam } from '../../src/optim/adam.ts'
import { bounded } from '../../src/optim/bounded.ts'
import { requireFit } from '../../src/rules/fit.ts'
import { inSitu } from '../../src/rules/in-situ.ts'
import { train } from '../../src/rules/train.ts'
import { contract } from '../../src/testing/index.ts'
import { hasPty } from '../bench-boards/tools.ts'
import { latticeBoard, startBoard } from '../setup/boards.ts'
import { type WiredOptions, wired } from './bench.ts'

const ports = { inputs: ['14.y', '12.y', '13.y', '10.y'], outputs: ['8.x', '2.x', '3.x'] } as const
const board = (options: Partial<LatticeBoardOptions> = {}): LatticeBoardOptions => ({
  ...ports,
  preset: 'counted',
  maxSlots: 256,
  ...options,
})

async function behind(options: Partial<LatticeBoardOptions>, line: WiredOptions = {}) {
  return (await wired(countedLattice(board(options)), { ...line, server: { format: 'i16', ...line.server } })).wire
}

const COUNTS = { spread: 0.6 }

contract('lattice of counts behind the wire', () => behind({}), { describe, it, afterAll }, COUNTS)
/** Parameters and costs of every step of a training by in situ backpropagation. */
async function trajectory(backend: Backend & Partial<Facets>): Promise<readonly number[]> {
  const device = attach(backend)
  const rule = inSitu({ cost: squaredError })
  const drive = Float64Array.of(-0.05, -0.1, 0.07, -0.03, 0.02, -0.1, -0.1, 0.05)
  const lesson = { rows: 2, drive, target: new Float64Array(6).fill(1e-4) }
  const [{ min, max, safe, width }] = device.sheet.banks
  const optimizer = bounded(adam(0.05, { epsilon: 1e-15 }), { low: min, high: max })
  const theta = new Float64Array(width).fill(safe)
  const trace: number[] = []
  const lessons = { next: () => lesson }
  for await (const { cost } of train(rule, requireFit(rule, device), theta, lessons, { optimizer, steps: 12 }))
    trace.push(cost, ...theta)
  await device[Symbol.asyncDispose]()
  return trace
}

describe('training a lattice of counts', () => {
  it.each([
    ['a quiet lattice', { preset: 'counted' }],
    ['a bench', { preset: 'bench', seed: 3 }],
  ] as const)('goes the same way behind the wire: %s', async (_, options) => {
    const inside = await trajectory(countedLattice(board(options)))
    expect(await trajectory(await behind(options))).toEqual(inside)
    expect(inside.length).toBe(12 * 29)
    expect(inside[11 * 29]).toBeLessThan(inside[0])
  })

  it('goes the same way over a bad line', async () => {
    const options = { preset: 'counted' }
    const faults: FaultOptions = { seed: 4, rates: { drop: 1e-4, flip: 1e-4, duplicate: 1e-4 } }
    // A bad line costs repeats, which the host gives up on sooner or later: nine are enough here. The machine computes in
    // this process: a busy computer must not look like a silent host.
    const timing = { replyMs: 60, retries: 9, capMs: 4000, beatMs: 50, openMs: 2000, closeMs: 400 }
    const slow = { watchdogMs: 20_000, timing }
    const { wire, line } = await wired(countedLattice(board(options)), { faults, ...slow, server: { format: 'i16' } })
    expect(await trajectory(wire)).toEqual(await trajectory(countedLattice(board(options))))
    expect(line.faults).toBeGreaterThan(3)
  })

  it('says so when there is no rest, and goes on', async () => {
    await using device = attach(await behind({ preset: 'finite' }))
    const block = (newtons: number) => ({
      slots: 1,
      drive: { kind: 'track', data: new Float64Array(4).fill(newtons), hold: 1 } as const,
    })
    const seen = new Float64Array(3)
    await device.measure(block(-0.02), seen)
    const before = seen.slice()
    await expect(device.measure(block(0.249), seen)).rejects.toMatchObject({ code: 'NO_EQUILIBRIUM' })
    await device.measure(block(-0.02), seen)
    expect(seen).toEqual(before)
  })
})

if (!hasPty()) console.log('skipped: no pseudo-terminal here, so no lattice in a process of its own')
describe.skipIf(!hasPty())('a lattice in a process of its own', () => {
  it('gives the readings of the one in this process', async () => {
    const options = board({ preset: 'bench', seed: 5 })
    await using running = await startBoard(latticeBoard(options))
    const backend = await openDevice(`serial:${running.path}`, { kind: 'emulated firmware', machine: 'lattice' })
    expect(await trajectory(backend)).toEqual(await trajectory(countedLattice(options)))
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import { openChannel, openWire, parseUri } from '../../drivers/index.ts'
import { mgdChip } from '../../sim/index.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { safeTheta } from '../../src/contract/sheet.ts'
import type { InsituError } from '../../src/errors.ts'
import { chain } from '../../src/streams/chain.ts'
import { readings } from '../../src/testing/bench.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { chipBoard, startBoard } from '../setup/boards.ts'

const MADE = { layers: [2, 3, 2], slotSeconds: 1e-3, imperfections: { readNoise: 1e-3 } }
const SEEDS = [1, 2, 3]

async function started() {
  try {
    return await Promise.all(SEEDS.map((seed) => startBoard(chipBoard({ ...MADE, seed, time: 'stated' }))))
  } catch (error) {
    if ((error as InsituError).code !== 'PTY') throw error
    console.warn(`SKIPPED: chains of boards: ${(error as InsituError).message}`)
    return undefined
  }
}

const boards = await started()
const open = async (path: string) =>
  attach(
    await openWire(await openChannel(parseUri(`serial:${path}`)), { kind: 'emulated firmware' }),
  ) as Device<'state'>
const chips = await Promise.all((boards ?? []).map(({ path }) => open(path)))

describe.skipIf(boards === undefined)('a chain of two boards, each on its own line', () => {
  afterAll(async () => {
    await Promise.allSettled(chips.map((chip) => chip[Symbol.asyncDispose]()))
    await Promise.all((boards ?? []).map((board) => board.stop()))
  })

  const slots = 60
  const setup = (first: Device<'state'>, second: Device<'state'>) => {
    const both = attach(chain(first, second, { piece: 10 }))
    const inputs = new Inputs(both.sheet, 4, 0.5)
    return { both, theta: inputs.theta(), block: { slots, drive: inputs.drive(slots) } }
  }
  /** What a chip at its safe values answers, but for its noise. */
  const expectSafe = async (chip: Device<'state'>) => {
    const drive = new Inputs(chip.sheet, 5, 1).drive(1)
    await using safe = attach(mgdChip({ layers: MADE.layers }))
    await safe.store(safeTheta(safe.sheet))
    const [found, wanted] = [await readings(chip, { slots: 1, drive }), await readings(safe, { slots: 1, drive })]
    for (const [i, value] of found.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(0.01)
  }

  it('reads as the two in this process, in order, and takes the time that both state', async () => {
    const { both, theta, block } = setup(chips[0], chips[1])
    const here = setup(attach(mgdChip({ ...MADE, seed: 1 })), attach(mgdChip({ ...MADE, seed: 2 })))
    await both.store(theta)
    await here.both.store(theta)
    const before = performance.now()
    expect(await readings(both, block)).toEqual(await readings(here.both, block))
    // Sixty slots of a millisecond on each of the two.
    expect(performance.now() - before).toBeGreaterThan(60)
  })

  it('is aborted as one, and both work afterwards', async () => {
    const { both, theta, block } = setup(chips[0], chips[1])
    await both.store(theta)
    const abort = new AbortController()
    const reason = new Error('enough')
    const call = both.measure(block, new Float64Array(2 * slots), { signal: abort.signal })
    setTimeout(() => abort.abort(reason), 20)
    await expect(call).rejects.toBe(reason)
    await expect(readings(both, block)).resolves.toHaveLength(2 * slots)
  })

  it.each([
    ['second', 'b', 0, 1],
    ['first', 'a', 0, 2],
  ])('losing the %s pauses both, names it, and leaves the other at its safe values', async (_, end, front, back) => {
    const { both, theta, block } = setup(chips[front], chips[back])
    await both.store(theta)
    const [lost, left] = end === 'a' ? [front, back] : [back, front]
    setTimeout(() => process.kill(boards?.[lost].pid as number, 'SIGKILL'), 20)
    const named = {
      code: 'LINK_LOST',
      port: `serial:${boards?.[lost].path}`,
      message: expect.stringContaining(`machine ${end}, mgd-chip (${chips[lost].sheet.identity}), was lost`),
    }
    await expect(readings(both, block)).rejects.toMatchObject(named)
    await expectSafe(chips[left])
    await expect(readings(both, block)).rejects.toMatchObject({
      ...named,
      message: expect.stringContaining('nothing was sent'),
    })
  })
})

import { from, lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import { paramCount } from '../../src/contract/sheet.ts'
import { chain } from '../../src/streams/chain.ts'
import { through } from '../../src/streams/through.ts'
import { readings } from '../../src/testing/bench.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { type Link, links } from './links.ts'

const chip = (layers: readonly number[], seed = 1) =>
  attach(mgdChip({ layers, seed, imperfections: { readNoise: 1e-3 }, maxSlots: 7 }))

/** A chain of links with parameters stored, and a block for it. */
async function stored(
  names: readonly string[],
  options: { delay?: number; piece?: number; depth?: number },
  slots = 6,
) {
  const { delay = 0, ...rest } = options
  const made = links(names, delay)
  const both = made.devices.reduce((first, next): Device<'state'> => attach(chain(first, next, rest)))
  const inputs = new Inputs(both.sheet, 4, 0.01)
  const theta = inputs.theta()
  await both.store(theta)
  return { ...made, both, theta, block: { slots, drive: inputs.drive(slots) } }
}

const safe = (toy: Link) => toy.stored.every((value) => value === 0)

describe('a pipelined chain', () => {
  it.each([
    ['rows held, cut in the middle of a row', 3, 5, 2],
    ['pieces that divide nothing', 1, 1, 4],
    ['pieces beyond what a machine takes at once', 1, 2, 10],
  ])('reads as the one in lock-step, bit for bit: %s', async (_, driveHold, deltaHold, piece) => {
    const make = (options: { piece?: number }) => attach(chain(chip([3, 4, 2]), chip([2, 5, 3], 2), options))
    const [apart, together] = [make({}), make({ piece })]
    const inputs = new Inputs(together.sheet, 4, 0.1)
    const theta = inputs.theta()
    const slots = 23
    const drive = inputs.drive(Math.ceil(slots / driveHold), driveHold)
    for (const pairing of ['single', 'opposite'] as const) {
      const amplitudes = together.sheet.banks.map((_, b) => 0.01 * b)
      const delta = { kind: 'code', family: 'random', seed: 5, first: 3, amplitudes, hold: deltaHold, pairing } as const
      const seen = []
      for (const device of [apart, together]) {
        await device.store(theta)
        const into = new Float64Array(slots * 3)
        const taps = new Float64Array(slots * 11)
        const receipt = await device.taps.read({ slots, drive, delta }, into, taps)
        seen.push({ into, taps, slots: receipt.slots, took: receipt.endedAt - receipt.startedAt })
      }
      expect(seen[1].into).toEqual(seen[0].into)
      expect(seen[1].taps).toEqual(seen[0].taps)
      expect(seen[1].slots).toBe(slots)
      expect(seen[1].took).toBeCloseTo(2 * slots * 1e-6, 12)
    }
  })

  it('lets the first machine work on the next piece while the second works on this one', async () => {
    const { both, block, log } = await stored(['a', 'b'], { delay: 4, piece: 2 })
    await readings(both, block)
    for (const n of [0, 1]) {
      expect(log.indexOf(`a${n + 1} begins`)).toBeLessThan(log.indexOf(`b${n} ends`))
      expect(log.indexOf(`b${n} begins`)).toBeGreaterThan(log.indexOf(`a${n} ends`))
    }
    expect(log.filter((line) => line.startsWith('b') && line.endsWith('begins'))).toEqual(
      [0, 1, 2].map((n) => `b${n} begins`),
    )
  })

  it.each([0, 1, 2])('holds the first machine back where %i pieces wait', async (depth) => {
    const { both, block, log, toys } = await stored(['a', 'b'], { piece: 1, depth }, 8)
    // The second machine takes long over every piece, the first no time.
    Object.defineProperty(toys[1], 'wait', { value: () => new Promise((resolve) => setTimeout(resolve, 2)) })
    await readings(both, block)
    let ahead = 0
    let most = 0
    for (const line of log) {
      if (/^a\d+ ends/.test(line)) most = Math.max(most, ++ahead)
      if (/^b\d+ ends/.test(line)) ahead--
    }
    // One with the second machine, and those that wait.
    expect(most).toBe(depth + 1)
  })

  it('refuses pieces and depths that make no sense', () => {
    const [a, b] = links(['a', 'b']).devices
    expect(() => chain(a, b, { piece: 0 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
    expect(() => chain(a, b, { piece: 1, depth: -1 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })

  it('is aborted as one: both end what they do, and both work afterwards', async () => {
    const { both, block, log } = await stored(['a', 'b'], { delay: 5, piece: 1 })
    const abort = new AbortController()
    const reason = new Error('enough')
    const call = both.measure(block, new Float64Array(12), { signal: abort.signal })
    setTimeout(() => abort.abort(reason), 12)
    await expect(call).rejects.toBe(reason)
    const begun = log.filter((line) => line.endsWith('begins')).length
    expect(log.filter((line) => line.endsWith('ends'))).toHaveLength(begun)
    expect(begun).toBeLessThan(12)
    await expect(readings(both, block)).resolves.toHaveLength(12)
  })
})

describe('losing a machine of a chain', () => {
  it.each([
    ['lock-step', {}],
    ['pipelined', { piece: 1, delay: 1 }],
  ])('pauses both, names the one lost, and leaves the other at its safe values: %s', async (_, options) => {
    for (const end of [0, 1]) {
      const { both, block, toys, theta, log } = await stored(['front', 'back'], options)
      toys[end].lost(1)
      if (!('piece' in options)) await readings(both, block)
      const name = ['front', 'back'][end]
      const lost = {
        code: 'LINK_LOST',
        port: `/dev/${name}`,
        message: expect.stringContaining(`machine ${'ab'[end]}, ${name} (2-2), was lost`),
      }
      await expect(readings(both, block)).rejects.toMatchObject(lost)
      expect(safe(toys[1 - end])).toBe(true)
      // Nothing more is sent, to neither of them.
      const sent = log.length
      await expect(readings(both, block)).rejects.toMatchObject(lost)
      expect(log).toHaveLength(sent)
      // It is still away when parameters are stored: the other one is left safe again.
      await expect(both.store(theta)).rejects.toMatchObject(lost)
      expect(safe(toys[1 - end])).toBe(true)
      toys[end].found()
      await both.store(theta)
      await expect(readings(both, block)).resolves.toHaveLength(12)
    }
  })

  it('of three: the one lost is named, and the others are safe', async () => {
    for (const end of [0, 1, 2]) {
      const names = ['one', 'two', 'three']
      const { both, block, toys } = await stored(names, { piece: 2 })
      toys[end].lost()
      await expect(readings(both, block)).rejects.toMatchObject({
        code: 'LINK_LOST',
        port: `/dev/${names[end]}`,
        message: expect.stringContaining(`${names[end]} (2-2), was lost`),
      })
      for (const other of toys) if (other !== toys[end]) expect(safe(other)).toBe(true)
    }
  })

  it('passes a refusal on as it is: nobody was lost, and both work on', async () => {
    const { both, block, toys } = await stored(['a', 'b'], {})
    toys[1].fault = Object.assign(new Error('beyond its limits'), { code: 'LIMIT' })
    toys[1].failAt = 0
    await expect(readings(both, block)).rejects.toMatchObject({ code: 'INTERNAL' })
    const { InsituError } = await import('../../src/errors.ts')
    const again = await stored(['a', 'b'], {})
    again.toys[1].fault = new InsituError('LIMIT', 'beyond its limits')
    again.toys[1].failAt = 0
    await expect(readings(again.both, again.block)).rejects.toBe(again.toys[1].fault)
    expect(safe(again.toys[0])).toBe(false)
    again.toys[1].found()
    await expect(readings(again.both, again.block)).resolves.toHaveLength(12)
  })
})

describe('through a chain', () => {
  it('blocks go in order; when a machine is lost every one that follows is a fault, and nothing is sent', async () => {
    const { both, block, toys, log } = await stored(['front', 'back'], { piece: 2 })
    toys[1].lost(4)
    const passed = await lastValueFrom(from([block, block, block, block]).pipe(through(both), toArray()))
    expect(passed.map(({ kind }) => kind)).toEqual(['readings', 'fault', 'fault', 'fault'])
    for (const one of passed.slice(1))
      expect(one).toMatchObject({
        error: { code: 'LINK_LOST', port: '/dev/back', message: expect.stringContaining('back') },
      })
    expect(log.filter((line) => /^back\d+ begins/.test(line))).toHaveLength(5)
    expect(safe(toys[0])).toBe(true)
  })
})

describe('a chain of three', () => {
  it('reads as the three driven by hand', async () => {
    const { both, block, theta, devices } = await stored(['one', 'two', 'three'], { piece: 2 })
    const through = await readings(both, block)
    const alone = links(['one', 'two', 'three']).devices
    let drive = block.drive
    let last: Float64Array = new Float64Array(0)
    for (const [n, device] of alone.entries()) {
      const count = paramCount(devices[n].sheet)
      await device.store(theta.subarray(n * count, (n + 1) * count))
      last = await readings(device, { slots: block.slots, drive })
      drive = { kind: 'track', data: last, hold: 1 }
    }
    expect(through).toEqual(last)
  })
})

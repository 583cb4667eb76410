import { afterAll, describe, expect, it, vi } from 'vitest'
import { memoryPair, openDevice } from '../../drivers/index.ts'
import type { BoardOptions } from '../../sim/bench/index.ts'
import { type ServeOptions, serve } from '../../sim/bench/serve.ts'
import type { Backend, Receipt } from '../../src/contract/backend.ts'
import type { Code, LoadedBlock } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import type { InsituError } from '../../src/errors.ts'
import { contract } from '../../src/testing/index.ts'
import {
  armRequest,
  DATA,
  encodeFrame,
  encodeMeasure,
  type Frame,
  FrameDecoder,
  layoutOf,
  mostInnerSlots,
  REFUSAL,
  REFUSED,
  REQUEST,
  refusal,
} from '../../src/wire/index.ts'
import { SPRINGS, Springs, type SpringsOptions } from '../contract/springs.ts'
import { Toy } from '../contract/toy.ts'
import { startBoard } from '../setup/boards.ts'
import { compiled } from '../setup/compiled.ts'
import { quick, wired } from './bench.ts'

const runner = { describe, it, afterAll }
const behind = async (options: SpringsOptions, server: ServeOptions = {}) =>
  (await wired(new Springs(options), { server })).wire
const small = { maxFrame: 200, credits: 4 } as const
const noise = 4e-6

contract('springs behind the wire', () => behind({}), runner)
contract('springs through frames of 200 bytes', () => behind({ noise }, { maxFrame: 200 }), runner)
contract('springs in counts', () => behind({ stepped: true }, { format: 'i16' }), runner)
contract(
  'springs in counts through frames of 200 bytes, with a broken gauge',
  () => behind({ stepped: true, blind: 3 }, { format: 'i16', ...small }),
  runner,
)

type Bench = Pick<Springs, 'sheet' | 'store' | 'measure' | 'local' | 'adjoint'> & AsyncDisposable

const SLOTS = 22
const theta = Float64Array.from({ length: SPRINGS }, (_, i) => 90 + 2 * i)
const wave = (count: number, size: number, at = 0) =>
  Float64Array.from({ length: count }, (_, i) => Math.round(Math.sin(3 * (i + at)) * size * 2 ** 14) / 2 ** 14)
const track = (rows: number, size: number, hold: number, at = 0) =>
  ({ kind: 'track', data: wave(2 * rows, size, at), hold }) as const
const opposite: Code = {
  kind: 'code',
  family: 'random',
  pairing: 'opposite',
  seed: 5,
  first: 3,
  hold: 1,
  amplitudes: [0.5],
}
/** Loads and perturbations whose holds fit each other badly. */
const blocks: readonly LoadedBlock[] = [
  { slots: SLOTS, drive: track(8, 0.5, 3), load: track(SLOTS, 0.25, 1) },
  { slots: SLOTS, drive: track(SLOTS, 0.5, 1), delta: opposite, load: track(5, 0.25, 5, 7) },
  { slots: SLOTS, drive: track(1, 0.5, SLOTS), delta: { ...opposite, hold: 3, pairing: 'single' } },
]

/** Outputs and local readings of some rounds of all blocks, and those of loads held alone. */
async function played(machine: Bench, rounds = 1): Promise<number[]> {
  const device = attach(machine)
  const out: number[] = []
  const receipts: Receipt[] = []
  await device.store(theta)
  for (const block of Array.from({ length: rounds }, () => blocks).flat()) {
    const [into, local] = [new Float64Array(2 * SLOTS), new Float64Array(SPRINGS * SLOTS)]
    receipts.push(await device.local.read(block, into, local))
    out.push(...into, ...local)
    receipts.push(await device.adjoint.hold(block, into))
    out.push(...into)
  }
  expect(receipts.map(({ slots, clipped }) => [slots, clipped])).toEqual(receipts.map(() => [SLOTS, 0]))
  await device[Symbol.asyncDispose]()
  return out
}

describe.each<[string, SpringsOptions, ServeOptions]>([
  ['doubles', { noise }, {}],
  ['doubles in small frames', { noise }, { maxFrame: 100 }],
  ['counts', { noise, stepped: true }, { format: 'i16' }],
  ['counts in small frames', { noise, stepped: true, blind: 1 }, { format: 'i16', maxFrame: 60 }],
])('behind the wire in %s', (_, options, server) => {
  it('gives what the machine gives in the process, bit for bit', async () => {
    const { wire } = await wired(new Springs(options), { server })
    const [inside, here] = [new Springs(options), wire as unknown as Bench]
    expect(here.local.sense).toEqual(inside.local.sense)
    expect(here.adjoint.load).toEqual(inside.adjoint.load)
    expect(await played(here)).toEqual(await played(inside))
  })

  it('gives the same over a bad line', async () => {
    const { wire, line } = await wired(new Springs({ ...options, repeatable: true }), {
      server,
      faults: { seed: 5, rates: { drop: 2e-4, flip: 2e-4, duplicate: 2e-4 } },
      timing: { ...quick, replyMs: 10, retries: 9, openMs: 2000 },
    })
    // A block that is measured again draws other noise only if the first answer was lost with the machine's store.
    const got = await played(wire as unknown as Bench, 4)
    expect(got).toEqual(await played(new Springs(options), 4))
    expect(line.faults).toBeGreaterThan(3)
    expect(wire.link.counters.retries).toBeGreaterThan(0)
  })
})

describe('a server of springs', () => {
  /** A server that is armed, and what it answers to requests written by hand: the refusal, or undefined. */
  async function raw(machine: Backend, options: ServeOptions = {}) {
    const [near, far] = memoryPair()
    const server = serve(machine, far, options)
    const heard: Frame[] = []
    const decoder = new FrameDecoder((frame) => heard.push({ ...frame, payload: frame.payload.slice() }))
    near.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
    let seq = 0
    const ask = async (type: number, payload: Uint8Array) => {
      heard.length = 0
      await near.write(encodeFrame(type, ++seq, payload))
      await vi.waitFor(() => expect(heard.some((frame) => frame.type !== DATA)).toBe(true))
      const last = heard.at(-1) as Frame
      return last.type === REFUSAL ? refusal.decode(last.payload) : undefined
    }
    await ask(REQUEST.arm, armRequest.encode({ armId: 9, watchdogMs: 60_000 }))
    return { server, ask: (payload: Uint8Array) => ask(REQUEST.measure, payload) }
  }

  const machine = new Springs()
  const layout = layoutOf(machine.sheet, 'f64', { local: machine.local.sense, adjoint: machine.adjoint.load })

  it('refuses a load beyond its range, naming the slot, before anything moves', async () => {
    const { server, ask } = await raw(new Springs())
    const load = { kind: 'track', data: Float64Array.of(0, 0, 0, 1.5, 0, 0), hold: 3 } as const
    const block = { slots: 8, drive: track(1, 0.5, 8), load }
    expect(await ask(encodeMeasure(layout, 9, block))).toMatchObject({ code: REFUSED.limit, detail: 3 })
    load.data[3] = Number.NaN
    expect(await ask(encodeMeasure(layout, 9, block, 'local'))).toMatchObject({ code: REFUSED.limit, detail: 3 })
    load.data[3] = -1
    expect(await ask(encodeMeasure(layout, 9, block, 'local'))).toBeUndefined()
    await server[Symbol.asyncDispose]()
  })

  it('refuses more local readings than both sides keep, naming the slots that fit', async () => {
    const { server, ask } = await raw(new Springs({ maxSlots: 65535 }))
    const most = mostInnerSlots(layout, 'local')
    expect(most).toBeLessThan(65535)
    const request = (slots: number) => encodeMeasure(layout, 9, { slots, drive: track(1, 0.5, slots) }, 'local')
    expect(await ask(request(65535))).toMatchObject({ code: REFUSED.tooBig, detail: most })
    await server[Symbol.asyncDispose]()
  })

  it('refuses the flags where the machine lacks the facets', async () => {
    const { server, ask } = await raw(new Toy())
    const other = { ...layoutOf(new Toy().sheet, 'f64'), local: { step: 0 }, load: { step: 0 } }
    const drive = { kind: 'track', data: new Float64Array(3), hold: 4 } as const
    const load = { kind: 'track', data: new Float64Array(2), hold: 4 } as const
    for (const payload of [
      encodeMeasure(other, 9, { slots: 4, drive, load }),
      encodeMeasure(other, 9, { slots: 4, drive }, 'local'),
    ])
      expect(await ask(payload)).toMatchObject({ code: REFUSED.value, detail: 8 })
    await server[Symbol.asyncDispose]()
  })
})

describe('a server in counts', () => {
  it('offers no codes and no learning, whose arithmetic in counts is one chip’s', async () => {
    const { wire } = await wired(new Toy({ step: 2 ** -9 }), { server: { format: 'i16' } })
    expect([wire.codes, wire.learn, typeof wire.state]).toEqual([undefined, undefined, 'object'])
    await wire[Symbol.asyncDispose]()
  })

  it.each([
    ['a port without a step', new Springs(), /bank k cannot be served in 16 bits/],
    ['a range of more counts', new Toy({ step: 2 ** -11 }), /sense cannot be served in 16 bits/],
    ['no count left for a gap', lowest(), /sense uses the count -32768/],
  ])('refuses a machine with %s', (_, machine, message) => {
    expect(() => serve(machine, memoryPair()[1], { format: 'i16' })).toThrow(message)
  })

  /** A toy whose readings use every count. */
  function lowest(): Toy {
    const toy = new Toy({ step: 2 ** -10 })
    const sense = { ...toy.sheet.sense, max: 31 }
    return Object.defineProperty(toy, 'sheet', { value: dataSheet({ ...toy.sheet, sense }) })
  }

  it('ends ranges on whole counts and hands the machine nothing beyond its own', async () => {
    const toy = new Toy({ step: 0.1 })
    const stored: number[] = []
    const [bank] = toy.sheet.banks
    const odd = {
      ...toy,
      sheet: dataSheet({ ...toy.sheet, banks: [{ ...bank, width: 8, min: 103.14, max: 171.9, safe: 103.14 }] }),
      store: async (theta: Float64Array) => void stored.push(...theta),
      measure: toy.measure.bind(toy),
      [Symbol.asyncDispose]: async () => {},
    }
    const { wire } = await wired(odd, { server: { format: 'i16' } })
    const [held] = wire.sheet.banks
    expect(held).toMatchObject({ min: 1032 * 0.1, max: 1719 * 0.1, safe: 1032 * 0.1 })
    await attach(wire).store(Float64Array.of(held.min, held.max, 120, 120.04, 120.06, 150, 150, 150))
    expect(stored.slice(0, 5)).toEqual([1032, 1719, 1200, 1200, 1201].map((count) => Math.min(171.9, count * 0.1)))
    expect(Math.max(...stored)).toBeLessThanOrEqual(171.9)
    await wire[Symbol.asyncDispose]()
  })
})

describe('over a pseudo-terminal', () => {
  it('a board in counts has the facets and the readings of the machine', async (context) => {
    const options: SpringsOptions = { stepped: true, noise, blind: 2 }
    const board = await startBoard({
      target: 'simulator',
      module: compiled('test/contract/springs.ts'),
      export: 'springs',
      args: [options],
      format: 'i16',
    }).catch((error: InsituError) => {
      if (error.code === 'PTY') return context.skip(error.message)
      throw error
    })
    const device = await openDevice(`serial:${board.path}?baud=115200`, { kind: 'simulator', machine: 'springs' })
    expect(await played(device as unknown as Bench)).toEqual(await played(new Springs(options)))
    await board.stop()
  })

  it('a board refuses a format that does not exist', async () => {
    const module = compiled('test/contract/springs.ts')
    const wrong = { target: 'simulator', module, export: 'springs', format: 'f32' } as unknown as BoardOptions
    await expect(startBoard(wrong)).rejects.toMatchObject({ code: expect.stringMatching(/CONFIG|PTY/) })
  })
})

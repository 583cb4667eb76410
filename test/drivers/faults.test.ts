import { describe, expect, it, vi } from 'vitest'
import { memoryPair, openWire } from '../../drivers/index.ts'
import { faulty } from '../../sim/bench/faults.ts'
import { FAULT_KINDS, type FaultKind } from '../../sim/bench/faults-damage.ts'
import { serve } from '../../sim/bench/serve.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { InsituError } from '../../src/errors.ts'
import {
  armRequest,
  decodeReadReply,
  encodeApply,
  encodeFrame,
  type Frame,
  FrameDecoder,
  layoutOf,
  REQUEST,
  readRequest,
  STATE,
} from '../../src/wire/index.ts'
import { Toy } from '../contract/toy.ts'
import { hurried, quick, wired } from './bench.ts'

const SLOTS = 16
const code: Code = {
  kind: 'code',
  family: 'random',
  pairing: 'single',
  seed: 7,
  first: 0,
  hold: 1,
  amplitudes: [0.01, 0.02],
}
/** Every reading tells its slot by its code, and its round by its drive. */
const block = (round: number): Block => ({
  slots: SLOTS,
  drive: { kind: 'track', hold: SLOTS, data: Float64Array.from({ length: 3 }, (_, i) => Math.sin(3 * round + i)) },
  delta: { ...code, first: round * SLOTS },
})

/** Measures and updates for some rounds; `into` takes all readings and, behind them, the last parameters. */
async function rounds(machine: Toy | Awaited<ReturnType<typeof openWire>>, count: number): Promise<Float64Array> {
  const device = attach(machine as Toy)
  const out = new Float64Array(count * SLOTS * 2 + 8)
  const theta = Float64Array.from({ length: 8 }, (_, i) => i / 10)
  await device.store(theta)
  const coefficients = Float64Array.from({ length: SLOTS }, (_, k) => (k - 8) / 16)
  for (let round = 0; round < count; round++) {
    await device.measure(block(round), out.subarray(round * SLOTS * 2, (round + 1) * SLOTS * 2))
    await device.codes.apply({ ...code, first: round * SLOTS }, coefficients, theta)
  }
  out.set(theta, count * SLOTS * 2)
  return out
}

describe.each<[string, Partial<Record<'drop' | 'flip' | 'duplicate' | 'burst', number>>]>([
  ['drops', { drop: 1e-3 }],
  ['flips', { flip: 1e-3 }],
  ['duplicates', { duplicate: 1e-3 }],
  ['bursts', { burst: 1e-3 }],
  ['drops, flips and duplicates', { drop: 1e-3, flip: 1e-3, duplicate: 1e-3 }],
])('a line with %s', (_, rates) => {
  it('brings 5,000 readings and 157 updates without a wrong one', async () => {
    const count = Math.ceil(5000 / (2 * SLOTS))
    const wanted = await rounds(new Toy({ maxSlots: SLOTS }), count)
    const { wire, line } = await wired(hurried(new Toy({ maxSlots: SLOTS })), {
      faults: { seed: 3, rates },
      // One request in five is lost on the worst of these lines: three repeats would not do for every one of 314.
      timing: { ...quick, replyMs: 6, retries: 9, openMs: 2000 },
    })
    const got = await rounds(wire, count)
    const { counters } = wire.link
    await wire[Symbol.asyncDispose]()
    expect(got).toEqual(wanted)
    expect(line.faults).toBeGreaterThan(30)
    expect(counters.retries).toBeGreaterThan(10)
    expect(wire.link.state).toBe('CLOSED')
    expect(counters.bad).toBeGreaterThan(0)
  })
})

/** What a run must leave behind, whatever happened: its result or a typed error, and a machine at its safe values. */
async function canonical(kind: FaultKind | undefined, frame: number, direction: 'out' | 'in') {
  const toy = new Toy({ maxSlots: SLOTS })
  const [near, far] = memoryPair()
  const server = serve(hurried(toy), far)
  const line = faulty(near, { seed: frame, delayMs: 60, ...(kind && { at: { kind, frame, direction } }) })
  let result: Float64Array | undefined
  let error: unknown
  try {
    const wire = await openWire(line, { kind: 'simulator', timing: { ...quick, replyMs: 25 }, watchdogMs: 600 })
    try {
      result = await rounds(wire, 3)
    } finally {
      await wire[Symbol.asyncDispose]()
    }
  } catch (caught) {
    error = caught
  }
  return { result, error, server, line, toy }
}

describe('a repeat', () => {
  it.each([
    ['under the same number runs once', (seq: number) => seq, 1],
    ['under a new number, the naive way, runs twice', (seq: number) => seq + 1, 2],
  ])('%s', async (_, next, times) => {
    const toy = new Toy()
    const [near, far] = memoryPair()
    await using server = serve(toy, far)
    const heard: Frame[] = []
    const decoder = new FrameDecoder((frame) => heard.push({ ...frame, payload: frame.payload.slice() }))
    near.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
    const answer = async (type: number, seq: number, payload: Uint8Array) => {
      heard.length = 0
      await near.write(encodeFrame(type, seq, payload))
      await vi.waitFor(() => expect(heard).toHaveLength(1))
      return heard[0].payload
    }
    const layout = layoutOf(toy.sheet, 'f64')
    await answer(REQUEST.arm, 1, armRequest.encode({ armId: 9, watchdogMs: 5000 }))
    const update = encodeApply(layout, 9, code, { exponent: 0, values: [1] })
    const first = await answer(REQUEST.apply, 2, update)
    // As if that answer had been lost on the way.
    const second = await answer(REQUEST.apply, next(2), update)
    expect(second.join() === first.join()).toBe(times === 1)
    const { values } = decodeReadReply(
      layout,
      await answer(REQUEST.read, 9, readRequest.encode({ first: 0, count: 8 })),
    )
    expect(Math.abs(values[0])).toBeCloseTo(times * code.amplitudes[0], 12)
    expect(server.state).toBe(STATE.armed)
  })
})

describe('a fault at every frame', async () => {
  const clean = await canonical(undefined, 0, 'out')
  const { out: sent, in: heard } = await frameCounts()
  const wanted = clean.result

  it('has a fault-free run to compare with', () => {
    expect(clean.error).toBeUndefined()
    expect(sent).toBeGreaterThan(10)
    expect(heard).toBeGreaterThan(sent)
  })

  it.each(FAULT_KINDS.flatMap((kind) => (['out', 'in'] as const).map((direction) => [kind, direction] as const)))(
    '%s, %sward: the same result or a typed error, and a safe machine',
    async (kind, direction) => {
      const frames = direction === 'out' ? sent : heard
      expect(frames).toBeGreaterThan(10)
      const runs = await Promise.all(Array.from({ length: frames }, (_, frame) => canonical(kind, frame, direction)))
      for (const [frame, run] of runs.entries()) {
        const where = `${kind} at frame ${frame} ${direction}`
        if (run.error === undefined) expect(run.result, where).toEqual(wanted)
        else expect(run.error, where).toBeInstanceOf(InsituError)
        // Only a line that is cut may keep a run from its result.
        if (kind !== 'cut') expect(run.error, where).toBeUndefined()
        expect(run.line.faults, where).toBe(1)
      }
      const safe = () => runs.every(({ server: { state } }) => state === STATE.idle || state === STATE.fault)
      // A cut line leaves it to the board's watchdog.
      if (kind === 'cut') await expect.poll(safe, { timeout: 3000 }).toBe(true)
      else expect(safe()).toBe(true)
    },
  )
})

/** Frames that every run has: a busy computer adds signs of life and repeats to some. */
async function frameCounts() {
  const counts = { out: Infinity, in: Infinity }
  for (let n = 0; n < 5; n++) {
    for (const direction of ['out', 'in'] as const) {
      // A fault beyond the last frame lets every frame be counted.
      const { line } = await canonical('flip', 1e9, direction)
      counts[direction] = Math.min(counts[direction], line.frames[direction])
    }
  }
  return counts
}

import { describe, expect, it } from 'vitest'
import { memoryPair, openWire } from '../../../drivers/index.ts'
import { type ServeOptions, serve } from '../../../sim/bench/serve.ts'
import type { Block } from '../../../src/contract/block.ts'
import { attach } from '../../../src/contract/device.ts'
import {
  armRequest,
  DATA,
  encodeFrame,
  encodeMeasure,
  encodeSpikes,
  type Frame,
  FrameDecoder,
  layoutOf,
  parameterCrc,
  pingReply,
  REFUSAL,
  REFUSED,
  REQUEST,
  refusal,
  SPIKES,
  spikeMeasureReply,
  spikesOf,
} from '../../../src/wire/index.ts'
import { quick } from '../bench.ts'
import { Counter } from './counter.ts'
import { type Fate, spikeLine } from './lossy-line.ts'

const SLOTS = 6
const theta = Float64Array.of(1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 7, -2)
/** Rows in which every third tick is silent. */
const block: Block = {
  slots: SLOTS,
  drive: {
    kind: 'track',
    hold: 1,
    data: Float64Array.from({ length: SLOTS * 15 }, (_, i) => Number(i % 15 < 10 && (7 * i) % 3 === 0)),
  },
}
const SENT = block.drive.data.reduce((sum, spike) => sum + spike, 0)

async function over(fate: Fate, server: ServeOptions = { format: 'packed', maxFrame: 32 }) {
  const [near, far] = memoryPair()
  const machine = new Counter({ noise: 2 })
  const served = serve(machine, far, server)
  const line = spikeLine(near, fate)
  const wire = await openWire(line, { kind: 'simulator', timing: quick })
  const device = attach(wire)
  await device.store(theta)
  return { machine, served, line, wire, device }
}

/** What the machine reads in its first two blocks, without a line. */
async function wanted(): Promise<Float64Array> {
  await using device = attach(new Counter({ noise: 2 }))
  await device.store(theta)
  const into = new Float64Array(2 * SLOTS * 2)
  await device.measure(block, into)
  await device.measure(block, into.subarray(SLOTS * 2))
  return into
}

describe('spikes that are lost', () => {
  it('are counted on both sides and sent again before anything runs: the readings are those without a line', async () => {
    const { machine, served, line, wire, device } = await over((n) => (n === 1 || n === 4 ? 'lost' : 'whole'))
    const into = new Float64Array(2 * SLOTS * 2)
    const receipt = await device.measure(block, into)
    await device.measure(block, into.subarray(SLOTS * 2))
    expect(into).toEqual(await wanted())
    expect(machine.runs).toBe(2)
    expect(line.frames).toBeGreaterThan(4)
    expect(wire.spikes?.lost).toBeGreaterThan(0)
    expect(served.spikes?.lost).toBe(wire.spikes?.lost)
    expect(receipt.retries).toBeGreaterThan(0)
    // What had come is kept: the whole burst is sent again.
    expect(wire.spikes?.repeated).toBeGreaterThan(0)
    expect(wire.spikes?.sent).toBeGreaterThan(2 * SENT)
    await device[Symbol.asyncDispose]()
  })

  it('for good fail the call, run nothing and change no parameter; the next call works', async () => {
    let broken = true
    const { machine, wire, device } = await over(() => (broken ? 'lost' : 'whole'))
    const into = new Float64Array(2 * SLOTS).fill(-1)
    await expect(device.measure(block, into)).rejects.toMatchObject({
      code: 'SPIKES_LOST',
      message: expect.stringMatching(/lost on the way 16 times; nothing was run/),
    })
    expect(machine.runs).toBe(0)
    expect([...into]).toEqual(Array(2 * SLOTS).fill(-1))
    expect(wire.spikes).toEqual({ sent: 16 * SENT, lost: 16 * SENT, late: 0, repeated: 0 })
    broken = false
    await device.measure(block, into)
    expect(into).toEqual((await wanted()).subarray(0, 2 * SLOTS))
    await device[Symbol.asyncDispose]()
  })

  it('and doubled ones leave the readings as they are', async () => {
    const { served, wire, device } = await over(() => 'doubled')
    const into = new Float64Array(2 * SLOTS)
    await device.measure(block, into)
    expect(into).toEqual((await wanted()).subarray(0, 2 * SLOTS))
    expect(wire.spikes).toEqual({ sent: SENT, lost: 0, late: 0, repeated: SENT })
    expect(served.spikes?.repeated).toBe(SENT)
    await device[Symbol.asyncDispose]()
  })
})

describe('a board that takes spikes', () => {
  const ARM = 9
  const sheet = new Counter().sheet
  const layout = layoutOf(sheet, 'packed', {}, spikesOf(sheet))

  /** An armed board spoken to by hand. */
  async function raw() {
    const machine = new Counter()
    const [near, far] = memoryPair()
    const served = serve(machine, far, { format: 'packed' })
    let answer: (frame: Frame) => void = () => {}
    const decoder = new FrameDecoder((frame) => {
      if (frame.type !== DATA) answer({ ...frame, payload: frame.payload.slice() })
    })
    near.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
    let seq = 0
    const ask = async (type: number, payload: Uint8Array) => {
      const answered = new Promise<Frame>((resolve) => {
        answer = resolve
      })
      await near.write(encodeFrame(type, ++seq, payload))
      return answered
    }
    const arm = (armId: number) => ask(REQUEST.arm, armRequest.encode({ armId, watchdogMs: 60_000 }))
    const spikes = (burst: number, bits: number[], { armId = ARM, row = 0, tick = 0 } = {}) =>
      near.write(encodeFrame(SPIKES, ++seq, encodeSpikes({ armId, burst, row, tick }, Uint8Array.from(bits))))
    /** The refusal of a MEASURE of one slot, or its reply. */
    const measure = async (burst: number, count: number) => {
      const drive = { kind: 'track', data: new Float64Array(15), hold: 1 } as const
      const { type, payload } = await ask(
        REQUEST.measure,
        encodeMeasure(layout, ARM, { slots: 1, drive }, undefined, { burst, spikes: count }),
      )
      return type === REFUSAL ? refusal.decode(payload) : spikeMeasureReply.decode(payload)
    }
    const crc = async () => pingReply.decode((await ask(REQUEST.ping, new Uint8Array(0))).payload).parameterCrc
    await arm(ARM)
    return { machine, served, ask, arm, spikes, measure, crc }
  }

  it('says how many are missing, keeps what has come, and runs once all are there', async () => {
    const board = await raw()
    await board.spikes(0, [0b00011])
    expect(await board.measure(0, 5)).toMatchObject({ code: REFUSED.spikesLost, detail: 3 })
    expect(board.machine.runs).toBe(0)
    await board.spikes(0, [0b11100], { tick: 2 })
    expect(await board.measure(0, 5)).toMatchObject({ slots: 1, lateSpikes: 0, repeatedSpikes: 0 })
    expect(board.machine.runs).toBe(1)
    expect(board.served.spikes).toEqual({ lost: 3, late: 0, repeated: 0, unfit: 0 })
    await board.served[Symbol.asyncDispose]()
  })

  it('counts what comes late and changes nothing for it', async () => {
    const board = await raw()
    const before = await board.crc()
    await board.spikes(3, [0b00011])
    expect(await board.measure(3, 2)).toMatchObject({ slots: 1 })
    await board.spikes(3, [0b11111])
    // Of an arming that is over, and of none.
    await board.spikes(4, [0b00001], { armId: 8 })
    await board.spikes(4, [0b00001], { armId: 0 })
    expect(await board.measure(4, 0)).toMatchObject({ slots: 1, lateSpikes: 7, repeatedSpikes: 0 })
    expect(await board.crc()).toBe(before)
    // The host counts from its arming on, the board from its start.
    await board.arm(ARM)
    expect(await board.measure(0, 0)).toMatchObject({ lateSpikes: 0 })
    expect(board.served.spikes?.late).toBe(7)
    await board.served[Symbol.asyncDispose]()
  })

  it('counts frames that fit no burst, and refuses a MEASURE that does not fit its spikes', async () => {
    const board = await raw()
    await board.spikes(0, [])
    await board.spikes(0, [0b100000])
    await board.spikes(0, [1], { tick: 3 })
    await board.spikes(0, [1], { row: 64 })
    await board.ask(REQUEST.ping, new Uint8Array(0))
    expect(board.served.spikes).toEqual({ lost: 0, late: 0, repeated: 0, unfit: 4 })
    await board.spikes(1, [0b00111])
    expect(await board.measure(1, 2)).toMatchObject({ code: REFUSED.value, detail: 13 })
    await board.spikes(2, [1], { row: 1 })
    expect(await board.measure(2, 1)).toMatchObject({ code: REFUSED.value, detail: 9 })
    expect(await board.measure(5, 0)).toMatchObject({ slots: 1 })
    expect(await board.measure(5, 0)).toMatchObject({ code: REFUSED.value, detail: 9 })
    await board.served[Symbol.asyncDispose]()
  })

  it('holds bits as they were written, whatever befalls its spikes', async () => {
    const { served, device, wire } = await over((n) => (n < 3 ? 'lost' : 'whole'))
    await device.measure(block, new Float64Array(2 * SLOTS))
    const pulse = await wire.link.pulse()
    expect(pulse.parameterCrc).toBe(parameterCrc(layout, theta))
    expect(served.spikes?.lost).toBeGreaterThan(0)
    await device[Symbol.asyncDispose]()
  })
})

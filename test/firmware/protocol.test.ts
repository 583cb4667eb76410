import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  decodeReadReply,
  encodeApply,
  encodeFrame,
  encodeLearn,
  encodeMeasure,
  encodeWrite,
  FAULT,
  pingReply,
  REFUSAL,
  REFUSED,
  REPLY,
  REQUEST,
  refusal,
  STATE,
  stateReply,
} from '../../src/wire/index.ts'
import { avrTarget } from './avr.ts'
import { bytes, Client, type Target } from './client.ts'
import { buildHost, hostTarget, noCompiler, sanitizers } from './host.ts'

const ARM = 0xbeef0001

if (noCompiler) console.warn(`protocol on the host build: skipped, ${noCompiler}`)

describe.skipIf(noCompiler)('protocol on the host build', () => {
  suite(async () => hostTarget(await buildHost(sanitizers)), 4)
})
describe('protocol on the ATmega328P image', () => suite(avrTarget, 2))

function suite(open: () => Target | Promise<Target>, credits: number): void {
  let target: Target
  let client: Client
  beforeAll(async () => {
    target = await open()
    client = new Client(target)
  }, 60_000)
  afterAll(() => target.close())

  const ping = async () => pingReply.decode((await client.must(REQUEST.ping)).payload)
  const parameters = async () => {
    const { layout } = await client.describe()
    const answer = await client.must(REQUEST.read, bytes(['u16', 0], ['u16', layout.paramCount]))
    return [...decodeReadReply(layout, answer.payload).values]
  }
  const theta = Float64Array.from({ length: 9 }, (_, i) => (i - 4) / 2)
  const write = async () => encodeWrite((await client.describe()).layout, ARM, theta, 0, 9)
  const block = (slots: number) => ({
    slots,
    drive: { kind: 'track', data: Float64Array.of(0.5, -0.25), hold: slots } as const,
  })

  it('greets, describes itself and starts idle as 2-2-1', async () => {
    const hello = await client.hello()
    expect(hello).toMatchObject({ protocol: 1, state: STATE.idle, fault: FAULT.none, credits, armId: 0 })
    const { sheet } = await client.describe()
    expect(sheet.machine).toBe('mgd-chip')
    expect(sheet.banks.map((bank) => [bank.name, bank.width])).toEqual([
      ['w1', 4],
      ['w2', 2],
      ['b1', 2],
      ['b2', 1],
    ])
  })

  it('answers a line with a question mark while idle', async () => {
    target.write(new TextEncoder().encode('\0?\n'))
    let text = ''
    while (!text.endsWith('\n')) {
      const piece = await target.read(500)
      expect(piece.length).toBeGreaterThan(0)
      text += new TextDecoder().decode(piece)
    }
    expect(text).toMatch(/^insitu-chip .* mgd-chip 2-2-1 sigmoid, uid [0-9a-f]{16}, idle/)
    target.write(Uint8Array.of(0))
  })

  it('takes no write before it is armed, none with another arming, none in the wrong state', async () => {
    const { boot } = await client.hello()
    expect(await client.refused(REQUEST.write, await write())).toMatchObject({ code: REFUSED.notArmed, detail: boot })
    await client.arm(ARM + 1)
    expect(await client.refused(REQUEST.write, await write())).toMatchObject({
      code: REFUSED.notArmed,
      state: STATE.armed,
    })
    expect(await client.refused(REQUEST.configure, Uint8Array.of(2, 1, 1, 0))).toMatchObject({
      code: REFUSED.state,
      detail: STATE.idle,
    })
    expect(await parameters()).toEqual(new Array(9).fill(0))
    await client.must(REQUEST.disarm)
  })

  it('refuses what is malformed and what is too big, and keeps its network', async () => {
    expect(await client.refused(0x3f)).toMatchObject({ code: REFUSED.unknown, request: 0x3f })
    expect(await client.refused(REQUEST.arm, bytes(['u32', 0], ['u16', 1000]))).toMatchObject({ code: REFUSED.value })
    expect(await client.refused(REQUEST.arm, bytes(['u32', 1]))).toMatchObject({ code: REFUSED.length, detail: 6 })
    expect(await client.refused(REQUEST.configure, Uint8Array.of(2, 1, 1, 3))).toMatchObject({ code: REFUSED.value })
    const huge = Uint8Array.of(3, 255, 255, 255, 0)
    expect(await client.refused(REQUEST.configure, huge)).toMatchObject({ code: REFUSED.tooBig })
    expect(await client.refused(REQUEST.read, bytes(['u16', 5], ['u16', 5]))).toMatchObject({
      code: REFUSED.limit,
      detail: 9,
    })
    expect((await client.describe()).layout.paramCount).toBe(9)
  })

  it('writes, reads back and forgets on DISARM', async () => {
    await client.arm(ARM)
    await client.must(REQUEST.write, await write())
    expect(await parameters()).toEqual([...theta])
    await client.must(REQUEST.disarm)
    expect(await parameters()).toEqual(new Array(9).fill(0))
    expect(await ping()).toMatchObject({ state: STATE.idle, armId: 0 })
  })

  it('executes a repeated APPLY once and a repeated LEARN once, answering from its store', async () => {
    const { layout } = await client.describe()
    await client.arm(ARM)
    await client.must(REQUEST.write, await write())
    const amplitudes = [0.5, 0.5, 0.5, 0.5]
    const code = {
      kind: 'code',
      family: 'random',
      seed: 3,
      first: 0,
      amplitudes,
      hold: 1,
      pairing: 'single',
    } as const
    const apply = encodeApply(layout, ARM, code, { exponent: -4, values: [20000, 1000] })
    const once = await client.ask(REQUEST.apply, apply, 9)
    const moved = await parameters()
    expect(moved).not.toEqual([...theta])
    for (let n = 0; n < 3; n++) {
      const again = await client.ask(REQUEST.apply, apply, 9)
      expect(again).toEqual(once)
      // A refusal does not take the place of the stored reply.
      await client.refused(0x3f)
    }
    expect(await parameters()).toEqual(moved)

    const gain = layout.banks.map(() => ({ mantissa: 20000, exponent: 13 }))
    const job = { code, gain, hold: 4, updateEvery: 2, rows: 2 }
    const drive = Float64Array.of(1, 0, 0, 1)
    const target = Float64Array.of(1, 0)
    const learn = encodeLearn(layout, { armId: ARM, ...job, drive, target })
    const first = await client.ask(REQUEST.learn, learn, 10)
    expect(first.type).toBe(REQUEST.learn | REPLY)
    const learned = await parameters()
    expect(learned).not.toEqual(moved)
    expect(await client.ask(REQUEST.learn, learn, 10)).toEqual(first)
    expect(await parameters()).toEqual(learned)
    // A new seq is a new request.
    await client.ask(REQUEST.learn, learn, 11)
    expect(await parameters()).not.toEqual(learned)
    await client.must(REQUEST.disarm)
  })

  it('gives itself back from a snapshot, fractions included', async () => {
    await client.arm(ARM)
    await client.must(REQUEST.write, await write())
    const snapshot = (await client.must(REQUEST.snapshot, bytes(['u32', 0]))).payload.slice(8)
    expect(snapshot.length).toBe(36)
    snapshot[1] = 0x7f
    await client.must(REQUEST.restore, Uint8Array.of(...bytes(['u32', ARM], ['u32', 36], ['u32', 0]), ...snapshot))
    expect((await client.must(REQUEST.snapshot, bytes(['u32', 0]))).payload.slice(8)).toEqual(snapshot)
    await client.must(REQUEST.disarm)
  })

  it('refuses loads and readings inside it, which it does not have, by the byte that asks for them', async () => {
    const { layout } = await client.describe()
    await client.arm(ARM)
    const wider = { ...layout, local: { step: 1 }, load: { step: 1 }, taps: [{ width: 2, step: 1 }] }
    const load = { kind: 'track', data: Float64Array.of(1), hold: 3 } as const
    for (const payload of [
      encodeMeasure(wider, ARM, { ...block(3), load }),
      encodeMeasure(wider, ARM, block(3), 'local'),
      encodeMeasure(wider, ARM, block(3), 'taps'),
      encodeMeasure(wider, ARM, { ...block(3), load }, 'local'),
    ])
      expect(await client.refused(REQUEST.measure, payload)).toMatchObject({ code: REFUSED.value, detail: 8 })
    await client.must(REQUEST.measure, encodeMeasure(layout, ARM, block(3)))
  })

  it('hears PING in the middle of a measurement, and ABORT ends it and what waits behind it', async () => {
    const { layout, sheet } = await client.describe()
    await client.arm(ARM)
    const payload = encodeMeasure(layout, ARM, block(sheet.maxSlots))
    const seqs = Array.from({ length: credits }, (_, n) => 200 + n)
    for (const seq of seqs) target.write(encodeFrame(REQUEST.measure, seq, payload))
    target.write(encodeFrame(REQUEST.ping, 300, new Uint8Array(0)))
    target.write(encodeFrame(REQUEST.abort, 301, new Uint8Array(0)))
    const answered = new Map<number, number>()
    let during: number | undefined
    let readings = 0
    while (answered.size < credits + 2) {
      const frame = await client.frame()
      if (frame.type === 0xc0) readings++
      else answered.set(frame.seq, frame.type)
      if (frame.seq === 300) during = pingReply.decode(frame.payload).state
      if (frame.seq === 301) expect(stateReply.decode(frame.payload).state).toBe(STATE.armed)
      if (frame.type === REFUSAL) expect(refusal.decode(frame.payload).code).toBe(REFUSED.aborted)
    }
    // A fast machine may be through with some before it looks up; the slow one is not.
    if (credits === 2) {
      expect(during).toBe(STATE.running)
      expect(seqs.map((seq) => answered.get(seq))).toEqual([REFUSAL, REFUSAL])
    }
    expect(readings).toBeGreaterThan(0)
    expect(await ping()).toMatchObject({ state: STATE.armed, armId: ARM })
    await client.must(REQUEST.measure, encodeMeasure(layout, ARM, block(3)))
  })

  it('drops to safe values by DISARM in the middle of a measurement', async () => {
    const { layout, sheet } = await client.describe()
    await client.must(REQUEST.write, await write())
    target.write(encodeFrame(REQUEST.measure, 400, encodeMeasure(layout, ARM, block(sheet.maxSlots))))
    target.write(encodeFrame(REQUEST.disarm, 401, new Uint8Array(0)))
    const { type } = await client.reply(401)
    expect(type).toBe(REQUEST.disarm | REPLY)
    expect(await ping()).toMatchObject({ state: STATE.idle, armId: 0 })
    expect(await parameters()).toEqual(new Array(9).fill(0))
  })

  it('goes to safe values and latches a fault when the host falls silent', async () => {
    await client.arm(ARM, 100)
    await client.must(REQUEST.write, await write())
    expect((await target.read(300)).length).toBe(0)
    expect(await ping()).toMatchObject({ state: STATE.fault, fault: FAULT.watchdog, armId: 0 })
    expect(await parameters()).toEqual(new Array(9).fill(0))
    expect(await client.refused(REQUEST.write, await write())).toMatchObject({
      code: REFUSED.fault,
      detail: FAULT.watchdog,
    })
    expect(await client.refused(REQUEST.arm, bytes(['u32', ARM], ['u16', 100]))).toMatchObject({ code: REFUSED.fault })
    expect(stateReply.decode((await client.must(REQUEST.disarm)).payload).state).toBe(STATE.fault)
    await client.refused(REQUEST.clear, Uint8Array.of(FAULT.internal))
    await client.must(REQUEST.clear, Uint8Array.of(FAULT.watchdog))
    expect(await ping()).toMatchObject({ state: STATE.idle, fault: FAULT.none })
  })

  it('does not take the time of its own work for silence', async () => {
    const { layout, sheet } = await client.describe()
    await client.arm(ARM, 50)
    const answer = await client.must(REQUEST.measure, encodeMeasure(layout, ARM, block(sheet.maxSlots)))
    expect(answer.type).toBe(REQUEST.measure | REPLY)
    expect((await ping()).state).toBe(STATE.armed)
    await client.must(REQUEST.disarm)
  })
}

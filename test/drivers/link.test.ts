import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Link, type LinkEvent, memoryPair, openDevice, openWire } from '../../drivers/index.ts'
import { faulty } from '../../sim/bench/faults.ts'
import { serve } from '../../sim/bench/serve.ts'
import { mgdChip } from '../../sim/index.ts'
import type { Block } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import type { InsituError } from '../../src/errors.ts'
import type { Channel } from '../../src/wire/channel.ts'
import { encodeFrame, FAULT, FrameDecoder, helloReply, helloRequest, REQUEST, STATE } from '../../src/wire/index.ts'
import { Toy } from '../contract/toy.ts'
import { quick, wired } from './bench.ts'

const theta = Float64Array.from({ length: 8 }, (_, i) => i / 8 - 0.4)
const block: Block = { slots: 8, drive: { kind: 'track', data: Float64Array.of(0.5, -0.25, 1), hold: 8 } }
const readings = async (machine: Toy) => {
  const into = new Float64Array(16)
  await machine.store(theta)
  await machine.measure(block, into)
  return into
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: InsituError) => error.code,
  )

describe('a reset in mid-run', () => {
  it('is told once; then the parameters are back and nothing read was wrong', async () => {
    const toy = new Toy()
    const { wire, server } = await wired(toy)
    const wanted = await readings(new Toy())
    const into = new Float64Array(16)
    await wire.store(theta)
    await wire.measure(block, into)
    expect(into).toEqual(wanted)
    await server.reset()
    expect(server.state).toBe(STATE.idle)
    into.fill(7)
    await expect(wire.measure(block, into)).rejects.toMatchObject({ code: 'DEVICE_RESET' })
    expect([...into]).toEqual(Array(16).fill(7))
    await wire.measure(block, into)
    expect(into).toEqual(wanted)
    await wire[Symbol.asyncDispose]()
  })

  it('is noticed by the heartbeat while nothing is asked', async () => {
    const { wire, server } = await wired(new Toy())
    const events: LinkEvent[] = []
    wire.link.events.subscribe((event) => events.push(event))
    await wire.store(theta)
    await server.reset()
    await expect.poll(() => events.some(({ kind }) => kind === 'trouble')).toBe(true)
    expect(wire.link.state).toBe('OFFLINE')
    expect(await code(wire.measure(block, new Float64Array(16)))).toBe('DEVICE_RESET')
    await wire.measure(block, new Float64Array(16))
    await wire[Symbol.asyncDispose]()
  })

  it.each(['codes', 'state', 'store'])('while it is asked for %s ends in DEVICE_RESET', async (what) => {
    const { wire, server } = await wired(new Toy())
    await wire.store(theta)
    const snapshot = (await wire.state?.snapshot()) as Uint8Array
    await server.reset()
    const out = new Float64Array(8)
    const pending = {
      codes: () =>
        wire.codes?.apply(
          { kind: 'code', family: 'walsh', seed: 1, first: 0, hold: 1, pairing: 'single', amplitudes: [1, 1] },
          Float64Array.of(1),
          out,
        ),
      state: () => wire.state?.restore(snapshot, out),
      store: () => wire.store(theta),
    }[what] as () => Promise<unknown>
    expect(await code(pending())).toBe('DEVICE_RESET')
    await pending()
    await wire[Symbol.asyncDispose]()
  })
})

describe('the watchdog', () => {
  it('is fed while the host is idle', async () => {
    const { wire, server } = await wired(new Toy(), { watchdogMs: 200 })
    await wire.store(theta)
    await wait(700)
    expect(server.state).toBe(STATE.armed)
    await wire[Symbol.asyncDispose]()
  })

  it('brings a machine whose host is gone to its safe values, which a second host can see and clear', async () => {
    const toy = new Toy()
    const { wire, server } = await wired(toy, { watchdogMs: 60, timing: { ...quick, beatMs: 1e6 } })
    await wire.store(theta)
    // The heartbeat never comes before a quarter of the watchdog's time has passed; holding it back is as if the host hung.
    const until = performance.now() + 300
    while (performance.now() < until) {}
    await expect.poll(() => server.state).toBe(STATE.fault)
    expect(server.fault).toBe(FAULT.watchdog)
    expect(await code(wire.measure(block, new Float64Array(16)))).toBe('DEVICE_FAULT')
    const into = new Float64Array(16)
    await wire.measure(block, into)
    expect(into).toEqual(await readings(new Toy()))
    await wire[Symbol.asyncDispose]()
  })

  it('is fed by the work itself', async () => {
    const { wire, server } = await wired(new Toy({ delay: 300 }), { watchdogMs: 100 })
    await wire.measure(block, new Float64Array(16))
    expect(server.state).toBe(STATE.armed)
    await wire[Symbol.asyncDispose]()
  })
})

describe('an abort', () => {
  it('rejects at once with its reason; the late answer is discarded and the machine goes on', async () => {
    const toy = new Toy({ delay: 150 })
    const { wire } = await wired(toy)
    await wire.store(theta)
    const controller = new AbortController()
    const reason = new Error('enough')
    const started = performance.now()
    const call = wire.measure(block, new Float64Array(16), { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 30)
    await expect(call).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(120)
    const into = new Float64Array(16)
    await wire.measure(block, into)
    expect(into).toEqual(await readings(new Toy()))
    expect(wire.link.counters.late).toBeGreaterThan(0)
    await wire[Symbol.asyncDispose]()
  })

  it('of pieces on their way stops all of them', async () => {
    const toy = new Toy({ delay: 40, maxSlots: 4 })
    const { wire } = await wired(toy, { server: { credits: 4 } })
    await wire.store(theta)
    const controller = new AbortController()
    const many: Block = { slots: 32, drive: { ...block.drive, hold: 32 } }
    const call = wire.measure(many, new Float64Array(64), { signal: controller.signal })
    setTimeout(() => controller.abort('now'), 60)
    await expect(call).rejects.toBe('now')
    await wire.measure(block, new Float64Array(16))
    expect(toy.calls.filter((name) => name === 'measure').length).toBeLessThan(7)
    await wire[Symbol.asyncDispose]()
  })

  it('of a store leaves the old parameters or the new ones, never a mixture', async () => {
    const toy = new Toy({ delay: 20 })
    const { wire } = await wired(toy, { server: { maxFrame: 64 } })
    await wire.store(theta)
    const controller = new AbortController()
    const call = wire.store(new Float64Array(8).fill(0.25), { signal: controller.signal })
    setTimeout(() => controller.abort('now'), 10)
    await expect(call).rejects.toBe('now')
    const into = new Float64Array(16)
    await wire.measure(block, into)
    // 0.25 (0.5 - 0.25 + 1) + 0.25
    expect(new Set(into)).toEqual(new Set([0.5625]))
    await wire[Symbol.asyncDispose]()
  })
})

describe('leaving', () => {
  it('puts the machine to its safe values, once, and refuses further calls', async () => {
    const toy = new Toy()
    const { wire, server } = await wired(toy)
    await wire.store(theta)
    await Promise.all([wire[Symbol.asyncDispose](), wire[Symbol.asyncDispose]()])
    expect(server.state).toBe(STATE.idle)
    expect(toy.calls.filter((name) => name === 'store')).toHaveLength(2)
    expect(await code(wire.store(theta))).toBe('DISPOSED')
  })

  it('keeps to its budget when the device is gone', async () => {
    const { wire, far } = await wired(new Toy())
    await wire.store(theta)
    far.listen({ bytes: () => {}, closed: () => {} })
    const started = performance.now()
    await wire[Symbol.asyncDispose]()
    expect(performance.now() - started).toBeLessThan(quick.closeMs + 300)
  })

  it('by the far end fails what is under way, and everything after it, with LINK_LOST', async () => {
    const { wire, far } = await wired(new Toy({ delay: 100 }))
    await wire.store(theta)
    const call = wire.measure(block, new Float64Array(16))
    setTimeout(() => far.close(), 20)
    await expect(call).rejects.toMatchObject({
      code: 'LINK_LOST',
      message: expect.stringMatching(/last heard: .* ms ago/),
    })
    expect(await code(wire.store(theta))).toBe('LINK_LOST')
    await wire[Symbol.asyncDispose]()
  })
})

describe('silence', () => {
  it('says what was asked, how often, and what was heard last', async () => {
    const { wire, far } = await wired(new Toy())
    await wire.store(theta)
    far.listen({ bytes: () => {}, closed: () => {} })
    await expect(wire.measure(block, new Float64Array(16))).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/no answer to MEASURE within \d+ ms and 3 repeats; last heard: .* ms ago/),
      hint: expect.any(String),
    })
    expect(wire.link.state).toBe('OFFLINE')
    await wire[Symbol.asyncDispose]()
  })
})

/** A device that does nothing but answer greetings, in its own way. */
function greeter(far: Channel, answer: (nonce: number, seq: number) => Uint8Array): void {
  const decoder = new FrameDecoder(({ type, seq, payload }) => {
    if (type === REQUEST.hello) void far.write(answer(helloRequest.decode(payload).nonce, seq)).catch(() => {})
  })
  far.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
}
const identity = {
  protocol: 1,
  descriptionLength: 100,
  descriptionCrc: 4,
  boot: 5,
  resetReason: 0,
  state: 0,
  fault: 0,
  credits: 1,
  armId: 0,
  maxFrame: 256,
}
const reply = (nonce: number, seq: number, change: Partial<typeof identity>) =>
  encodeFrame(REQUEST.hello | 0x80, seq, helloReply.encode({ nonce, ...identity, ...change }))

describe('what answers but is not an insitu device', () => {
  const open = (near: Channel, options = {}) => openWire(near, { kind: 'simulator', timing: quick, ...options })

  it.each<[string, (nonce: number, seq: number) => Uint8Array, RegExp]>([
    ['another protocol', (nonce, seq) => reply(nonce, seq, { protocol: 2 }), /protocol 2/],
    [
      'a greeting of another length',
      (nonce, seq) => encodeFrame(0x81, seq, helloReply.encode({ nonce, ...identity }).subarray(0, 20)),
      /greeting/,
    ],
    ['noise', () => Uint8Array.from({ length: 60 }, (_, i) => (i * 73) & 255), /none of them a frame/],
    [
      'an echo',
      (nonce, seq) => encodeFrame(REQUEST.hello, seq, helloRequest.encode({ nonce })),
      /our own HELLO came back/,
    ],
    ['frames too small for anything', (nonce, seq) => reply(nonce, seq, { maxFrame: 19 }), /frames of 19 bytes/],
    ['a description of no bytes', (nonce, seq) => reply(nonce, seq, { descriptionLength: 0 }), /no description/],
  ])('%s is refused as WRONG_FIRMWARE', async (_, answer, message) => {
    const [near, far] = memoryPair()
    greeter(far, answer)
    const opening = open(near)
    await expect(opening).rejects.toMatchObject({ code: 'WRONG_FIRMWARE', message: expect.stringMatching(message) })
    await expect(opening).rejects.toHaveProperty('hint', expect.any(String))
    expect(near.closed).toBeDefined()
  })

  it('another machine than the one asked for is refused, both named', async () => {
    await expect(wired(new Toy(), { machine: 'mgd-chip' })).rejects.toThrow(/wanted mgd-chip, this is toy/)
  })

  it('nothing at all is a TIMEOUT', async () => {
    const [near] = memoryPair()
    await expect(open(near)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/nothing was ever heard/),
    })
  })

  it('a board that starts two seconds late is waited for', async () => {
    const [near, far] = memoryPair()
    // Silent at first, as a board that the opening of its port has restarted.
    far.listen({ bytes: () => {}, closed: () => {} })
    setTimeout(() => serve(new Toy(), far), 2000)
    const wire = await openWire(near, { kind: 'simulator' })
    expect(wire.link.counters.retries).toBeGreaterThan(5)
    await wire[Symbol.asyncDispose]()
  })
})

describe('pipelining', () => {
  it('keeps several pieces on a slow line: more than twice as fast as one at a time', async () => {
    const time = async (credits: number) => {
      const [near, far] = memoryPair()
      const slow: Channel = {
        name: 'slow',
        closed: undefined,
        // Ten milliseconds each way, as an adapter with a lazy timer.
        listen: (listener) =>
          near.listen({
            bytes: (chunk) => void setTimeout(() => listener.bytes(chunk.slice()), 10),
            closed: (cause) => listener.closed(cause),
          }),
        write: (bytes) => near.write(bytes),
        close: () => near.close(),
      }
      serve(new Toy({ maxSlots: 8 }), far, { credits })
      const wire = await openWire(slow, { kind: 'simulator', timing: { ...quick, replyMs: 300 } })
      const many: Block = { slots: 256, drive: { ...block.drive, hold: 256 } }
      const into = new Float64Array(512)
      await wire.measure(many, into)
      const started = performance.now()
      await wire.measure(many, into)
      const elapsed = performance.now() - started
      await wire[Symbol.asyncDispose]()
      return { elapsed, into }
    }
    const [one, eight] = [await time(1), await time(8)]
    expect(eight.into).toEqual(one.into)
    // 32 round trips against 4 and a little more.
    expect(one.elapsed / eight.elapsed).toBeGreaterThan(2)
  })
})

describe('a second look', () => {
  it('reads a machine without arming or disturbing it', async () => {
    const [near, far] = memoryPair()
    serve(new Toy(), far)
    const link = await Link.open(near, { timing: quick })
    expect(link.identity.state).toBe(STATE.idle)
    await link[Symbol.asyncDispose]()
  })
})

describe('a machine behind a socket', () => {
  it('is an address', async () => {
    const { openTcp } = await import('../../drivers/channel/tcp.ts')
    const bench = createServer()
    await new Promise<void>((resolve) => bench.listen(0, '127.0.0.1', resolve))
    const { port } = bench.address() as { port: number }
    bench.on('connection', (socket) => {
      const [inside, outside] = memoryPair()
      serve(new Toy(), inside)
      outside.listen({ bytes: (chunk) => void socket.write(chunk.slice()), closed: () => socket.destroy() })
      socket.on('data', (chunk) => void outside.write(chunk))
      socket.on('close', () => void outside.close())
      socket.on('error', () => {})
    })
    const machine = await openDevice(`tcp://127.0.0.1:${port}`, { machine: 'toy', kind: 'simulator', timing: quick })
    const into = new Float64Array(16)
    await machine.store(theta)
    await machine.measure(block, into)
    expect(into).toEqual(await readings(new Toy()))
    await machine[Symbol.asyncDispose]()
    await new Promise((resolve) => bench.close(resolve))
    expect(await code(openTcp('127.0.0.1', port))).toBe('PORT_ABSENT')
  })
})

describe('bit for bit', () => {
  it('a noisy simulator behind a bad line gives the readings of the one in the process', async () => {
    const chip = () => mgdChip({ layers: [2, 2, 1], maxSlots: 64, imperfections: { readNoise: 1e-2 } })
    const run = async (machine: ReturnType<typeof chip>) => {
      const device = attach(machine)
      const into = new Float64Array(1000)
      await device.store(new Float64Array(9).fill(0.3))
      const drive = { kind: 'track', data: Float64Array.of(0, 1), hold: 1000 } as const
      await device.measure({ slots: 1000, drive }, into)
      await device[Symbol.asyncDispose]()
      return into
    }
    const [near, far] = memoryPair()
    serve(chip(), far)
    const line = faulty(near, { seed: 5, rates: { drop: 3e-4, flip: 3e-4 } })
    const wire = await openWire(line, { kind: 'simulator', timing: { ...quick, replyMs: 15, retries: 8 } })
    expect(await run(wire as unknown as ReturnType<typeof chip>)).toEqual(await run(chip()))
    expect(line.faults).toBeGreaterThan(0)
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import { memoryPair, openChannel, openDevice, openWire, parseUri } from '../../drivers/index.ts'
import { serve } from '../../sim/bench/serve.ts'
import type { Block } from '../../src/contract/block.ts'
import type { Channel } from '../../src/wire/channel.ts'
import { FAULT, STATE } from '../../src/wire/index.ts'
import { Toy } from '../contract/toy.ts'
import { quick, wired } from './bench.ts'
import { type HostBoard, noCompiler, startHostBoard } from './host-firmware.ts'

const theta = new Float64Array(8).fill(0.25)
const block: Block = { slots: 64, drive: { kind: 'track', data: Float64Array.of(0.5, -0.25, 1), hold: 64 } }
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const turns = async (count: number) => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a request that got lost', () => {
  it('and is waited for longer than the watchdog allows does not look like a host that is gone', async () => {
    const never = { kind: 'lose', direction: 'out', frame: Number.MAX_SAFE_INTEGER } as const
    const options = { watchdogMs: 100, timing: { ...quick, beatMs: 20 } }
    const rehearsal = await wired(new Toy(), { ...options, faults: { at: never } })
    await rehearsal.wire.store(theta)
    const frame = rehearsal.line.frames.out
    await rehearsal.wire[Symbol.asyncDispose]()

    const { wire, server, line } = await wired(new Toy(), { ...options, faults: { at: { ...never, frame } } })
    await wire.store(theta)
    // 64 slots of a millisecond: the host waits 168 ms before it asks again.
    const receipt = await wire.measure(block, new Float64Array(128))
    expect(line.faults).toBe(1)
    expect(receipt.retries).toBe(1)
    expect(server.fault).toBe(FAULT.none)
    await wire[Symbol.asyncDispose]()
  })
})

describe('leaving', () => {
  it('at any moment of the first write leaves an idle machine at its safe values', async () => {
    for (let moment = 0; moment < 14; moment++) {
      const toy = new Toy()
      const { wire, server } = await wired(toy)
      const call = wire.store(theta).catch(() => {})
      await turns(moment)
      await wire[Symbol.asyncDispose]()
      await call
      await turns(10)
      expect(server.state, `after ${moment} turns`).toBe(STATE.idle)
      const into = new Float64Array(128)
      await toy.measure(block, into)
      expect(into.every((value) => value === 0)).toBe(true)
    }
  })

  it('ends the work of the machine and what was asked of it', async () => {
    // The block alone would take as long as leaving may take; safe values take half a block.
    const toy = new Toy({ delay: quick.closeMs / 2 })
    const { wire, server } = await wired(toy)
    const ended = toy.measure.bind(toy)
    let reason: unknown
    toy.measure = (given, into, opts) => {
      opts?.signal?.addEventListener('abort', () => {
        reason = opts.signal?.reason
      })
      return ended(given, into, opts)
    }
    const call = wire.measure(block, new Float64Array(128))
    await expect.poll(() => server.state).toBe(STATE.running)
    await Promise.all([wire[Symbol.asyncDispose](), expect(call).rejects.toMatchObject({ code: 'DISPOSED' })])
    expect(server.state).toBe(STATE.idle)
    expect(reason).toBeDefined()
  })
})

describe('the watchdog of a served machine', () => {
  it('does not wait for a host that takes no answers', async () => {
    const [near, far] = memoryPair()
    let taking = true
    const stuck: Channel = {
      name: 'stuck',
      closed: undefined,
      listen: (listener) => far.listen(listener),
      write: (bytes) => (taking ? far.write(bytes) : new Promise(() => {})),
      close: () => far.close(),
    }
    const server = serve(new Toy(), stuck)
    const wire = await openWire(near, { kind: 'simulator', watchdogMs: 100, timing: quick })
    await wire.store(theta)
    taking = false
    const call = wire.measure(block, new Float64Array(128)).catch(() => {})
    await wait(20)
    await near.close()
    await call
    await expect.poll(() => server.fault).toBe(FAULT.watchdog)
  })

  it('latches its fault also where the machine refuses its safe values', async () => {
    const toy = new Toy()
    const { wire, server } = await wired(toy, { watchdogMs: 60, timing: { ...quick, beatMs: 1e6 } })
    await wire.store(theta)
    toy.store = async () => {
      throw new Error('the line to the converters is cut')
    }
    const until = performance.now() + 200
    while (performance.now() < until) {}
    await expect.poll(() => server.fault).toBe(FAULT.watchdog)
    await wire[Symbol.asyncDispose]()
  })
})

if (noCompiler) console.warn(`a fault latched by firmware: skipped, ${noCompiler}`)

describe.skipIf(noCompiler)('the firmware', () => {
  const boards: HostBoard[] = []
  afterAll(() => Promise.all(boards.map((board) => board.stop())))

  it('that latched a fault is cleared by the next host, set up or not', async () => {
    const board = await startHostBoard()
    boards.push(board)
    const channel = await openChannel(parseUri(`serial:${board.path}`))
    const first = await openWire(channel, { kind: 'emulated firmware', watchdogMs: 60 })
    await first.store(new Float64Array(9).fill(0.5))
    await channel.close()
    await wait(150)
    const second = await openDevice(`serial:${board.path}`, { kind: 'emulated firmware' })
    await second.store(new Float64Array(9).fill(0.5))
    const into = new Float64Array(1)
    await second.measure({ slots: 1, drive: { kind: 'track', data: Float64Array.of(0, 1), hold: 1 } }, into)
    expect(into[0]).toBeGreaterThan(0)
    await second[Symbol.asyncDispose]()
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import { memoryPair, openDevice } from '../../drivers/index.ts'
import { type ServeOptions, serve } from '../../sim/bench/serve.ts'
import { type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import type { EchoPort } from '../../src/contract/echo.ts'
import type { Facets } from '../../src/contract/facets.ts'
import { hamiltonianEcho } from '../../src/rules/hamiltonian-echo.ts'
import { train } from '../../src/rules/train.ts'
import { contract } from '../../src/testing/index.ts'
import {
  armRequest,
  DATA,
  decodeLaunchReply,
  decodeReadReply,
  dropRequest,
  encodeEcho,
  encodeFrame,
  encodeLaunch,
  encodeMeasure,
  encodeRestore,
  encodeWrite,
  type Frame,
  FrameDecoder,
  layoutOf,
  parameterCrc,
  pingReply,
  REFUSAL,
  REFUSED,
  REQUEST,
  readRequest,
  refusal,
} from '../../src/wire/index.ts'
import { hasPty } from '../bench-boards/tools.ts'
import { COUPLINGS, DRIVEN, READ, Waves, type WavesOptions } from '../contract/waves.ts'
import { startBoard } from '../setup/boards.ts'
import { compiled } from '../setup/compiled.ts'
import { quick, wired } from './bench.ts'

type Waving = Device<'echo' | 'local' | 'state'>

const runner = { describe, it, afterAll }
const quiet = { skipped: () => {} }
const behind = async (options: WavesOptions, server: ServeOptions = {}) =>
  (await wired(new Waves(options), { server })).wire

contract('waves behind the wire', () => behind({}), runner, quiet)
contract('waves through frames of 60 bytes', () => behind({ learning: 0.5 }, { maxFrame: 60 }), runner, quiet)

const ramp = (count: number, size: number, at = 0) =>
  Float64Array.from({ length: count }, (_, i) => size * Math.sin(3 * i + at))
const cavities: WaveOptions = {
  field: { kind: 'kerr-cavities', rows: 2, columns: 2 },
  inputs: ['0.q', '1.p'],
  outputs: ['2.q', '3.p'],
  time: 0.5,
  step: 0.02,
  learning: { mass: 1 / 300, decay: 100 },
}

/** Ranges in which laws ask for answers in proportion. */
const faint = (most: number) => ({ min: -most, max: most, step: 0 })
const converters = { drive: faint(0.5), sense: faint(8), injection: faint(0.05), local: faint(64) }
contract(
  'cavities behind the wire',
  async () => (await wired(waveSimulator({ ...cavities, converters }))).wire,
  runner,
  quiet,
)

/** Everything that some launches, echoes, drops and measurements bring. */
async function played(backend: Backend & Partial<Facets>): Promise<readonly number[]> {
  await using device = attach(backend) as Waving
  const { sheet, echo, local } = device
  const out: number[] = []
  const theta = new Float64Array(sheet.banks[0].width)
  await device.store(ramp(theta.length, 0.3, 1).map((value) => 0.5 + value))
  for (let round = 0; round < 12; round++) {
    const frames = 1 + (round % 3)
    const drive = ramp(frames * sheet.drive.width, 0.5, round)
    const flight = await echo.launch(drive)
    out.push(...flight.output, ...(flight.local ?? []), flight.receipt.slots)
    if (round % 4 === 3) await flight[Symbol.asyncDispose]()
    else {
      const decay = echo.learning && ([undefined, 'plain', 'mirrored'] as const)[round % 4]
      const injection = ramp(frames * sheet.sense.width, 1e-2, round)
      const back = await flight.echo(injection, decay === undefined ? {} : { decay })
      out.push(...back.returned, ...back.conjugate, ...(back.local ?? []), back.receipt.slots)
    }
    if (round % 5 === 4 && echo.learning !== undefined) {
      await echo.learning.read(theta)
      out.push(...theta)
    }
    const into = new Float64Array(sheet.sense.width)
    const readings = new Float64Array(theta.length)
    const row = drive.subarray(0, sheet.drive.width)
    await local.read({ slots: 1, drive: { kind: 'track', data: row, hold: 1 } }, into, readings)
    out.push(...into, ...readings)
  }
  return out
}

describe('launches and echoes', () => {
  it.each<[string, () => Backend & Partial<Facets>]>([
    ['a chain', () => new Waves({ learning: 1, noise: 1e-4 })],
    ['a chain whose parameters stay', () => new Waves({})],
    ['cavities', () => waveSimulator({ ...cavities, preset: 'bench' })],
  ])('bring the same behind the wire as in the process, bit for bit: %s', async (_, machine) => {
    const inside = await played(machine())
    expect(await played((await wired(machine())).wire)).toEqual(inside)
    expect(inside.length).toBeGreaterThan(12 * 7)
  })

  it('bring the same over a line that drops, doubles and flips bytes: none runs twice', async () => {
    const machine = () => new Waves({ learning: 1, noise: 1e-4 })
    const { wire, line } = await wired(machine(), {
      faults: { seed: 5, rates: { drop: 5e-4, flip: 5e-4, duplicate: 5e-4 } },
      timing: { ...quick, replyMs: 10, retries: 9, openMs: 2000 },
    })
    expect(await played(wire)).toEqual(await played(machine()))
    expect(line.faults).toBeGreaterThan(10)
    expect(wire.link.counters.retries).toBeGreaterThan(5)
  })

  it('carry their receipts', async () => {
    const { wire } = await wired(new Waves({ learning: 1 }))
    await using flight = await (wire.echo as EchoPort).launch(ramp(3 * DRIVEN, 0.3))
    const { receipt } = await flight.echo(ramp(3 * READ, 0.1))
    // Slots of a millisecond.
    const nothing = { slots: 3, clipped: 0, retries: 0, saturated: 0 }
    expect(flight.receipt).toEqual({ ...nothing, startedAt: 0, endedAt: 0.003 })
    expect(receipt).toEqual({ ...nothing, startedAt: 0.003, endedAt: 0.006 })
    await wire[Symbol.asyncDispose]()
  })

  it('say what the machine is', async () => {
    const machine = new Waves({ learning: 0.5 })
    const { wire } = await wired(machine)
    const { injection, maxFrames, learning } = machine.echo
    expect(wire.echo).toMatchObject({ injection, maxFrames })
    expect(wire.echo?.learning).toMatchObject({ bracket: learning?.bracket, gain: learning?.gain })
    expect(wire.local?.reads).toBe('action')
    await wire[Symbol.asyncDispose]()
  })
})

describe('training', () => {
  it('goes the same way behind the wire', async () => {
    const run = async (backend: Backend & Partial<Facets>) => {
      await using device = attach(backend) as Device<'echo'>
      const lesson = { rows: 1, drive: Float64Array.of(0.4, -0.2), target: Float64Array.of(0.1, -0.1) }
      const theta = new Float64Array(COUPLINGS).fill(1)
      const rule = hamiltonianEcho({ eta: 0.02 })
      const costs: number[] = []
      for await (const { cost } of train(rule, device, theta, { next: () => lesson }, { steps: 8 })) costs.push(cost)
      await device.echo.learning?.read(theta)
      return [...costs, ...theta]
    }
    const inside = await run(new Waves({ learning: 1 }))
    expect(await run((await wired(new Waves({ learning: 1 }))).wire)).toEqual(inside)
    expect(inside[7]).toBeLessThan(inside[0])
  })
})

describe('the longest passage', () => {
  it('is what fits the frames of the board', async () => {
    // 6 + 16 per frame of a launch, 11 + 16 per frame of an echo, 7 around them.
    const { wire } = await wired(new Waves({ maxFrames: 100 }), { server: { maxFrame: 18 + 16 * 5 } })
    expect(wire.echo?.maxFrames).toBe(5)
    await using device = attach(wire) as Waving
    await using flight = await device.echo.launch(ramp(5 * DRIVEN, 0.2))
    await flight.echo(new Float64Array(5 * READ))
    await expect(device.echo.launch(ramp(6 * DRIVEN, 0.2))).rejects.toMatchObject({ code: 'SHAPE' })
  })

  it('of no frame is refused when the server is made', () => {
    expect(() => serve(new Waves(), memoryPair()[1], { maxFrame: 32 })).toThrow(
      expect.objectContaining({ code: 'LIMIT', message: expect.stringMatching(/not one frame/) }),
    )
  })

  it('cannot be served in counts', () => {
    expect(() => serve(new Waves({ stepped: true }), memoryPair()[1], { format: 'i16' })).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/echo cannot be served in 16 bits/) }),
    )
  })
})

/** Waves with a learning field, and how many of their flights are open. */
function counted() {
  const machine = new Waves({ learning: 1 })
  const flights = { open: 0 }
  const launch: EchoPort['launch'] = async (drive, opts) => {
    const flight = await machine.echo.launch(drive, opts)
    const open = new Set([flight])
    flights.open++
    const end = () => {
      if (open.delete(flight)) flights.open--
    }
    return {
      ...flight,
      echo: (injection, options) => flight.echo(injection, options).finally(end),
      [Symbol.asyncDispose]: async () => end(),
    }
  }
  const counting: Backend & Partial<Facets> = {
    sheet: machine.sheet,
    store: (theta, opts) => machine.store(theta, opts),
    measure: (block, into, opts) => machine.measure(block, into, opts),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
    local: machine.local,
    echo: { ...machine.echo, launch },
  }
  return { machine: counting, flights }
}

describe('a server of waves', () => {
  /** An armed server, and what it answers to requests written by hand. */
  async function raw(machine: Backend & Partial<Facets>) {
    const [near, far] = memoryPair()
    const server = serve(machine, far)
    let answer: (frame: Frame) => void = () => {}
    const decoder = new FrameDecoder((frame) => {
      if (frame.type !== DATA) answer({ ...frame, payload: frame.payload.slice() })
    })
    near.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
    let seq = 0
    const send = async (type: number, payload: Uint8Array, number = ++seq) => {
      const answered = new Promise<Frame>((resolve) => {
        answer = resolve
      })
      await near.write(encodeFrame(type, number, payload))
      return answered
    }
    /** The refusal, or undefined. */
    const refused = async (type: number, payload: Uint8Array = new Uint8Array(0)) => {
      const frame = await send(type, payload)
      return frame.type === REFUSAL ? refusal.decode(frame.payload) : undefined
    }
    const arm = (armId = ARM) => refused(REQUEST.arm, armRequest.encode({ armId, watchdogMs: 60_000 }))
    const start = async () => decodeLaunchReply(layout, (await send(REQUEST.launch, launch)).payload, FRAMES).flight
    await arm()
    return { server, send, refused, arm, start }
  }
  const ARM = 9
  const FRAMES = 2
  const { sheet, local } = new Waves({ learning: 1 })
  const layout = layoutOf(sheet, 'f64', { local: local.sense })
  const launch = encodeLaunch({ armId: ARM, frames: FRAMES, drive: ramp(FRAMES * DRIVEN, 0.5) })
  const sendBack = (flight: number, decay?: 'plain', frames = FRAMES) =>
    encodeEcho({ armId: ARM, flight, decay, frames, injection: ramp(frames * READ, 0.1) })
  const row = { kind: 'track', data: new Float64Array(DRIVEN), hold: 1 } as const
  const measure = encodeMeasure(layout, ARM, { slots: 1, drive: row })
  const theta = ramp(COUPLINGS, 0.1).map((value) => 1 + value)

  it('refuses whatever else would move the machine while a wave is in flight', async () => {
    const board = await raw(new Waves({ learning: 1 }))
    const id = await board.start()
    const moves: [number, Uint8Array][] = [
      [REQUEST.measure, measure],
      [REQUEST.write, encodeWrite(layout, ARM, theta, 0, COUPLINGS)],
      [REQUEST.snapshot, new Uint8Array(4)],
      [REQUEST.restore, encodeRestore(ARM, { total: 8, offset: 0, bytes: new Uint8Array(8) })],
      [REQUEST.launch, launch],
    ]
    for (const [type, payload] of moves)
      expect(await board.refused(type, payload), `request ${type}`).toMatchObject({ code: REFUSED.busy, detail: id })
    expect(await board.refused(REQUEST.ping)).toBeUndefined()
    expect(await board.refused(REQUEST.echo, sendBack(id))).toBeUndefined()
    expect(await board.refused(REQUEST.measure, measure)).toBeUndefined()
    await board.server[Symbol.asyncDispose]()
  })

  it('refuses flights it does not have, and echoes that do not fit, which leave the wave in flight', async () => {
    const board = await raw(counted().machine)
    expect(await board.refused(REQUEST.echo, sendBack(1))).toMatchObject({ code: REFUSED.flightOver, detail: 0 })
    const id = await board.start()
    const drop = (flight: number) => board.refused(REQUEST.drop, dropRequest.encode({ armId: ARM, flight }))
    expect(await board.refused(REQUEST.echo, sendBack(id + 1))).toMatchObject({ code: REFUSED.flightOver, detail: id })
    expect(await drop(id + 1)).toMatchObject({ code: REFUSED.flightOver, detail: id })
    expect(await board.refused(REQUEST.echo, sendBack(id, 'plain', 1))).toMatchObject({
      code: REFUSED.value,
      detail: 9,
    })
    const large = encodeEcho({
      armId: ARM,
      flight: id,
      decay: undefined,
      frames: 2,
      injection: Float64Array.of(0, 0, 0, 2),
    })
    expect(await board.refused(REQUEST.echo, large)).toMatchObject({ code: REFUSED.limit, detail: 1 })
    expect(await board.refused(REQUEST.echo, sendBack(id).fill(8, 0, 1))).toMatchObject({ code: REFUSED.notArmed })
    expect(await drop(id)).toBeUndefined()
    expect(await drop(id)).toMatchObject({ code: REFUSED.flightOver, detail: 0 })
    await board.server[Symbol.asyncDispose]()
  })

  it('refuses a decay where there is no learning field', async () => {
    const board = await raw(new Waves())
    const id = await board.start()
    expect(await board.refused(REQUEST.echo, sendBack(id, 'plain'))).toMatchObject({ code: REFUSED.value, detail: 8 })
    expect(await board.refused(REQUEST.echo, sendBack(id))).toBeUndefined()
    await board.server[Symbol.asyncDispose]()
  })

  it('refuses drives and passages beyond its limits before anything moves', async () => {
    const { machine, flights } = counted()
    const board = await raw(machine)
    const launching = (frames: number, size: number) =>
      board.refused(
        REQUEST.launch,
        encodeLaunch({ armId: ARM, frames, drive: new Float64Array(2 * frames).fill(size) }),
      )
    expect(await launching(7, 0.1)).toMatchObject({ code: REFUSED.limit, detail: 6 })
    expect(await launching(6, 1.5)).toMatchObject({ code: REFUSED.limit, detail: 0 })
    expect(await launching(6, Number.NaN)).toMatchObject({ code: REFUSED.limit, detail: 0 })
    expect(flights.open).toBe(0)
    expect(await launching(6, 1)).toBeUndefined()
    expect(flights.open).toBe(1)
    await board.server[Symbol.asyncDispose]()
    expect(flights.open).toBe(0)
  })

  it.each<[string, (board: Awaited<ReturnType<typeof raw>>) => Promise<unknown>]>([
    ['ABORT', ({ refused }) => refused(REQUEST.abort)],
    ['DISARM', ({ refused, arm }) => refused(REQUEST.disarm).then(() => arm())],
    ['a new arming', ({ arm }) => arm()],
    ['a reset', ({ server, arm }) => server.reset().then(() => arm())],
  ])('lets the wave die away at %s, and is free', async (_, end) => {
    const { machine, flights } = counted()
    const board = await raw(machine)
    const id = await board.start()
    expect(flights.open).toBe(1)
    await end(board)
    expect(flights.open).toBe(0)
    expect(await board.refused(REQUEST.echo, sendBack(id))).toMatchObject({ code: REFUSED.flightOver, detail: 0 })
    expect(await board.refused(REQUEST.measure, measure)).toBeUndefined()
    // No id is used twice: a request that comes late must not meet another wave.
    expect(await board.start()).toBeGreaterThan(id)
    await board.server[Symbol.asyncDispose]()
  })

  it('answers the repeat of a launch and of an echo from memory', async () => {
    const { machine, flights } = counted()
    const board = await raw(machine)
    const out = [await board.send(REQUEST.launch, launch, 700), await board.send(REQUEST.launch, launch, 700)]
    expect(out[1].payload).toEqual(out[0].payload)
    expect(flights.open).toBe(1)
    const { flight } = decodeLaunchReply(layout, out[0].payload, FRAMES)
    const back = [0, 1].map(() => () => board.send(REQUEST.echo, sendBack(flight, 'plain'), 701))
    expect((await back[0]()).payload).toEqual((await back[1]()).payload)
    await board.server[Symbol.asyncDispose]()
  })

  it('does not know its parameters after a decay until it has read them', async () => {
    const machine = new Waves({ learning: 1 })
    const board = await raw(machine)
    const crc = async () => pingReply.decode((await board.send(REQUEST.ping, new Uint8Array(0))).payload).parameterCrc
    const stored = await crc()
    expect(await board.refused(REQUEST.echo, sendBack(await board.start()))).toBeUndefined()
    expect(await crc()).toBe(stored)
    expect(await board.refused(REQUEST.echo, sendBack(await board.start(), 'plain'))).toBeUndefined()
    expect(await crc()).toBe(0)
    // A part is written over what the field has become, not over what was stored.
    const held = new Float64Array(COUPLINGS)
    await machine.echo.learning?.read(held)
    expect(await board.refused(REQUEST.write, encodeWrite(layout, ARM, theta, 1, 1))).toBeUndefined()
    const wanted = Float64Array.of(held[0], theta[1], held[2])
    expect(await crc()).toBe(parameterCrc(layout, wanted))
    const all = readRequest.encode({ first: 0, count: COUPLINGS })
    expect(decodeReadReply(layout, (await board.send(REQUEST.read, all)).payload).values).toEqual(wanted)
    expect(held[0]).not.toBe(1)
    expect(await board.refused(REQUEST.echo, sendBack(await board.start(), 'plain'))).toBeUndefined()
    expect(decodeReadReply(layout, (await board.send(REQUEST.read, all)).payload).values).not.toEqual(wanted)
    expect(await crc()).not.toBe(0)
    await board.server[Symbol.asyncDispose]()
  })
})

if (!hasPty()) console.log('skipped: no pseudo-terminal here, so no wave field in a process of its own')
describe.skipIf(!hasPty())('a wave field in a process of its own', () => {
  it('brings what the one in this process does', async () => {
    const module = compiled('sim/wave/index.ts')
    await using board = await startBoard({ target: 'simulator', module, export: 'waveSimulator', args: [cavities] })
    const backend = await openDevice(`serial:${board.path}`, { kind: 'simulator', machine: 'wave-field' })
    expect(await played(backend)).toEqual(await played(waveSimulator(cavities)))
  })
})

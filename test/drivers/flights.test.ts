import { describe, expect, it } from 'vitest'
import { memoryPair, openWire, type WireBackend, type WireOptions } from '../../drivers/index.ts'
import { serve } from '../../sim/bench/serve.ts'
import { attach, type Device } from '../../src/contract/device.ts'
import type { EchoOptions, Flight } from '../../src/contract/echo.ts'
import type { InsituError } from '../../src/errors.ts'
import type { Channel } from '../../src/wire/channel.ts'
import { FAULT, STATE } from '../../src/wire/index.ts'
import { COUPLINGS, READ, Waves, type WavesOptions } from '../contract/waves.ts'
import { quick } from './bench.ts'

const drive = Float64Array.of(0.5, -0.3)
const injection = Float64Array.of(0.2, 0.1)
const block = { slots: 1, drive: { kind: 'track', data: drive, hold: 1 } } as const
const stored = Float64Array.of(0.9, 1.1, 1)

/** A line that can be cut for a while without anybody being told. */
class Valve implements Channel {
  shut = false
  readonly #channel: Channel
  constructor(channel: Channel) {
    this.#channel = channel
  }
  get name() {
    return this.#channel.name
  }
  get closed() {
    return this.#channel.closed
  }
  listen(listener: Parameters<Channel['listen']>[0]): void {
    this.#channel.listen({
      bytes: (chunk) => {
        if (!this.shut) listener.bytes(chunk)
      },
      closed: (cause) => listener.closed(cause),
    })
  }
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.shut) await this.#channel.write(bytes)
  }
  close(): Promise<void> {
    return this.#channel.close()
  }
}

/** Gives up on a silent line after 70 ms or so. */
const hasty = { ...quick, replyMs: 10, retries: 2, beatMs: 30 }

async function setUp(options: WavesOptions = {}, wired: Partial<WireOptions> = {}) {
  const machine = new Waves({ learning: 1, ...options })
  const [near, far] = memoryPair('memory:waves')
  const server = serve(machine, far)
  const line = new Valve(near)
  const wire = await openWire(line, { kind: 'simulator', timing: quick, ...wired })
  const { echo } = wire
  if (echo?.learning === undefined) throw new Error('no learning field')
  await wire.store(stored)
  return { machine, server, line, far, wire, echo, learning: echo.learning }
}

const readings = async (wire: Pick<WireBackend, 'measure'>) => {
  const into = new Float64Array(READ)
  await wire.measure(block, into)
  return into
}
/** What the machine itself holds. */
const held = async ({ echo }: Waves) => {
  const theta = new Float64Array(COUPLINGS)
  await echo.learning?.read(theta)
  return theta
}
const code = (work: PromiseLike<unknown>) =>
  work.then(
    () => 'no error',
    (error: InsituError) => error.code,
  )
/** Keeps the host from giving signs of life. */
const hang = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until) {}
}
/** Longer than this the host must not be silent; no heartbeat comes by itself. */
const watched = { watchdogMs: 150, timing: { ...quick, beatMs: 1e6 } }

describe('a flight behind the wire', () => {
  it('owns the machine until it is over, also for those who do without the checks', async () => {
    const { wire, echo, learning } = await setUp()
    const flight = await echo.launch(drive)
    const theta = new Float64Array(COUPLINGS)
    const calls = {
      measure: readings(wire),
      launch: echo.launch(drive),
      store: wire.store(stored),
      snapshot: wire.state?.snapshot(),
    }
    for (const [name, call] of Object.entries(calls)) expect(await code(call as Promise<unknown>), name).toBe('BUSY')
    await flight.echo(injection, { decay: 'plain' })
    await learning.read(theta)
    expect(theta).not.toEqual(stored)
    await readings(wire)
    await wire[Symbol.asyncDispose]()
  })

  it('refuses other calls at the checked device, which goes on when it is over', async () => {
    const { wire } = await setUp()
    await using device = attach(wire) as Device<'echo'>
    const flight = await device.echo.launch(drive)
    const into = new Float64Array(READ)
    expect(await code(device.measure(block, into))).toBe('BUSY')
    await flight[Symbol.asyncDispose]()
    await device.measure(block, into)
    expect(into.every((value) => value !== 0)).toBe(true)
  })

  it.each([undefined, 'plain'] as const)(
    'is dropped when its echo is aborted before it left: decay %s',
    async (decay) => {
      const { wire, machine } = await setUp()
      await using device = attach(wire) as Device<'echo'>
      const flight = await device.echo.launch(drive)
      const controller = new AbortController()
      const echo = flight.echo(injection, { signal: controller.signal, ...(decay && { decay }) })
      controller.abort('enough')
      await expect(echo).rejects.toBe('enough')
      await device.measure(block, new Float64Array(READ))
      await device.store(stored)
      await using next = await device.echo.launch(drive)
      await next.echo(injection)
      expect(await held(machine)).toEqual(stored)
    },
  )

  it.each<[string, string, EchoOptions]>([
    ['LIMIT', 'LIMIT', {}],
    ['a value', 'DEVICE_REFUSED', { decay: 'plain' }],
  ])('is dropped when the device refuses its echo: %s', async (_, refusal, options) => {
    const { wire, machine } = await setUp()
    await using device = attach(wire) as Device<'echo'>
    const flight = await device.echo.launch(drive)
    // Not what it announced.
    const { injection: port } = machine.echo
    Object.assign(machine.echo, {
      injection: { ...port, max: refusal === 'LIMIT' ? 0.1 : port.max },
      learning: undefined,
    })
    expect(await code(flight.echo(injection, options))).toBe(refusal)
    await device.measure(block, new Float64Array(READ))
    await using next = await device.echo.launch(drive)
    await next.echo(new Float64Array(READ))
  })

  it('ends once: a second echo is refused, a drop after it or a second one does nothing', async () => {
    const { wire, echo, machine } = await setUp()
    const flight = await echo.launch(drive)
    await flight.echo(injection)
    expect(await code(flight.echo(injection))).toBe('FLIGHT_OVER')
    await flight[Symbol.asyncDispose]()
    const sent = wire.link.counters.sent
    const other = await echo.launch(drive)
    await other[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    expect(wire.link.counters.sent - sent).toBe(2)
    expect(await code(other.echo(injection))).toBe('FLIGHT_OVER')
    expect(await held(machine)).toEqual(stored)
    await wire[Symbol.asyncDispose]()
  })

  it('stays where an injection is refused before anything moved', async () => {
    const { wire, echo } = await setUp()
    const flight = await echo.launch(drive)
    expect(await code(flight.echo(Float64Array.of(5, 0)))).toBe('LIMIT')
    const { returned } = await flight.echo(new Float64Array(READ))
    expect([...returned].every((value, i) => Math.abs(value - drive[i]) < 1e-12)).toBe(true)
    await wire[Symbol.asyncDispose]()
  })

  it('lives on while the host thinks', async () => {
    const { wire, server, echo } = await setUp({}, { watchdogMs: 200 })
    const flight = await echo.launch(drive)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(server.fault).toBe(FAULT.none)
    await flight.echo(injection)
    await wire[Symbol.asyncDispose]()
  })

  it.each(['launch', 'echo'] as const)('and an abort of its %s leave a machine that is free', async (what) => {
    const { wire, echo, server, machine } = await setUp({ delay: 60 })
    const controller = new AbortController()
    const { signal } = controller
    const flight = what === 'echo' ? await echo.launch(drive) : undefined
    const call = flight === undefined ? echo.launch(drive, { signal }) : flight.echo(injection, { signal })
    await expect.poll(() => server.state).toBe(STATE.running)
    controller.abort('enough')
    await expect(call).rejects.toBe('enough')
    await flight?.[Symbol.asyncDispose]()
    expect(await readings(wire)).toEqual(await readings(machine))
    await using next = await echo.launch(drive)
    await next.echo(injection)
    await wire[Symbol.asyncDispose]()
  })
})

describe('a line lost in mid-flight', () => {
  it('for good is LINK_LOST, once for those who only drop it', async () => {
    const { wire, echo, far, server } = await setUp({}, { watchdogMs: 60 })
    const flight = await echo.launch(drive)
    await far.close()
    expect(await code(flight.echo(injection))).toBe('LINK_LOST')
    await flight[Symbol.asyncDispose]()
    expect(await code(echo.launch(drive))).toBe('LINK_LOST')
    await wire[Symbol.asyncDispose]()
    // A host that is gone does not own the machine for ever.
    await expect.poll(() => server.fault).toBe(FAULT.watchdog)
  })

  it('in silence is told once by the drop, and the machine is free again', async () => {
    const { wire, echo, line } = await setUp({}, { timing: hasty })
    const flight = await echo.launch(drive)
    line.shut = true
    expect(await code(flight[Symbol.asyncDispose]())).toBe('TIMEOUT')
    await flight[Symbol.asyncDispose]()
    line.shut = false
    await using next = await echo.launch(drive)
    await next.echo(injection)
    await wire[Symbol.asyncDispose]()
  })

  it.each<[string, (flight: Flight) => PromiseLike<unknown>]>([
    ['dropped', (flight) => flight[Symbol.asyncDispose]()],
    ['echoed', (flight) => flight.echo(injection)],
  ])('and back again: the wave is over when it is %s, the machine free', async (how, end) => {
    const { wire, echo, line } = await setUp({}, { timing: hasty })
    const flight = await echo.launch(drive)
    line.shut = true
    await expect.poll(() => wire.link.state).toBe('OFFLINE')
    line.shut = false
    expect(await code(end(flight))).toBe(how === 'dropped' ? 'no error' : 'FLIGHT_OVER')
    await using next = await echo.launch(drive)
    await next.echo(injection)
    await wire[Symbol.asyncDispose]()
  })

  it('while a launch is answered leaves no wave behind', async () => {
    const { wire, echo, line } = await setUp({ delay: 30 }, { timing: hasty })
    const call = echo.launch(drive)
    setTimeout(() => {
      line.shut = true
    }, 10)
    expect(await code(call)).toBe('TIMEOUT')
    line.shut = false
    await readings(wire)
    await wire[Symbol.asyncDispose]()
  })
})

describe('a device lost in mid-flight', () => {
  it('by its watchdog: DEVICE_FAULT, and the machine goes on', async () => {
    const { wire, echo, server, machine } = await setUp({}, watched)
    const flight = await echo.launch(drive)
    hang(300)
    await expect.poll(() => server.fault).toBe(FAULT.watchdog)
    expect(await code(flight.echo(injection))).toBe('DEVICE_FAULT')
    await flight[Symbol.asyncDispose]()
    await readings(wire)
    expect(await held(machine)).toEqual(stored)
    await wire[Symbol.asyncDispose]()
  })

  it('by a reset: DEVICE_RESET, and the machine goes on', async () => {
    const { wire, echo, server, machine } = await setUp()
    const flight = await echo.launch(drive)
    await server.reset()
    await expect(flight.echo(injection)).rejects.toMatchObject({
      code: 'DEVICE_RESET',
      message: expect.not.stringMatching(/learning field/),
    })
    await readings(wire)
    expect(await held(machine)).toEqual(stored)
    await wire[Symbol.asyncDispose]()
  })
})

describe('a learning field that nobody has read', () => {
  /** Some steps of training. */
  const learnt = async ({ echo, machine }: Awaited<ReturnType<typeof setUp>>) => {
    for (let step = 0; step < 3; step++) {
      await using flight = await echo.launch(drive)
      await flight.echo(injection, { decay: 'plain' })
    }
    return held(machine)
  }

  it('outlives a line that was silent for a while: nothing is written over it', async () => {
    const bench = await setUp({}, { timing: hasty })
    const theta = await learnt(bench)
    expect(theta).not.toEqual(stored)
    bench.line.shut = true
    expect(await code(readings(bench.wire))).toBe('TIMEOUT')
    bench.line.shut = false
    await readings(bench.wire)
    expect(await held(bench.machine)).toEqual(theta)
    const read = new Float64Array(COUPLINGS)
    await bench.learning.read(read)
    expect(read).toEqual(theta)
    await bench.wire[Symbol.asyncDispose]()
  })

  it.each<
    [string, string, Parameters<typeof setUp>[1], (bench: Awaited<ReturnType<typeof setUp>>) => Promise<unknown>]
  >([
    ['a reset', 'DEVICE_RESET', {}, ({ server }) => server.reset()],
    [
      'the watchdog',
      'DEVICE_FAULT',
      watched,
      async ({ server }) => {
        hang(300)
        await expect.poll(() => server.fault).toBe(FAULT.watchdog)
      },
    ],
  ])('is lost by %s, which is told once; then the values last stored are back', async (_, kind, options, lose) => {
    const bench = await setUp({}, options)
    await learnt(bench)
    await lose(bench)
    await expect(readings(bench.wire)).rejects.toMatchObject({
      code: kind,
      message: expect.stringMatching(/learning field .* is lost/),
      hint: expect.stringMatching(/echo.learning.read/),
    })
    await readings(bench.wire)
    expect(await held(bench.machine)).toEqual(stored)
    await bench.wire[Symbol.asyncDispose]()
  })

  it('is lost by what befell the device behind a silent line, which is told then', async () => {
    const bench = await setUp({}, { watchdogMs: 60, timing: { ...hasty, beatMs: 15 } })
    await learnt(bench)
    bench.line.shut = true
    await expect.poll(() => bench.server.fault).toBe(FAULT.watchdog)
    await expect.poll(() => bench.wire.link.state).toBe('OFFLINE')
    bench.line.shut = false
    await expect(bench.echo.launch(drive)).rejects.toMatchObject({
      code: 'DEVICE_FAULT',
      message: expect.stringMatching(/learning field .* is lost/),
    })
    await readings(bench.wire)
    expect(await held(bench.machine)).toEqual(stored)
    await bench.wire[Symbol.asyncDispose]()
  })

  it('comes back as it was last read', async () => {
    const bench = await setUp()
    const theta = await learnt(bench)
    await bench.learning.read(new Float64Array(COUPLINGS))
    await bench.server.reset()
    await expect(readings(bench.wire)).rejects.toMatchObject({
      code: 'DEVICE_RESET',
      message: expect.not.stringMatching(/learning field/),
    })
    await readings(bench.wire)
    expect(await held(bench.machine)).toEqual(theta)
    await bench.wire[Symbol.asyncDispose]()
  })

  it('is not in the way of a snapshot that is put back', async () => {
    const bench = await setUp()
    const theta = await learnt(bench)
    const snapshot = (await bench.wire.state?.snapshot()) as Uint8Array
    await learnt(bench)
    const back = new Float64Array(COUPLINGS)
    await bench.wire.state?.restore(snapshot, back)
    expect(back).toEqual(theta)
    await bench.wire[Symbol.asyncDispose]()
  })
})

import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chipSetup } from '../../drivers/chip.ts'
import { definePlugin, openAll, openDevice, parseUri } from '../../drivers/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import { dataSheet } from '../../src/contract/sheet.ts'
import { encodeFrame, FrameDecoder } from '../../src/wire/index.ts'

const OP = { identify: 1, read: 2 } as const

/** An instrument with commands of its own: one number that it adds to what it is driven with. */
const acme = definePlugin({
  name: 'acme',
  async open(port, options) {
    const link = port.link()
    const id = await link.request(OP.identify, new Uint8Array(0))
    if (id[0] !== 0xa1) throw new Error(`expected identity a1, got ${id[0]?.toString(16)}`)
    const volts = { width: 1, unit: 'V', min: -100, max: 100, step: 1 }
    let held = 0
    return {
      sheet: dataSheet({
        machine: 'acme',
        kind: 'hardware',
        identity: options.model ?? 'AX-1',
        banks: [{ ...volts, name: 'offset', safe: 0, slew: Number.POSITIVE_INFINITY }],
        drive: volts,
        sense: { ...volts, noise: 0 },
        maxSlots: 1,
        slotSeconds: 1e-3,
        repeatable: true,
        settings: {},
      }),
      async store(theta) {
        held = theta[0]
      },
      async measure(block, into, opts) {
        const reply = await link.request(OP.read, Uint8Array.of(block.drive.data[0] + held), opts)
        into[0] = reply[0]
        return { slots: 1, clipped: 0, retries: 0, saturated: 0, startedAt: 0, endedAt: 0 }
      },
      [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
    } satisfies Backend
  },
})
const broken = definePlugin({
  name: 'broken',
  open: async () => {
    throw new TypeError('cannot read properties of undefined')
  },
})

describe('plugins', () => {
  let bench: Server
  let address: string
  const answers = [0xa1]
  const numbers: number[] = []

  beforeAll(async () => {
    bench = createServer((socket) => {
      const decoder = new FrameDecoder(({ type, seq, payload }) => {
        if (type === OP.identify) numbers.push(seq)
        const reply = type === OP.identify ? Uint8Array.of(answers[0]) : Uint8Array.of(payload[0] * 2)
        socket.write(encodeFrame(type | 0x80, seq, reply))
      })
      socket.on('data', (chunk) => decoder.push(chunk))
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => bench.listen(0, '127.0.0.1', resolve))
    address = `tcp://127.0.0.1:${(bench.address() as { port: number }).port}`
  })
  afterAll(() => new Promise((resolve) => bench.close(resolve)))

  it('begin to count where no program before them did, or an instrument that remembers would not execute', async () => {
    numbers.length = 0
    for (let n = 0; n < 3; n++) {
      const machine = await openDevice(`acme+${address}`, { plugins: [acme] })
      await machine[Symbol.asyncDispose]()
    }
    expect(new Set(numbers).size).toBeGreaterThan(1)
  })

  it('get frames, repeats and time-outs done, and their settings from the address', async () => {
    const machine = await openDevice(`acme+${address}?model=AX-2`, { plugins: [acme] })
    expect(machine.sheet.identity).toBe('AX-2')
    const into = new Float64Array(1)
    await machine.store(Float64Array.of(3))
    await machine.measure({ slots: 1, drive: { kind: 'track', data: Float64Array.of(4), hold: 1 } }, into)
    expect(into[0]).toBe(14)
    await machine[Symbol.asyncDispose]()
    const late = machine.measure({ slots: 1, drive: { kind: 'track', data: Float64Array.of(4), hold: 1 } }, into)
    await expect(late).rejects.toMatchObject({ code: 'DISPOSED' })
  })

  it('fail their own device only, with their error as the cause', async () => {
    const opened = await openAll([`broken+${address}`, `acme+${address}`, 'tcp://127.0.0.1:1'], {
      plugins: [acme, broken],
    })
    expect(opened.map((each) => ('error' in each ? each.error.code : each.backend.sheet.machine))).toEqual([
      'PORT_FAILED',
      'acme',
      'PORT_ABSENT',
    ])
    expect('error' in opened[0] && opened[0].error.cause).toBeInstanceOf(TypeError)
    for (const each of opened) if ('backend' in each) await each.backend[Symbol.asyncDispose]()
  })

  it('that refuse their instrument close its channel', async () => {
    answers[0] = 0x55
    await expect(openDevice(`acme+${address}`, { plugins: [acme] })).rejects.toThrow(/expected identity a1, got 55/)
    answers[0] = 0xa1
  })

  it('that were not given are UNKNOWN_DEVICE, before anything is opened', async () => {
    await expect(openDevice('other+tcp://127.0.0.1:1', { plugins: [acme] })).rejects.toMatchObject({
      code: 'UNKNOWN_DEVICE',
      message: expect.stringContaining('acme'),
    })
  })
})

describe('addresses', () => {
  it.each([
    ['serial:/dev/ttyUSB0', { plugin: undefined, scheme: 'serial', path: '/dev/ttyUSB0', settings: {} }],
    ['serial:/dev/ttyUSB0?baud=9600', { path: '/dev/ttyUSB0', settings: { baud: '9600' } }],
    ['serial:COM3', { path: 'COM3' }],
    ['tcp://bench:4000', { scheme: 'tcp', path: 'bench', port: 4000 }],
    ['tcp://[::1]:4000', { path: '::1', port: 4000 }],
    ['acme-2+serial:/dev/x', { plugin: 'acme-2', scheme: 'serial' }],
  ])('%s is understood', (uri, target) => {
    expect(parseUri(uri)).toMatchObject(target)
  })

  it.each(['', 'serial:', 'usb:1', 'tcp://bench', 'tcp://bench:0', 'tcp://bench:99999', '/dev/ttyUSB0'])(
    '"%s" is refused with an example',
    (uri) => {
      expect(() => parseUri(uri)).toThrow(expect.objectContaining({ code: 'CONFIG', hint: expect.any(String) }))
    },
  )

  it.each(['fast', '-1', '1e12'])('baud=%s is refused', async (baud) => {
    await expect(openDevice(`serial:/dev/null?baud=${baud}`)).rejects.toMatchObject({ code: 'CONFIG' })
  })
})

describe('chip setup', () => {
  it('is layers, widths and activation', () => {
    expect([...chipSetup({ layers: [49, 4, 4], activation: 'relu' })]).toEqual([3, 49, 4, 4, 2])
  })
  it.each([
    [{ layers: [3], activation: 'tanh' }],
    [{ layers: [3, 0], activation: 'tanh' }],
    [{ layers: [3, 256], activation: 'tanh' }],
    [{ layers: [3, 2], activation: 'step' }],
  ])('%j is refused', (setup) => {
    expect(() => chipSetup(setup as Parameters<typeof chipSetup>[0])).toThrow(
      expect.objectContaining({ code: 'CONFIG' }),
    )
  })
})

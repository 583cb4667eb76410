import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { chipSetup, openChannel, openDevice, openWire, parseUri } from '../../drivers/index.ts'
import { type FaultOptions, faulty } from '../../sim/bench/faults.ts'
import { pty } from '../../sim/bench/index.ts'
import { serve } from '../../sim/bench/serve.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import type { InsituError } from '../../src/errors.ts'
import { STATE } from '../../src/wire/index.ts'
import { Toy } from '../contract/toy.ts'
import { type HostBoard, noCompiler, startHostBoard, startPacedBoard } from './host-firmware.ts'

const folder = mkdtempSync(join(tmpdir(), 'insitu-serial-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const theta = Float64Array.from({ length: 8 }, (_, i) => i / 8 - 0.4)
const block: Block = { slots: 8, drive: { kind: 'track', data: Float64Array.of(0.5, -0.25, 1), hold: 8 } }
const failure = (promise: Promise<unknown>): Promise<InsituError> =>
  promise.then(
    () => expect.unreachable('opened'),
    (error) => error,
  )
const open = (path: string) => openDevice(`serial:${path}`, { kind: 'emulated firmware' })

describe('a serial port', () => {
  it('carries a machine through a pseudo-terminal, and may be opened again by the next host', async () => {
    await using port = await pty({ link: join(folder, 'toy') })
    const server = serve(new Toy(), port)
    const wanted = new Float64Array(16)
    const here = new Toy()
    await here.store(theta)
    await here.measure(block, wanted)
    for (let n = 0; n < 2; n++) {
      const machine = await open(port.path)
      expect(machine.sheet.kind).toBe('emulated firmware')
      const into = new Float64Array(16)
      await machine.store(theta)
      await machine.measure(block, into)
      expect(into).toEqual(wanted)
      expect(server.state).toBe(STATE.armed)
      await machine[Symbol.asyncDispose]()
      expect(server.state).toBe(STATE.idle)
    }
  })

  it('is held by one connection; the second is refused and told by whom, also through a link to it', async () => {
    await using port = await pty()
    serve(new Toy(), port)
    const machine = await open(port.path)
    const other = join(folder, 'other')
    symlinkSync(port.path, other)
    for (const path of [port.path, other]) {
      const error = await failure(open(path))
      expect(error.code).toBe('PORT_BUSY')
      expect(error.message).toContain(`pid ${process.pid}`)
      expect(error.hint).toBeTypeOf('string')
    }
    await machine[Symbol.asyncDispose]()
    const again = await open(port.path)
    await again[Symbol.asyncDispose]()
  })

  it('held by another program is busy, and the program is named where the system tells', async () => {
    await using port = await pty()
    serve(new Toy(), port)
    // flock as serialport takes it, by a program that knows nothing of our lock files.
    const holder = spawn('perl', [
      '-e',
      'open F,"+<",$ARGV[0] or die; flock F,6 or die; $|=1; print "held"; sleep 60',
      port.path,
    ])
    await new Promise((resolve) => holder.stdout.once('data', resolve))
    const error = await failure(open(port.path))
    expect(error.code).toBe('PORT_BUSY')
    if (process.platform === 'linux') expect(error.message).toContain(`pid ${holder.pid}`)
    const gone = new Promise((resolve) => holder.once('exit', resolve))
    holder.kill()
    await gone
    const machine = await open(port.path)
    await machine[Symbol.asyncDispose]()
  })

  it('that is not there is PORT_ABSENT, one that is no port PORT_FAILED', async () => {
    const absent = await failure(open(join(folder, 'nothing')))
    expect(absent).toMatchObject({ code: 'PORT_ABSENT', port: join(folder, 'nothing') })
    expect(absent.hint).toBeTypeOf('string')
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect((await failure(open(file))).code).toBe('PORT_FAILED')
  })

  it('of somebody else is PORT_DENIED', async (context) => {
    if (process.getuid?.() === 0) {
      console.info('skipped: the superuser may open everything')
      context.skip('the superuser may open everything')
    }
    const file = join(folder, 'denied')
    writeFileSync(file, '')
    chmodSync(file, 0)
    expect((await failure(open(file))).code).toBe('PORT_DENIED')
  })

  it('where nobody answers is a TIMEOUT, and is free again afterwards', async () => {
    await using port = await pty()
    const timing = { openMs: 300, replyMs: 50 }
    for (let n = 0; n < 2; n++) {
      const error = await failure(openDevice(`serial:${port.path}`, { timing }))
      expect(error).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('nothing was ever heard') })
    }
  })

  it('whose far end goes away is LINK_LOST', async () => {
    const port = await pty()
    serve(new Toy({ delay: 200 }), port)
    const machine = await open(port.path)
    await machine.store(theta)
    const call = failure(machine.measure(block, new Float64Array(16)))
    setTimeout(() => void port[Symbol.asyncDispose](), 50)
    expect((await call).code).toMatch(/LINK_LOST|TIMEOUT/)
    await machine[Symbol.asyncDispose]()
  })
})

if (noCompiler !== undefined) console.info(`skipped: firmware built for the host: ${noCompiler}`)

describe.skipIf(noCompiler !== undefined)('firmware built for the host, behind a pseudo-terminal', () => {
  const perturbation: Code = {
    kind: 'code',
    family: 'random',
    seed: 1,
    first: 0,
    hold: 1,
    pairing: 'single',
    amplitudes: [0.1, 0.1, 0.1, 0.1],
  }

  /** Burst readings a second of a 2-2-1 chip, one output and two bytes each: the best of some blocks of `slots`. */
  const burstRate = async (board: HostBoard, slots: number, blocks = 1): Promise<number> => {
    const chip = { layers: [2, 2, 1], activation: 'sigmoid' } as const
    const machine = await openDevice(`serial:${board.path}`, { kind: 'emulated firmware', machine: 'mgd-chip', chip })
    const device = attach(machine)
    await device.store(new Float64Array(9).fill(0.5))
    const into = new Float64Array(slots)
    const burst: Block = {
      slots,
      drive: { kind: 'track', data: Float64Array.of(1, 0), hold: slots },
      delta: perturbation,
    }
    await device.measure({ ...burst, slots: 64 }, into)
    let rate = 0
    for (let n = 0; n < blocks; n++) {
      const started = performance.now()
      const receipt = await device.measure(burst, into)
      rate = Math.max(rate, (1000 * slots) / (performance.now() - started))
      expect(receipt).toMatchObject({ slots, retries: 0 })
      expect(new Set(into).size).toBeGreaterThan(10)
    }
    await device[Symbol.asyncDispose]()
    await board.stop()
    return rate
  }

  it('gives at least 150,000 burst readings a second', async () => {
    const rate = await burstRate(await startHostBoard(), 32768, 4)
    console.info(`host firmware, line as fast as it can: ${Math.round(rate)} burst readings/s`)
    expect(rate).toBeGreaterThan(150_000)
  })

  it('gives at least nine tenths of what a line of 115,200 baud can carry, and not more than all of it', async () => {
    const rate = await burstRate(await startPacedBoard(115200), 8192)
    const limit = 11520 / 2
    console.info(
      `host firmware at 115,200 baud: ${Math.round(rate)} burst readings/s, ${((100 * rate) / limit).toFixed(1)} % of the line`,
    )
    expect(rate / limit).toBeGreaterThan(0.9)
    expect(rate / limit).toBeLessThanOrEqual(1)
  })

  it('behind a line that drops, flips and doubles a byte in a thousand each, reads 5,120 times without a wrong one', async () => {
    const run = async (rates: FaultOptions['rates']) => {
      const board = await startHostBoard()
      const line = faulty(await openChannel(parseUri(`serial:${board.path}?baud=1000000`)), {
        seed: 9,
        ...(rates && { rates }),
      })
      const wire = await openWire(line, {
        kind: 'emulated firmware',
        configure: chipSetup({ layers: [2, 2, 1], activation: 'sigmoid' }),
        // One request in five is lost.
        timing: { replyMs: 8, retries: 9, openMs: 2000 },
      })
      const held = new Float64Array(9).fill(0.25)
      await wire.store(held)
      const readings = new Float64Array(80 * 64)
      for (let round = 0; round < 80; round++) {
        const drive = { kind: 'track', data: Float64Array.of(Math.sin(round), Math.cos(round)), hold: 64 } as const
        const into = readings.subarray(64 * round, 64 * (round + 1))
        const delta: Code = { ...perturbation, first: 64 * round }
        await wire.measure({ slots: 64, drive, delta }, into)
        const coefficients = Float64Array.from({ length: 64 }, (_, k) => Math.sin(k + round) / 100)
        await wire.codes?.apply(delta, coefficients, held)
      }
      await wire[Symbol.asyncDispose]()
      await board.stop()
      return { readings, held, faults: line.faults }
    }
    const good = await run(undefined)
    const bad = await run({ drop: 1e-3, flip: 1e-3, duplicate: 1e-3 })
    expect(bad.faults).toBeGreaterThan(100)
    expect(bad.readings).toEqual(good.readings)
    expect(bad.held).toEqual(good.held)
    expect(new Set(good.readings).size).toBeGreaterThan(50)
  })
})

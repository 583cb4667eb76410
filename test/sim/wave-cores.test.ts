import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type WaveOptions, waveSimulator } from '../../sim/wave/index.ts'
import type { InsituError } from '../../src/errors.ts'
import { MACHINES, machineOf } from './wave-machines.ts'
import { QUARTIC } from './wave-quartic.ts'

// What two cores do must be what one does, bit for bit; a thread that starts, ends or is lost changes nothing but the time.

const FRAMES = 3
const KICKS = Float64Array.from({ length: 3 * FRAMES }, (_, i) => 0.2 * Math.cos(i))
const NOISY: WaveOptions = {
  ...MACHINES.chain,
  imperfections: {
    loss: 1e-3,
    disorder: 0.01,
    mirrorAmplitude: 0.01,
    timingJitter: 0.01,
    readNoise: 1e-3,
    localNoise: 1e-3,
  },
}

const threads: Worker[] = []
const started = (worker: Worker) => threads.push(worker)
const warnings: (InsituError | string)[] = []

beforeEach(() => {
  process.on('worker', started)
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(warning as InsituError)
  })
})
afterEach(() => {
  process.off('worker', started)
  vi.restoreAllMocks()
  threads.length = 0
  warnings.length = 0
})

/** A machine on so many cores with its parameters, and what a pair of echoes on it brings. */
async function machineOn(cores: 1 | 2, given: WaveOptions) {
  const { device, theta, drive } = machineOf({ ...given, cores }, FRAMES)
  await device.store(theta)
  const pair = async () => {
    await using flight = await device.echo.launch(drive)
    return flight.both?.(KICKS)
  }
  return { device, pair, [Symbol.asyncDispose]: () => device[Symbol.asyncDispose]() }
}

it('a chain with noise and losses gives on two cores what it gives on one, and goes on when its thread is lost', async () => {
  await using one = await machineOn(1, NOISY)
  await using two = await machineOn(2, NOISY)
  expect(threads).toEqual([])
  for (const _ of [1, 2]) expect(await two.pair()).toEqual(await one.pair())
  expect(threads).toHaveLength(1)
  expect(warnings).toEqual([])
  threads[0].postMessage(null)
  expect(await two.pair()).toEqual(await one.pair())
  expect(warnings).toEqual([expect.objectContaining({ code: 'CAPABILITY' })])
  expect(String(warnings[0])).toMatch(/no second core: Cannot destructure .*; both echoes .* same numbers/)
  expect(await two.pair()).toEqual(await one.pair())
  expect([threads.length, warnings.length]).toEqual([1, 1])
})

it('cavities too, and the thread ends with the machine', async () => {
  await using one = await machineOn(1, MACHINES.cavities)
  const two = await machineOn(2, MACHINES.cavities)
  const found = await two.pair()
  expect(found).toEqual(await one.pair())
  expect(found?.[0].local).not.toEqual(found?.[1].local)
  const ended = once(threads[0], 'exit')
  await two.device[Symbol.asyncDispose]()
  expect(await ended).toEqual([1])
  expect(warnings).toEqual([])
})

it('a machine that is closed meanwhile says so, and starts no other thread', async () => {
  const options: WaveOptions = { ...MACHINES.chain, cores: 2 }
  const backend = waveSimulator(options)
  const flights = [await backend.echo.launch(Float64Array.of(1, 0)), await backend.echo.launch(Float64Array.of(0, 1))]
  const pair = flights[0].both?.(KICKS.slice(0, 3))
  await backend[Symbol.asyncDispose]()
  await expect(pair).rejects.toMatchObject({ code: 'DISPOSED' })
  await expect(flights[1].both?.(KICKS.slice(0, 3))).rejects.toMatchObject({ code: 'DISPOSED' })
  await backend[Symbol.asyncDispose]()
  expect(threads).toHaveLength(1)
  expect(warnings).toEqual([])
})

it('options that reach no thread are refused before one is started', () => {
  const inputs = Object.assign(['0.q', '1.p'], { note() {} })
  expect(() => waveSimulator({ ...MACHINES.chain, inputs, cores: 2 })).toThrow(
    expect.objectContaining({
      code: 'CONFIG',
      message: expect.stringMatching(/must be copied: .* could not be cloned/s),
    }),
  )
  expect(threads).toEqual([])
})

it('a thread makes the field the machine has, whatever became of its options; one that cannot be asked or heard is no end', async () => {
  await using one = await machineOn(1, MACHINES.chain)
  const field = { kind: 'phi-4', columns: 6 } as const
  const options = { ...MACHINES.chain, field: { ...field, g: 0.5 } }
  await using two = await machineOn(2, options)
  options.field.g = 3
  // A question that was not sent takes no time of the machine's.
  const readings = async ({ pair }: typeof one) => (await pair())?.map(({ local, conjugate }) => ({ local, conjugate }))
  const wanted = await readings(one)
  expect(await readings(two)).toEqual(wanted)
  const [thread] = threads
  vi.spyOn(thread, 'postMessage').mockImplementationOnce(() => {
    throw new Error('too large')
  })
  await expect(two.pair()).rejects.toThrow('too large')
  expect(await readings(two)).toEqual(wanted)
  expect(warnings).toEqual([])
  thread.emit('messageerror', new Error('unreadable'))
  expect(await readings(two)).toEqual(wanted)
  expect(String(warnings)).toMatch(/no second core: unreadable/)
})

it('takes one core or two', () => {
  expect(() => waveSimulator({ ...MACHINES.chain, cores: 3 as 2 })).toThrow(/cores must be 1 or 2, got 3/)
  expect(() => waveSimulator({ ...QUARTIC, cores: 2 })).toThrow(
    expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/runs on one core, got cores 2/) }),
  )
})

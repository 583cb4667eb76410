import { describe, expect, it } from 'vitest'
import type { CallOptions } from '../../src/contract/backend.ts'
import { attach } from '../../src/contract/device.ts'
import type { Echo, EchoOptions, EchoPort, Flight } from '../../src/contract/echo.ts'
import { readings } from '../../src/testing/bench.ts'
import { COUPLINGS, DRIVEN, READ, Waves, type WavesOptions } from './waves.ts'

/** Waves that write down what they are asked for, and of which single answers can be changed. */
class Watched extends Waves {
  readonly calls: string[] = []
  readonly given: Float64Array[] = []
  change: (flight: Flight) => Flight = (flight) => flight
  changeEcho: (echo: Echo) => Echo = (echo) => echo
  constructor(options: WavesOptions = {}) {
    super({ learning: 1, ...options })
    const { launch } = this.echo
    const watched = async (drive: Float64Array, opts?: CallOptions): Promise<Flight> => {
      this.calls.push('launch')
      this.given.push(drive)
      const flight = await launch(drive, opts)
      const echo = async (injection: Float64Array, opts?: EchoOptions) => {
        this.calls.push('echo')
        return this.changeEcho(await flight.echo(injection, opts))
      }
      return this.change({
        ...flight,
        echo,
        [Symbol.asyncDispose]: async () => {
          this.calls.push('drop')
        },
      })
    }
    Object.assign(this.echo, { launch: watched })
  }
  override async [Symbol.asyncDispose](): Promise<void> {
    this.calls.push('close')
  }
}

const drive = Float64Array.of(0.5, -0.25, 0.25, 0.125)
const injection = Float64Array.of(1e-3, 0, 0, -1e-3)
const block = { slots: 1, drive: { kind: 'track', data: drive.slice(0, DRIVEN), hold: 1 } } as const
const delta = { kind: 'track', data: new Float64Array(COUPLINGS).fill(0.01), hold: 1 } as const
const lost = () => Promise.reject(new Error('the line is cut'))

describe('a flight', () => {
  it('owns its machine: the refusal names the machine and what to do', async () => {
    const machine = new Watched()
    const device = attach(machine)
    await using flight = await device.echo.launch(drive)
    await expect(readings(device, block)).rejects.toMatchObject({
      code: 'BUSY',
      message: 'waves (4 oscillators): a wave is in flight, which owns the machine',
      hint: 'echo the flight or dispose it',
      device: 'waves',
    })
    expect(machine.calls).toEqual(['launch'])
    await flight[Symbol.asyncDispose]()
    await readings(device, block)
    await expect(flight.echo(injection)).rejects.toMatchObject({
      code: 'FLIGHT_OVER',
      message: 'waves (4 oscillators): this flight was dropped already',
    })
    expect(machine.calls).toEqual(['launch', 'drop'])
  })

  it('is dropped once, however often it is disposed, and never after its echo', async () => {
    const machine = new Watched()
    const device = attach(machine)
    const flight = await device.echo.launch(drive)
    await Promise.all([flight[Symbol.asyncDispose](), flight[Symbol.asyncDispose]()])
    const other = await device.echo.launch(drive)
    const echo = other.echo(injection)
    await other[Symbol.asyncDispose]()
    await echo
    await expect(other.echo(injection)).rejects.toThrow('this flight was echoed already')
    expect(machine.calls).toEqual(['launch', 'drop', 'launch', 'echo'])
  })

  it('is dropped before its machine is closed, also when it was just being launched', async () => {
    for (const waits of [true, false]) {
      const machine = new Watched()
      const device = attach(machine)
      const launching = device.echo.launch(drive)
      if (waits) await launching
      await device[Symbol.asyncDispose]()
      expect(machine.calls).toEqual(['launch', 'drop', 'close'])
      const flight = await launching
      await flight[Symbol.asyncDispose]()
      await expect(flight.echo(injection)).rejects.toMatchObject({ code: 'DISPOSED' })
      expect(machine.calls).toHaveLength(3)
    }
  })

  it('is over when its echo fails, and when it could not be dropped', async () => {
    const machine = new Watched()
    const device = attach(machine)
    machine.change = (flight) => ({ ...flight, echo: lost, [Symbol.asyncDispose]: lost })
    const flight = await device.echo.launch(drive)
    await expect(flight.echo(injection)).rejects.toThrow('the line is cut')
    await expect(flight.echo(injection)).rejects.toMatchObject({ code: 'FLIGHT_OVER' })
    await flight[Symbol.asyncDispose]()
    const other = await device.echo.launch(drive)
    await expect(other[Symbol.asyncDispose]()).rejects.toThrow('the line is cut')
    await expect(readings(device, block)).resolves.toHaveLength(READ)
    await device.echo.launch(drive)
    await expect(device[Symbol.asyncDispose]()).rejects.toThrow('the line is cut')
    expect(machine.calls.at(-1)).toBe('close')
  })

  it('is dropped when its echo fails, before anybody else comes', async () => {
    const machine = new Watched()
    const device = attach(machine)
    for (const call of ['echo', 'both'] as const) {
      machine.calls.length = 0
      machine.change = (flight) => ({ ...flight, [call]: lost })
      const flight = await device.echo.launch(drive)
      const failing = flight[call]?.(injection)
      const next = device.echo.launch(drive)
      await expect(failing).rejects.toThrow('the line is cut')
      await (await next)[Symbol.asyncDispose]()
      await flight[Symbol.asyncDispose]()
      expect(machine.calls).toEqual(['launch', 'drop', 'launch', 'drop'])
    }
  })

  it('is dropped when its echo is aborted in the same moment', async () => {
    const machine = new Watched({ delay: 1 })
    const device = attach(machine)
    const flight = await device.echo.launch(drive)
    const controller = new AbortController()
    const echo = flight.echo(injection, { signal: controller.signal })
    controller.abort('enough')
    await expect(echo).rejects.toBe('enough')
    expect(machine.calls).toEqual(['launch', 'echo', 'drop'])
    await readings(device, block)
  })

  it('without valid readings is dropped, and never handed out', async () => {
    const machine = new Watched()
    const device = attach(machine)
    machine.change = (flight) => ({ ...flight, output: flight.output.with(READ + 1, Number.NaN) })
    await expect(device.echo.launch(drive)).rejects.toMatchObject({
      code: 'INVALID_READING',
      message: 'waves (4 oscillators): output 1 of frame 1 is not a number; the flight was dropped',
    })
    machine.change = (flight) => ({ ...flight, output: flight.output.slice(1), [Symbol.asyncDispose]: lost })
    await expect(device.echo.launch(drive)).rejects.toThrow(/output of a flight has 3 numbers, wanted 4/)
    machine.change = (flight) => ({ ...flight, local: new Float64Array(1) })
    await expect(device.echo.launch(drive)).rejects.toThrow(/local readings of a flight has 1 numbers, wanted 3/)
    expect(machine.calls).toEqual(['launch', 'drop', 'launch', 'launch', 'drop'])
    machine.change = (flight) => flight
    machine.changeEcho = (echo) => ({ ...echo, conjugate: echo.conjugate.with(0, Number.POSITIVE_INFINITY) })
    await expect((await device.echo.launch(drive)).echo(injection)).rejects.toMatchObject({ code: 'INVALID_READING' })
    machine.changeEcho = (echo) => ({ ...echo, returned: new Float64Array(1) })
    await expect((await device.echo.launch(drive)).echo(injection)).rejects.toThrow(/returned has 1 numbers, wanted 2/)
    await readings(device, block)
  })

  it('shares no array with the machine or the caller', async () => {
    const machine = new Watched()
    const device = attach(machine)
    let kept: Flight | undefined
    machine.change = (flight) => {
      kept = flight
      return flight
    }
    const mine = drive.slice()
    const launching = device.echo.launch(mine)
    mine.fill(0)
    const flight = await launching
    expect(machine.given[0]).toEqual(drive)
    flight.output.fill(0)
    expect(kept?.output.some((value) => value !== 0)).toBe(true)
    expect(flight.local).not.toBe(kept?.local)
    expect(Object.isFrozen(flight)).toBe(true)
  })

  it('has both echoes where its machine can make them, within what goes both ways', async () => {
    const noisy = attach(new Watched({ noise: 1e-6 }))
    const flight = await noisy.echo.launch(drive)
    expect('both' in flight).toBe(false)
    const machine = new Waves()
    Object.assign(machine.echo, { injection: { ...machine.echo.injection, max: 2 } })
    const device = attach(machine)
    const copied = await device.echo.launch(drive)
    const large = injection.with(0, 1.5)
    await expect(copied.both?.(large)).rejects.toThrow(/injection\[0\]=1.5 1 outside \[-1, 1\]/)
    await expect(copied.both?.(injection)).resolves.toHaveLength(2)
    await (await device.echo.launch(drive)).echo(large)
  })
})

describe('an echo that decays', () => {
  const held = async (device: { readonly echo: EchoPort }) => {
    const theta = new Float64Array(COUPLINGS)
    await device.echo.learning?.read(theta)
    return theta
  }

  it('moves the parameters unread: no perturbation is let through until they are read or stored', async () => {
    const device = attach(new Watched())
    const theta = new Float64Array(COUPLINGS).fill(1)
    await device.store(theta)
    for (const [known, decay] of [
      [() => held(device), 'plain'],
      [() => device.store(theta), 'mirrored'],
    ] as const) {
      await (await device.echo.launch(drive)).echo(injection)
      await readings(device, { ...block, delta })
      await (await device.echo.launch(drive)).echo(injection, { decay })
      await expect(readings(device, { ...block, delta })).rejects.toThrow(/unknown since an echo moved them/)
      await readings(device, block)
      await known()
      await readings(device, { ...block, delta })
    }
    await (await device.echo.launch(drive)).echo(injection, { decay: 'plain' })
    expect(await held(device)).not.toEqual(theta)
  })

  it('leaves them unknown when it fails', async () => {
    const machine = new Watched()
    const device = attach(machine)
    machine.change = (flight) => ({ ...flight, echo: lost })
    await expect((await device.echo.launch(drive)).echo(injection, { decay: 'plain' })).rejects.toThrow('cut')
    await expect(readings(device, { ...block, delta })).rejects.toMatchObject({ code: 'LIMIT' })
  })

  it('is refused where nothing can decay, or in a way there is not', async () => {
    const flight = await attach(new Waves()).echo.launch(drive)
    await expect(flight.echo(injection, { decay: 'plain' })).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: 'waves (4 oscillators): it has no learning field that could decay; nothing moved',
    })
    await expect(flight.echo(injection, { decay: 'slowly' as 'plain' })).rejects.toThrow(
      /decay must be plain or mirrored, got slowly/,
    )
    await flight.echo(injection)
  })

  it('can be read into an array of the right length, with numbers alone', async () => {
    const machine = new Waves({ learning: 1 })
    const read = (theta: Float64Array) => Promise.resolve(void theta.fill(Number.NaN))
    Object.assign(machine.echo, { learning: { ...machine.echo.learning, read } })
    const device = attach(machine)
    await expect(device.echo.learning?.read(new Float64Array(2))).rejects.toThrow(/theta has 2 numbers, wanted 3/)
    await expect(held(device)).rejects.toMatchObject({
      code: 'INVALID_READING',
      message: 'waves (4 oscillators): theta[0] was read as NaN',
      hint: expect.stringMatching(/^store parameters/),
    })
  })
})

describe('the facet echo', () => {
  const stated = (change: Partial<EchoPort>) => () => {
    const machine = new Waves({ learning: 1 })
    Object.assign(machine.echo, change)
    return attach(machine)
  }
  const { injection: port, learning } = new Waves({ learning: 1 }).echo
  if (learning === undefined) throw new Error('the waves have no learning field')

  it('is frozen, down to its ports', () => {
    const { echo } = stated({})()
    expect([echo, echo.injection, echo.learning].map(Object.isFrozen)).toEqual([true, true, true])
    expect(Object.keys(echo.learning ?? {})).toEqual(['bracket', 'gain', 'read'])
    expect(Object.keys(attach(new Waves()).echo)).toEqual(['injection', 'maxFrames', 'launch'])
  })

  it.each([
    [{ maxFrames: 0 }, 'echo.maxFrames must be a whole number from 1, got 0'],
    [{ maxFrames: 1.5 }, 'echo.maxFrames must be a whole number from 1, got 1.5'],
    [{ injection: { ...port, width: 3 } }, 'injection has 3 numbers, wanted 2 (one per output)'],
    [{ injection: { ...port, max: -2 } }, 'injection.min..max must be a rising range'],
    [{ learning: { ...learning, bracket: 0 } }, 'echo.learning.bracket must be positive, got 0'],
    [{ learning: { ...learning, gain: Number.NaN } }, 'echo.learning.gain must be a number, got NaN'],
  ] as const)('refuses %o', (change, message) => {
    expect(stated(change)).toThrow(message)
  })

  it('refuses a drive of no whole number of frames, or of too many, naming what it takes', async () => {
    const { echo } = stated({})()
    for (const count of [0, 3, 14])
      await expect(echo.launch(new Float64Array(count))).rejects.toMatchObject({
        code: 'SHAPE',
        message: `waves (4 oscillators): drive has ${count} numbers, wanted 2 for each of 1 to 6 frames`,
      })
    await echo.launch(new Float64Array(12))
  })

  it('says of local readings what they are, and nothing else', () => {
    const machine = new Waves()
    expect(attach(machine).local.reads).toBe('action')
    Object.assign(machine.local, { reads: 'energy' })
    expect(() => attach(machine)).toThrow('local.reads must be root or action, got energy')
  })
})

import { describe, expect, it } from 'vitest'
import type { LockIn } from '../../../drivers/lockin/lockin.ts'
import { openLockIn } from '../../../drivers/lockin/open.ts'
import type { AnswerFault } from '../../../sim/bench/lockin/index.ts'
import { attach } from '../../../src/contract/device.ts'
import { type ErrorCode, InsituError } from '../../../src/errors.ts'
import { bench as bare, experiment, type Model, opened } from './bench.ts'

/** Slots with four voltages each, so that no two readings are alike. */
const SLOTS = 4
const AMPLITUDE = 2
const drive = Float64Array.from({ length: 4 * SLOTS }, (_, i) => Math.round(1000 * Math.sin(3 + 1.7 * i) * 8) / 1000)
const truth = Float64Array.from({ length: SLOTS }, (_, t) =>
  experiment.volts({ oscillator: AMPLITUDE, frequency: 1000, aux: [...drive.subarray(4 * t, 4 * t + 4)] }, 0),
)
/** A thousandth of the largest step between slots, and six digits. */
const TOLERANCE = 1e-3 * 0.2 + 1e-6

type At = Awaited<ReturnType<typeof opened>>

async function bench(model: Model, driver: Parameters<typeof opened>[2] = {}) {
  const at = await opened(model, { density: 0 }, { noise: 1e-6, replyMs: 200, ...driver })
  const device = attach(at.machine)
  await device.store(Float64Array.of(AMPLITUDE))
  return { ...at, device }
}

/** Readings of the block, or the code of the error; a wrong number fails at once. */
async function outcome({ device }: { device: ReturnType<typeof attach> }): Promise<ErrorCode | 'right'> {
  const into = new Float64Array(SLOTS)
  try {
    await device.measure({ slots: SLOTS, drive: { kind: 'track', data: drive, hold: 1 } }, into)
  } catch (error) {
    expect(error).toBeInstanceOf(InsituError)
    return (error as InsituError).code
  }
  for (let t = 0; t < SLOTS; t++) expect(Math.abs(into[t] - truth[t]), `slot ${t}: ${into[t]}`).toBeLessThan(TOLERANCE)
  return 'right'
}

/** What happens once to an answer is made good; the reading is right, wherever in the run it happens. */
const ONCE: readonly AnswerFault[] = [
  'late',
  'doubled',
  'cut',
  'shortened',
  'joined',
  'unsolicited',
  'echo',
  'nan',
  'comma',
  'silence',
  'parity',
  'swapped',
]

describe.each(['SR830', 'SR860'] as Model[])('%s: what happens to answers', (model) => {
  it.each(ONCE)('%s once, at every line of a run', async (fault) => {
    // Noise is stated finely enough for two lost digits to stand out of it.
    const at = await bench(model)
    for (const after of model === 'SR830' ? [0, 1, 3, 8, 10] : [1, 8]) {
      at.instrument.faults.set({ fault, after, lateMs: 300 })
      expect(await outcome(at)).toBe('right')
    }
    await at.device[Symbol.asyncDispose]()
  })
})

describe('what happens to answers for good', () => {
  it.each([
    ['silence', 'TIMEOUT'],
    ['cut', 'TIMEOUT'],
    ['parity', 'TIMEOUT'],
    ['nan', 'INVALID_READING'],
    ['echo', 'WRONG_FIRMWARE'],
    ['unsolicited', 'WRONG_FIRMWARE'],
    ['swapped', 'WRONG_FIRMWARE'],
  ] as const)('%s is a typed error, and the driver works again afterwards', async (fault, code) => {
    const at = await bench('SR830')
    at.instrument.faults.set({ fault, times: 1000 })
    expect(await outcome(at)).toBe(code)
    at.instrument.faults.set(undefined)
    expect(await outcome(at)).toBe('right')
    await at.device[Symbol.asyncDispose]()
  })

  it.each(['late', 'doubled', 'joined', 'comma', 'shortened'] as const)('%s is never a wrong number', async (fault) => {
    const at = await bench('SR830')
    at.instrument.faults.set({ fault, times: 1000, lateMs: 150 })
    expect(['right', 'TIMEOUT', 'WRONG_FIRMWARE', 'INVALID_READING', 'DEVICE_REFUSED']).toContain(await outcome(at))
    at.instrument.faults.set(undefined)
    await at.clock.pass(2000)
    expect(await outcome(at)).toBe('right')
    await at.device[Symbol.asyncDispose]()
  })
})

/** In the middle of the second slot: after the line that set it, while the filter settles. */
const MIDDLE = 330

describe.each(['SR830', 'SR860'] as Model[])('%s: what happens to the instrument', (model) => {
  const scale = model === 'SR830' ? 'SENS' : 'SCAL'
  const events: readonly (readonly [string, (at: At) => void])[] = [
    ['a power cycle', ({ instrument }) => instrument.powerCycle()],
    ['a reset from the other interface', ({ instrument }) => instrument.gpib('*RST')],
    ['another sensitivity at the front panel', ({ instrument }) => instrument.panel(`${scale} 3`)],
    ['another time constant at the front panel', ({ instrument }) => instrument.panel('OFLT 12')],
    ['another phase at the front panel', ({ instrument }) => instrument.panel('PHAS 90')],
    ['another source amplitude at the front panel', ({ instrument }) => instrument.panel('SLVL 0.5')],
    ['another sensitivity from the other interface', ({ instrument }) => instrument.gpib(`${scale} 3`)],
    ['questions from the other interface', ({ instrument }) => instrument.gpib('OUTP? 1;*IDN?')],
    ['answers turned to the other interface', ({ instrument }) => instrument.gpib('OUTX 1')],
    ['somebody else reading the status', ({ instrument }) => instrument.gpib('*ESR?;LIAS?')],
  ]
  it.each(events)('%s: the reading is right all the same', async (_, happen) => {
    const at = await bench(model)
    at.clock.after(MIDDLE, () => happen(at))
    expect(await outcome(at)).toBe('right')
    expect(await outcome(at)).toBe('right')
    await at.device[Symbol.asyncDispose]()
  })

  it.each(events.slice(0, 7))('%s is an error where nothing is to be set again unasked', async (_, happen) => {
    const at = await bench(model, { whenChanged: 'refuse' })
    at.clock.after(MIDDLE, () => happen(at))
    expect(await outcome(at)).toBe('SETTINGS_LOST')
    await at.lockIn.restoreSettings()
    expect(await outcome(at)).toBe('right')
    await at.device[Symbol.asyncDispose]()
  })
})

/** An amplifier that is no machine's: its range may be changed. */
async function alone(model: Model, sensitivity: number, more: { inputRange?: number } = {}) {
  const at = bare(model, { density: 0 })
  const settings = { sensitivity, timeConstant: 0.01, ...more }
  return { ...at, lockIn: await openLockIn(at.channel, { settings, clock: at.clock, noise: 1e-6 }) }
}

/** It finds the most sensitive scale with room for the signal. */
async function fits(lockIn: LockIn) {
  await lockIn.autoRange()
  const { x, y } = await lockIn.sample()
  const scales = lockIn.dialect.sensitivities.filter((scale) => scale >= 1.25 * Math.hypot(x, y))
  expect(lockIn.fullScale).toBe(Math.min(...scales))
}

describe('what the driver does not take for a number', () => {
  const refused = async (at: Awaited<ReturnType<typeof bench>>, code: ErrorCode) => {
    expect(await outcome(at)).toBe(code)
    await at.device[Symbol.asyncDispose]()
  }

  it.each(['SR830', 'SR860'] as const)('%s: an overload, until it is over', async (model) => {
    const at = await bench(model, { settings: { sensitivity: 0.02, timeConstant: 0.01 } })
    expect(await outcome(at)).toBe('OVERLOAD')
    await at.device[Symbol.asyncDispose]()
    const { lockIn } = await alone(model, 0.02)
    await lockIn.apply([lockIn.oscillator(AMPLITUDE)])
    await expect(lockIn.sample()).rejects.toMatchObject({ code: 'OVERLOAD' })
    await fits(lockIn)
    expect(lockIn.fullScale).toBeGreaterThan(0.02)
    await lockIn[Symbol.asyncDispose]()
  })

  it.each(['SR830', 'SR860'] as const)('%s: a range that its data sheet does not state', async (model) => {
    const at = await bench(model)
    const { sense } = at.device.sheet
    await expect(at.lockIn.setSensitivity(1)).rejects.toMatchObject({ code: 'CAPABILITY' })
    await expect(at.lockIn.autoRange()).rejects.toMatchObject({ code: 'CAPABILITY' })
    expect(sense.max).toBe(1.1 * at.lockIn.fullScale)
    expect(await outcome(at)).toBe('right')
    await at.device[Symbol.asyncDispose]()
  })

  it('another input range than was stated, when the sensitivity changes', async () => {
    const stated = await alone('SR860', 0.5, { inputRange: 1 })
    await stated.lockIn.setSensitivity(0.01)
    const free = await alone('SR860', 0.5)
    await free.lockIn.setSensitivity(0.01)
    // IRNG counts down from 1 V: 4 is 10 mV.
    expect([stated, free].map(({ instrument }) => instrument.setting('IRNG')[0])).toEqual([0, 4])
    for (const { lockIn } of [stated, free]) await lockIn[Symbol.asyncDispose]()
  })

  it('finds a scale from one that was written with a rounding, going up from there', async () => {
    // As "200 uV" is read, one rounding away from 2e-4.
    const sensitivity = 5e-4 * (1 - 2 ** -52)
    const { lockIn, instrument } = await alone('SR830', sensitivity)
    await lockIn.apply([lockIn.oscillator(AMPLITUDE)])
    await fits(lockIn)
    expect(instrument.heard.filter((line) => /SENS 0\b/.test(line))).toEqual([])
    await lockIn[Symbol.asyncDispose]()
  })

  it('sets what was asked for last, where two calls ask for other values', async () => {
    const at = await bench('SR830')
    const [up, down] = [at.lockIn.oscillator(2), at.lockIn.oscillator(1)]
    await at.lockIn.apply([down])
    await Promise.all([at.lockIn.apply([up]), at.lockIn.apply([down])])
    expect(at.instrument.setting('SLVL')[0]).toBe(1)
    await at.device[Symbol.asyncDispose]()
  })

  it('an overload of the input, of the filter, of the output, by name', async () => {
    for (const [sensitivity, reserve, what] of [
      [1e-3, 'low noise', 'input'],
      [1e-3, 'high', 'filter'],
      [0.05, 'high', 'output'],
    ] as const) {
      const at = await bench('SR830', { settings: { sensitivity, timeConstant: 0.01, reserve } })
      const one = { slots: 1, drive: { kind: 'track', data: new Float64Array(4), hold: 1 } } as const
      await expect(at.device.measure(one, new Float64Array(1))).rejects.toMatchObject({
        code: 'OVERLOAD',
        message: expect.stringContaining(`its ${what} is overloaded`),
      })
      await at.device[Symbol.asyncDispose]()
    }
  })

  it('a range that cannot be raised any more', async () => {
    const at = await opened(
      'SR830',
      { density: 0, signal: { volts: () => 1.15 } },
      { settings: { sensitivity: 0.5, timeConstant: 0.01 } },
    ).catch((error: unknown) => error)
    // The first readings, which tell how long a slot takes, are overloaded already.
    expect(at).toMatchObject({ code: 'OVERLOAD' })
  })

  it.each([
    ['SR830', { reference: 'external' }],
    ['SR860', { reference: 'external' }],
  ] as const)('%s: a lost reference', async (model, more) => {
    const at = await bench(model, { settings: { sensitivity: 0.5, timeConstant: 0.01, ...more } })
    at.clock.after(MIDDLE, () => at.instrument.lock(false))
    expect(await outcome(at)).toBe('UNLOCKED')
    at.instrument.lock(true)
    expect(await outcome(at)).toBe('right')
    await at.device[Symbol.asyncDispose]()
  })

  it('a filter that changed because the frequency did', async () => {
    const slow = { sensitivity: 0.5, timeConstant: 0.01, frequency: 150 }
    const at = await bench('SR830', { settings: slow, whenChanged: 'refuse' })
    at.clock.after(MIDDLE, () => at.instrument.panel('OFLT 15;FREQ 1000'))
    await refused(at, 'SETTINGS_LOST')
  })

  it('a power failure, and a cable that is out', async () => {
    const off = await bench('SR830')
    off.clock.after(MIDDLE, () => off.instrument.powerOff())
    expect(await outcome(off)).toBe('TIMEOUT')
    off.instrument.powerOn()
    expect(await outcome(off)).toBe('right')
    off.clock.after(MIDDLE, () => void off.channel.close())
    await refused(off, 'LINK_LOST')
  })

  it.each([
    [{ sensitivity: 2, timeConstant: 0.01 }, 'LIMIT', 'sensitivity of 2 V is outside'],
    [{ sensitivity: 1e-9, timeConstant: 0.01 }, 'LIMIT', 'sensitivity'],
    [{ sensitivity: 0.3, timeConstant: 0.01 }, 'CONFIG', 'between its steps 0.2 and 0.5 V'],
    [{ sensitivity: 0.5, timeConstant: 1e5 }, 'LIMIT', 'time constant'],
    [{ sensitivity: 0.5, timeConstant: 100 }, 'LIMIT', 'above 200 Hz'],
    [{ sensitivity: 0.5, timeConstant: 0.01, phase: 200 }, 'LIMIT', 'phase'],
    [{ sensitivity: 0.5, timeConstant: 0.01, harmonic: 200 }, 'LIMIT', 'frequency of detection'],
    [{ sensitivity: 0.5, timeConstant: 0.01, inputRange: 0.3 }, 'CONFIG', 'reserve'],
  ] as const)('settings %o before anything is sent', async (settings, code, words) => {
    const at = bare('SR830')
    const opening = openLockIn(at.channel, { settings, model: 'SR830', clock: at.clock })
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
    expect(at.instrument.heard).toEqual([])
  })

  it('another instrument than the one that was named', async () => {
    const at = bare('SR860')
    const settings = { sensitivity: 0.5, timeConstant: 0.01 }
    await expect(openLockIn(at.channel, { settings, model: 'SR830', clock: at.clock })).rejects.toMatchObject({
      code: 'WRONG_FIRMWARE',
    })
  })

  it('nobody at all', async () => {
    const at = bare('SR830')
    at.instrument.powerOff()
    const settings = { sensitivity: 0.5, timeConstant: 0.01 }
    await expect(openLockIn(at.channel, { settings, clock: at.clock })).rejects.toMatchObject({ code: 'TIMEOUT' })
  })
})

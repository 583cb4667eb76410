import { describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { squaredError } from '../../src/cost/squared-error.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { finiteDifference } from '../../src/rules/mgd/finite-difference.ts'
import { mgd } from '../../src/rules/mgd.ts'
import { train } from '../../src/rules/train.ts'
import { chain } from '../../src/streams/chain.ts'
import { converted } from '../../src/streams/converted.ts'
import { frozen } from '../../src/streams/frozen.ts'
import { readings } from '../../src/testing/bench.ts'
import { Inputs } from '../../src/testing/inputs.ts'

const chip = (layers: readonly number[]) => attach(mgdChip({ layers, maxSlots: 500 }))
const pair = () => attach(chain(chip([3, 2]), chip([2, 4, 2])))
const whole = () => new Inputs(pair().sheet, 4, 0.2).theta()

describe('frozen', () => {
  const theta = whole()
  const held = () => attach(frozen(pair(), ['a.w1', 'b.b1', 'b.b2'], theta))

  it('is a machine of the banks that are left', () => {
    expect(held().sheet.banks.map(({ name, width }) => [name, width])).toEqual([
      ['a.b1', 2],
      ['b.w1', 8],
      ['b.w2', 8],
    ])
  })

  it('reads as the whole machine with the held banks as they were', async () => {
    const [part, all] = [held(), pair()]
    const inputs = new Inputs(part.sheet, 5, 0.05)
    const [values, delta] = [inputs.theta(), inputs.delta(6)]
    const moved = theta.slice()
    moved.set(values.subarray(0, 2), 6)
    moved.set(values.subarray(2), 8)
    await part.store(values)
    await all.store(moved)
    const drive = inputs.drive(6)
    const wide = new Float64Array(6 * theta.length)
    for (let r = 0; r < 6; r++) {
      wide.set(delta.data.subarray(r * 18, r * 18 + 2), r * theta.length + 6)
      wide.set(delta.data.subarray(r * 18 + 2, (r + 1) * 18), r * theta.length + 8)
    }
    const wanted = await readings(all, { slots: 6, drive, delta: { kind: 'track', data: wide, hold: 1 } })
    expect(await readings(part, { slots: 6, drive, delta })).toEqual(wanted)
  })

  it('lets a rule see and move what is left alone: its gradient is that part of the whole one', async () => {
    const [part, all] = [held(), pair()]
    const lesson = { rows: 1, drive: Float64Array.of(0.3, -0.2, 0.7), target: Float64Array.of(0.9, 0.1) }
    const values = Float64Array.of(...theta.subarray(6, 8), ...theta.subarray(8, 24))
    await part.store(values)
    await all.store(theta)
    const of = (device: Parameters<typeof finiteDifference>[0]) =>
      finiteDifference(device, lesson, { step: 1e-3, cost: squaredError })
    const [found, wanted] = [(await of(part)).gradient, (await of(all)).gradient]
    expect([...found]).toEqual([...wanted.subarray(6, 8), ...wanted.subarray(8, 24)])
    const rule = mgd({ seed: 3, norm: 0.02, tauTheta: 400, tauX: 400, cost: squaredError })
    for await (const { gradient } of train(
      rule,
      part,
      values,
      { next: () => lesson },
      { optimizer: sgd(0.01), steps: 1 },
    )) {
      const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i], 0)
      const cosine =
        dot(found, gradient as Float64Array) / Math.hypot(...found) / Math.hypot(...(gradient as Float64Array))
      // 400 random codes on 18 parameters leave an angle of about atan(sqrt(18 / 400)), 12 degrees.
      expect(cosine).toBeGreaterThan(0.93)
    }
  })

  it('refuses a snapshot with other values of what is held, and is where it was', async () => {
    const all = pair()
    const other = theta.map((value) => value + 0.01)
    await all.store(other)
    const foreign = await all.state.snapshot()
    const part = held()
    const values = Float64Array.of(...theta.subarray(6, 8), ...theta.subarray(8, 24))
    await part.store(values)
    const own = await part.state.snapshot()
    const block = { slots: 1, drive: { kind: 'track', data: Float64Array.of(0.3, -0.2, 0.7), hold: 1 } } as const
    const wanted = await readings(part, block)
    const given = values.slice()
    await expect(part.state.restore(foreign, given)).rejects.toMatchObject({
      code: 'RECORD',
      message: expect.stringContaining('a.w1'),
    })
    expect([...given]).toEqual([...values])
    expect(await readings(part, block)).toEqual(wanted)
    await part.state.restore(own, given)
    expect([...given]).toEqual([...values])
  })

  it('refuses a bank that is not there, a machine with none left, and a theta of another length', () => {
    const refuse = (banks: string[], values: Float64Array, wanted: object) =>
      expect(() => frozen(pair(), banks, values)).toThrow(expect.objectContaining(wanted))
    refuse(['a.gain'], theta, { code: 'CONFIG', message: expect.stringContaining('a.w1') })
    refuse(
      pair().sheet.banks.map(({ name }) => name),
      theta,
      { code: 'CONFIG' },
    )
    refuse(['a.w1'], theta.subarray(1), { code: 'SHAPE' })
  })
})

describe('converted', () => {
  it('makes machines fit whose units do not, and holds and counts what is beyond its ends', async () => {
    const a = chip([3, 2])
    const rates = attach(mgdChip({ layers: [2, 2] }))
    const unlike = Object.assign(Object.create(Object.getPrototypeOf(rates)), rates)
    Object.defineProperty(unlike, 'sheet', { value: { ...rates.sheet, drive: { ...rates.sheet.drive, unit: '1' } } })
    expect(() => chain(a, unlike)).toThrow(
      expect.objectContaining({ code: 'UNITS', hint: expect.stringContaining('converted') }),
    )
    const inRates = attach(converted(a, { unit: '1', gain: 2, offset: -0.5, min: 0, max: 1 }))
    expect(chain(inRates, unlike).sheet.machine).toBe('mgd-chip>mgd-chip')
    expect(inRates.sheet.sense).toMatchObject({ unit: '1', min: 0, max: 1 })
    await inRates.store(new Inputs(inRates.sheet, 4, 2).theta())
    const drive = new Inputs(inRates.sheet, 4, 1).drive(20)
    const into = new Float64Array(40)
    const { saturated } = await inRates.measure({ slots: 20, drive }, into)
    expect(saturated).toBe(into.filter((value) => value === 0 || value === 1).length)
    expect(saturated).toBeGreaterThan(0)
    expect(saturated).toBeLessThan(40)
  })

  it('refuses a gain of nothing', () => {
    expect(() => converted(chip([3, 2]), { unit: '1', gain: 0 })).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

import { describe, expect, it } from 'vitest'
import { attach } from '../../../src/contract/device.ts'
import { openedImager, optics, SIDE } from './imager-bench.ts'

const WINDOW = { family: 'hadamard cake-cutting', first: 0, count: 4, pairing: 'opposite', hold: 1 } as const
const SLOTS = 8
/** In the middle of the run: a slot takes 131 ms. */
const MIDDLE = 600

type At = Awaited<ReturnType<typeof openedImager>>

async function prepared(...options: Parameters<typeof openedImager>) {
  const at = await openedImager(...options)
  const device = attach(at.imager)
  await device.store(Float64Array.of(1))
  const run = async () => {
    const into = new Float64Array(SLOTS)
    const receipt = await device.codes.patterns?.measure(WINDOW, into)
    return { into, retries: receipt?.retries ?? Number.NaN }
  }
  return { ...at, device, run }
}

describe('a run of patterns into the store of the amplifier', () => {
  it.each([
    ['SR830', 'TRCA'],
    ['SR830', 'TRCB'],
    ['SR830', 'TRCL'],
    ['SR860', 'TRCA'],
  ] as const)('%s by %s gives one point for each slot', async (model, transfer) => {
    const { run, device } = await prepared({ model }, { transfer })
    const { into, retries } = await run()
    const light = optics(new Float64Array(SIDE * SIDE).fill(1))
    expect(retries).toBe(0)
    // A thousandth of the step before, and the 15 bits of the stored form.
    expect(Math.abs(into[0] - light)).toBeLessThan(2e-4)
    expect(Math.abs(into[1] - 0.1)).toBeLessThan(2e-4)
    // A pattern and its opposite are all light together.
    for (let k = 0; k < SLOTS; k += 2) expect(Math.abs(into[k] + into[k + 1] - light - 0.1)).toBeLessThan(3e-4)
    await device[Symbol.asyncDispose]()
  })

  const events: readonly (readonly [string, (at: At) => void])[] = [
    ['a power cycle of the amplifier', ({ lockIn }) => lockIn.powerCycle()],
    ['a reset from the other interface', ({ lockIn }) => lockIn.gpib('*RST')],
    ['the store erased from the other interface', ({ lockIn }) => lockIn.gpib('REST;CAPTURESTART ONE,SAMP')],
    ['another sensitivity at the front panel', ({ lockIn }) => lockIn.panel('SENS 25;SCAL 1')],
    ['an edge too many', ({ lockIn }) => lockIn.trigger()],
    ['a power cycle of the display', ({ display }) => display.powerCycle()],
    [
      'an overload that is over again',
      ({ lockIn, clock }) => {
        lockIn.gpib('SLVL 5;SENS 20;SCAL 5')
        clock.after(40, () => lockIn.gpib('SLVL 1;SENS 25;SCAL 1'))
      },
    ],
  ]
  for (const model of ['SR830', 'SR860'] as const)
    it.each(events)(`${model}: %s in the middle is noticed, and the run made again`, async (_, happen) => {
      const at = await prepared({ model })
      const wanted = (await at.run()).into
      at.clock.after(MIDDLE, () => happen(at))
      const { into, retries } = await at.run()
      expect(retries).toBeGreaterThan(0)
      for (let t = 0; t < SLOTS; t++) expect(Math.abs(into[t] - wanted[t])).toBeLessThan(1e-5)
      await at.device[Symbol.asyncDispose]()
    })

  it.each(['shortened', 'doubled', 'cut', 'late'] as const)(
    'is right when an answer is %s, at any line of it',
    async (fault) => {
      const at = await prepared()
      const wanted = (await at.run()).into
      for (let after = 0; after < 7; after++) {
        at.lockIn.faults.set({ fault, after, lateMs: 600 })
        const { into } = await at.run()
        for (let t = 0; t < SLOTS; t++) expect(Math.abs(into[t] - wanted[t])).toBeLessThan(1e-5)
      }
      await at.device[Symbol.asyncDispose]()
    },
  )

  it('is a typed error where a trigger cable is out, and where the reference is lost', async () => {
    const at = await prepared({}, { settings: { sensitivity: 0.5, timeConstant: 0.01, reference: 'external' } })
    at.clock.after(MIDDLE, () => at.lockIn.lock(false))
    await expect(at.run()).rejects.toMatchObject({ code: 'UNLOCKED', device: 'lock-in amplifier' })
    expect([at.display.dark, at.lockIn.setting('SLVL')[0]]).toEqual([true, 0.004])
    at.lockIn.lock(true)
    const again = await at.run()
    expect(again.into).toHaveLength(SLOTS)
    at.lockIn.trigger = () => {}
    await expect(at.run()).rejects.toMatchObject({
      code: 'INVALID_READING',
      message: expect.stringContaining('0 points were stored for 8 triggers'),
    })
    await at.device[Symbol.asyncDispose]()
  })

  it('ends when it is aborted, dark, and runs again', async () => {
    const at = await prepared()
    const controller = new AbortController()
    at.clock.after(MIDDLE, () => controller.abort(new Error('enough')))
    await expect(
      at.device.codes.patterns?.measure(WINDOW, new Float64Array(SLOTS), { signal: controller.signal }),
    ).rejects.toThrow('enough')
    await at.clock.pass(50)
    expect(at.display.dark).toBe(true)
    expect((await at.run()).retries).toBe(0)
    await at.device[Symbol.asyncDispose]()
  })
})

import { afterAll, describe, expect, it } from 'vitest'
import { attach } from '../../../src/contract/device.ts'
import { contract } from '../../../src/testing/contract.ts'
import { openedImager, optics, SIDE } from './imager-bench.ts'

/** 40 uV per root hertz in the 7.8 Hz of four poles of 10 ms. */
const DENSITY = 40e-6
const NOISE = DENSITY * Math.sqrt(5 / 64 / 0.01)

contract(
  'an imager made of a display and an SR860',
  async () => (await openedImager({ model: 'SR860', density: DENSITY }, { noise: NOISE })).imager,
  { describe, it, afterAll },
  { repeats: 3, slots: 8, reuse: true, centre: [1], spread: 0.4, skipped: () => {} },
)

/** A frame that is no other's mirror. */
const frame = (k: number) =>
  Float64Array.from({ length: SIDE * SIDE }, (_, i) => Math.round((255 * ((i * 7 + k * 3) % 11)) / 10) / 255)
const block = (slots: number) =>
  ({
    slots,
    drive: {
      kind: 'track',
      data: Float64Array.from(Array.from({ length: slots }, (_, k) => [...frame(k)]).flat()),
      hold: 1,
    },
  }) as const

describe('an imager made of two instruments', () => {
  it('reads what the optics make of every frame, with no more left of the one before than is stated', async () => {
    const { imager } = await openedImager({}, { share: 1e-4 })
    const device = attach(imager)
    await device.store(Float64Array.of(2))
    const into = new Float64Array(6)
    const receipt = await device.measure(block(6), into)
    for (let k = 0; k < 6; k++) {
      const step = k === 0 ? 0.2 : 2 * Math.abs(optics(frame(k)) - optics(frame(k - 1)))
      // Six printed digits, and the share of the step before.
      expect(Math.abs(into[k] - 2 * optics(frame(k)))).toBeLessThan(1e-4 * step + 1e-6)
    }
    expect(receipt.retries).toBe(0)
    await device[Symbol.asyncDispose]()
  })

  it('makes the patterns of a family without the host, one stored point for each', async () => {
    const { imager, lockIn } = await openedImager()
    const device = attach(imager)
    await device.store(Float64Array.of(1))
    const before = lockIn.heard.length
    const into = new Float64Array(16)
    await device.codes.patterns?.measure(
      { family: 'hadamard cake-cutting', first: 0, count: 8, pairing: 'opposite', hold: 1 },
      into,
    )
    // Pattern 0 is all light, its opposite darkness; a thousandth of the step before is left.
    const light = optics(new Float64Array(SIDE * SIDE).fill(1))
    expect(Math.abs(into[0] - light)).toBeLessThan(1e-3 * (0.1 - light) + 1e-6)
    expect(Math.abs(into[1] - 0.1)).toBeLessThan(1e-3 * (0.1 - light) + 1e-6)
    expect(lockIn.heard.length - before).toBeLessThan(10)
    await device[Symbol.asyncDispose]()
  })

  it('refuses a run whose slots its request cannot tell', async () => {
    const { imager } = await openedImager()
    const window = { family: 'hadamard cake-cutting', first: 0, count: 1, pairing: 'single', hold: 1 } as const
    // 2^32 us cut to their width would be 2.7 s.
    await expect(imager.display.run(window, 4297.7)).rejects.toMatchObject({ code: 'LIMIT' })
    await expect(imager.display.run({ ...window, hold: 65537 }, 0.1)).rejects.toMatchObject({ code: 'LIMIT' })
    await imager[Symbol.asyncDispose]()
  })

  it('is left dark and with its source at the floor', async () => {
    const { imager, display, lockIn } = await openedImager()
    const device = attach(imager)
    await device.store(Float64Array.of(1))
    await device.measure(block(1), new Float64Array(1))
    expect([display.dark, lockIn.setting('SLVL')[0]]).toEqual([false, 1])
    await device[Symbol.asyncDispose]()
    expect([display.dark, lockIn.setting('SLVL')[0]]).toEqual([true, 0.004])
  })

  it('names the display if that is lost, and sets the source to its floor; then goes on', async () => {
    const { imager, display, lockIn } = await openedImager()
    const device = attach(imager)
    await device.store(Float64Array.of(1))
    await device.measure(block(1), new Float64Array(1))
    display.mute(true)
    await expect(device.measure(block(2), new Float64Array(2))).rejects.toMatchObject({
      code: 'TIMEOUT',
      device: 'display',
      message: expect.stringContaining('the source is at its floor'),
    })
    expect(lockIn.setting('SLVL')[0]).toBe(0.004)
    display.mute(false)
    const into = new Float64Array(2)
    await device.measure(block(2), into)
    expect(into[1]).toBeCloseTo(optics(frame(1)), 4)
    await device[Symbol.asyncDispose]()
  })

  it('names the amplifier if that is lost, and darkens the display; then goes on', async () => {
    const { imager, display, lockIn } = await openedImager()
    const device = attach(imager)
    await device.store(Float64Array.of(1))
    lockIn.powerOff()
    await expect(device.measure(block(2), new Float64Array(2))).rejects.toMatchObject({
      code: 'TIMEOUT',
      device: 'lock-in amplifier',
      message: expect.stringContaining('the display is dark'),
    })
    expect(display.dark).toBe(true)
    lockIn.powerOn()
    const into = new Float64Array(2)
    await device.measure(block(2), into)
    expect(into[1]).toBeCloseTo(optics(frame(1)), 4)
    await device[Symbol.asyncDispose]()
  })

  it.each(['display', 'lockIn'] as const)('tells at once that the cable of the %s is out', async (which) => {
    const { imager, lines } = await openedImager()
    const device = attach(imager)
    await lines[which][1].close()
    await expect(device.measure(block(1), new Float64Array(1))).rejects.toMatchObject({ code: 'LINK_LOST' })
    await device[Symbol.asyncDispose]()
  })

  it('measures a slot again in which the display was switched off and on', async () => {
    const { imager, display, clock } = await openedImager()
    const device = attach(imager)
    await device.store(Float64Array.of(1))
    clock.after(200, () => display.powerCycle())
    const into = new Float64Array(3)
    const receipt = await device.measure(block(3), into)
    for (let k = 0; k < 3; k++) expect(into[k]).toBeCloseTo(optics(frame(k)), 4)
    expect(receipt.retries).toBeGreaterThan(0)
    await device[Symbol.asyncDispose]()
  })

  it.each(['display', 'lockIn'] as const)(
    'runs a window again in which the %s was switched off and on',
    async (which) => {
      const { imager, clock, ...both } = await openedImager()
      const device = attach(imager)
      await device.store(Float64Array.of(1))
      clock.after(600, () => both[which].powerCycle())
      const into = new Float64Array(8)
      const window = { family: 'hadamard cake-cutting', first: 0, count: 4, pairing: 'opposite', hold: 1 } as const
      const receipt = await device.codes.patterns?.measure(window, into)
      const again = new Float64Array(8)
      await device.codes.patterns?.measure(window, again)
      for (let t = 0; t < 8; t++) expect(into[t]).toBeCloseTo(again[t], 5)
      expect(receipt?.retries).toBeGreaterThan(0)
      await device[Symbol.asyncDispose]()
    },
  )

  it('goes dark by itself when its host is gone', async () => {
    const { imager, display, clock } = await openedImager({}, { silenceMs: 3000 })
    const device = attach(imager)
    await device.measure(block(1), new Float64Array(1))
    expect(display.dark).toBe(false)
    await clock.pass(3100)
    expect(display.dark).toBe(true)
    await device[Symbol.asyncDispose]()
  })
})

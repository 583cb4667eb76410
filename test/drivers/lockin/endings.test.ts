import { describe, expect, it } from 'vitest'
import { attach, type Device } from '../../../src/contract/device.ts'
import { opened } from './bench.ts'
import { openedImager } from './imager-bench.ts'

/** Two slots whose parameter is moved by 0.5 V. */
function moved({ sheet }: Device) {
  const drive = { kind: 'track', data: new Float64Array(2 * sheet.drive.width), hold: 1 } as const
  const delta = { kind: 'track', data: Float64Array.of(0.5, 0.5), hold: 1 } as const
  return { slots: 2, drive, delta } as const
}

/** In the middle of the first slot, while the filter settles. */
const MIDDLE = 150

describe('a delta does not outlive its block', () => {
  it('that was aborted, on an amplifier', async () => {
    const { machine, clock, instrument } = await opened()
    const device = attach(machine)
    await device.store(Float64Array.of(1))
    const controller = new AbortController()
    clock.after(MIDDLE, () => {
      expect(instrument.setting('SLVL')[0]).toBe(1.5)
      controller.abort(new Error('enough'))
    })
    await expect(device.measure(moved(device), new Float64Array(2), { signal: controller.signal })).rejects.toThrow(
      'enough',
    )
    expect(instrument.setting('SLVL')[0]).toBe(1)
    await device[Symbol.asyncDispose]()
  })

  it('that failed, on an amplifier', async () => {
    // 0.05 V of the scale of 0.05 V at 1 V; half as much again is too much.
    const { machine, instrument } = await opened('SR830', {}, { settings: { sensitivity: 0.05, timeConstant: 0.01 } })
    const device = attach(machine)
    await device.store(Float64Array.of(1))
    await expect(device.measure(moved(device), new Float64Array(2))).rejects.toMatchObject({ code: 'OVERLOAD' })
    expect(instrument.setting('SLVL')[0]).toBe(1)
    await device[Symbol.asyncDispose]()
  })

  it('in which the line died: the first error is told, soon, and the value is set when the line lives again', async () => {
    const { machine, instrument, clock } = await opened('SR830', {}, { replyMs: 200 })
    const device = attach(machine)
    await device.store(Float64Array.of(1))
    let diedAt = 0
    clock.after(MIDDLE, () => {
      diedAt = clock.now()
      instrument.faults.set({ fault: 'silence', times: 1000 })
    })
    await expect(device.measure(moved(device), new Float64Array(2))).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('it cannot be recognised'),
    })
    // Bringing a line back takes four attempts of some 0.7 s, and its source is waited for 2 s at most.
    expect(clock.now() - diedAt).toBeLessThan(7000)
    instrument.faults.set(undefined)
    await machine.lockIn.sample()
    expect(instrument.setting('SLVL')[0]).toBe(1)
    await device[Symbol.asyncDispose]()
  })

  it('that was aborted, on an imager', async () => {
    const { imager, clock, lockIn } = await openedImager()
    const device = attach(imager)
    await device.store(Float64Array.of(1))
    const controller = new AbortController()
    clock.after(MIDDLE, () => {
      expect(lockIn.setting('SLVL')[0]).toBe(1.5)
      controller.abort(new Error('enough'))
    })
    await expect(device.measure(moved(device), new Float64Array(2), { signal: controller.signal })).rejects.toThrow(
      'enough',
    )
    expect(lockIn.setting('SLVL')[0]).toBe(1)
    await device[Symbol.asyncDispose]()
  })
})

describe('a value that was stored in vain', () => {
  it('is set when it is stored again', async () => {
    const { machine, instrument } = await opened('SR830', {}, { replyMs: 200 })
    const device = attach(machine)
    await device.store(Float64Array.of(1))
    instrument.powerOff()
    await expect(device.store(Float64Array.of(3))).rejects.toMatchObject({ code: 'TIMEOUT' })
    instrument.powerOn()
    await device.store(Float64Array.of(3))
    expect(instrument.setting('SLVL')[0]).toBe(3)
    await device[Symbol.asyncDispose]()
  })
})

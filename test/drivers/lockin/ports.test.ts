import { describe, expect, it } from 'vitest'
import { imagerPlugin, lockInPlugin, openDevice } from '../../../drivers/index.ts'
import { lockInOptions } from '../../../drivers/lockin/plugin-settings.ts'
import { thzOptics } from '../../../sim/bench/lockin/thz-optics.ts'
import { attach } from '../../../src/contract/device.ts'
import { startImagerBench } from '../../setup/boards.ts'
import { compiled } from '../../setup/compiled.ts'

const SIDE = 4
/** A wafer of 20 um, so that the wave of so small a frame keeps its shape; half the amplitude in the left half. */
const machine = {
  pixels: SIDE,
  pitch: 200e-6,
  object: Float64Array.from({ length: (2 * SIDE) ** 2 }, (_, i) => (i % (2 * SIDE) < SIDE ? 0.5 : 1)),
  wafer: { thickness: 20e-6 },
  gain: 0.2,
}

describe('two instruments behind pseudo-terminals', () => {
  it('are one imager at an address', async () => {
    await using bench = await startImagerBench({
      rows: SIDE,
      columns: SIDE,
      density: 0,
      optics: {
        module: compiled('sim/bench/lockin/thz-optics.ts'),
        export: 'thzOptics',
        args: [{ ...machine, object: [...machine.object] }],
      },
    })
    const settings = 'kind=emulated&replyMs=200&sensitivity=500 mV&timeConstant=1 ms&slope=24&reference=internal'
    const address = `thz-imager+serial:${bench.lockIn}?baud=19200&${settings}&display=serial:${bench.display}`
    const device = attach(await openDevice(address, { plugins: [imagerPlugin, lockInPlugin] }))
    expect(device.sheet).toMatchObject({ kind: 'emulated firmware', drive: { width: SIDE * SIDE } })
    await device.store(Float64Array.of(1))
    const frames = Float64Array.from({ length: 3 * SIDE * SIDE }, (_, i) => ((i * 5) % 7 < 3 ? 1 : 0))
    const into = new Float64Array(3)
    await device.measure({ slots: 3, drive: { kind: 'track', data: frames, hold: 1 } }, into)
    const seen = thzOptics(machine)
    for (let k = 0; k < 3; k++) {
      const level = seen(frames.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE))
      // A thousandth of the step from darkness is the most that may be left.
      expect(Math.abs(into[k] - level)).toBeLessThan(2e-4 + 1e-6)
    }
    await bench.befall({ on: 'lockIn', call: 'powerCycle' })
    const again = new Float64Array(3)
    await device.measure({ slots: 3, drive: { kind: 'track', data: frames, hold: 1 } }, again)
    for (let k = 0; k < 3; k++) expect(again[k]).toBeCloseTo(into[k], 3)
    await bench.stop()
    await expect(
      device.measure({ slots: 1, drive: { kind: 'track', data: frames.slice(0, SIDE * SIDE), hold: 1 } }, into),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/LINK_LOST|TIMEOUT/),
    })
    await device[Symbol.asyncDispose]()
  })
})

describe('an address of a lock-in amplifier', () => {
  it('is read with its units', async () => {
    const options = await lockInOptions({
      baud: '9600',
      sensitivity: '10 mV',
      timeConstant: '100 ms',
      slope: '12',
      phase: '30 deg',
      noise: '2 uV',
      read: 'XY',
    })
    expect(options).toMatchObject({
      settings: { sensitivity: expect.closeTo(0.01, 12), timeConstant: expect.closeTo(0.1, 12), slope: 12 },
      noise: expect.closeTo(2e-6, 15),
      read: 'XY',
    })
    expect(options.kind).toBeUndefined()
    for (const [kind, stated] of [
      ['hardware', 'hardware'],
      ['emulated', 'emulated firmware'],
    ] as const)
      expect((await lockInOptions({ sensitivity: '10 mV', timeConstant: '1 s', kind })).kind).toBe(stated)
    expect(
      (await lockInOptions({ sensitivity: '10 nA', timeConstant: '1 s', input: 'I 1 MOhm' })).settings.sensitivity,
    ).toBeCloseTo(1e-8, 15)
  })

  it.each([
    [{ timeConstant: '1 s' }, 'CONFIG'],
    [{ sensitivity: '10 mV' }, 'CONFIG'],
    [{ sensitivity: '10', timeConstant: '1 s' }, 'UNITS'],
    [{ sensitivity: '10 mA', timeConstant: '1 s' }, 'UNITS'],
    [{ sensitivity: '10 mV', timeConstant: '1 s', sens: '3' }, 'CONFIG'],
    [{ sensitivity: '10 mV', timeConstant: '1 s', model: 'SR850' }, 'CONFIG'],
    [{ sensitivity: '10 mV', timeConstant: '1 s', slope: 'steep' }, 'CONFIG'],
    [{ sensitivity: '10 mV', timeConstant: '1 s', kind: 'real' }, 'CONFIG'],
    [{ sensitivity: '10 mV', timeConstant: '1 s', synchronous: 'yes' }, 'CONFIG'],
  ] as const)('%o is refused with %s', async (given, code) => {
    await expect(lockInOptions(given)).rejects.toMatchObject({ code })
  })
})

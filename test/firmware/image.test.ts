import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeLearn, encodeMeasure, encodeWrite, REQUEST } from '../../src/wire/index.ts'
import { avrTarget, IMAGE } from './avr.ts'
import { bytes, Client } from './client.ts'
import { BUILD } from './host.ts'

const compiler = spawnSync('avr-gcc', ['-dumpversion'], { encoding: 'utf8' })
const README = new URL('../../fixtures/firmware/README.md', import.meta.url).pathname
const version = /avr-gcc\s+(\d+\.\d+\.\d+)/.exec(readFileSync(README, 'utf8'))?.[1]
const other =
  compiler.status !== 0
    ? 'avr-gcc is not installed'
    : compiler.stdout.trim() === version
      ? undefined
      : `the image was built with avr-gcc ${version}, here is ${compiler.stdout.trim()}`
if (other) console.warn(`rebuilding the ATmega328P image: skipped, ${other}`)

describe('the committed image', () => {
  it.skipIf(other)('is what the source builds to, byte for byte', { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'insitu-firmware-'))
    try {
      const built = spawnSync(BUILD, ['avr', join(folder, 'image.hex')], { encoding: 'utf8' })
      expect(built.stderr).toBe('')
      expect(readFileSync(join(folder, 'image.hex'), 'utf8')).toBe(readFileSync(IMAGE, 'utf8'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('measures 2-2-1 with random codes at 2 500 slots/s and more in bursts', async () => {
    const target = avrTarget()
    const client = new Client(target)
    const { layout, sheet } = await client.describe()
    await client.arm(1)
    const slots = sheet.maxSlots
    const amplitudes = [0.02, 0.02, 0.02, 0.02]
    const code = { kind: 'code', family: 'random', seed: 1, first: 0, amplitudes, hold: 1, pairing: 'single' } as const
    const drive = { kind: 'track', data: Float64Array.of(1, -1), hold: slots } as const
    const before = target.cycles()
    await client.must(REQUEST.measure, encodeMeasure(layout, 1, { slots, drive, delta: code }))
    const perSlot = (target.cycles() - before) / slots
    // 16 MHz / 2500; request, reply and line time included.
    expect(perSlot).toBeLessThan(6400)
    await target.close()
  })

  it('sleeps while nobody asks', async () => {
    const target = avrTarget()
    const client = new Client(target)
    await client.hello()
    await target.read(20)
    let asleep = 0
    for (let n = 0; n < 50; n++) {
      await target.read(1)
      if (target.asleep()) asleep++
    }
    expect(asleep).toBeGreaterThan(45)
    await target.close()
  })

  it('takes 49-4-4 and leaves the stack room to spare whatever it does', { timeout: 60_000 }, async () => {
    const target = avrTarget()
    const client = new Client(target)
    await client.configure([49, 4, 4], 'tanh')
    const { layout, sheet } = await client.describe()
    expect(layout.paramCount).toBe(220)
    await client.arm(1)
    for (let at = 0; at < 220; at += 55)
      await client.must(REQUEST.write, encodeWrite(layout, 1, new Float64Array(220).fill(0.1), at, 55))
    const amplitudes = sheet.banks.map(() => 0.02)
    for (const family of ['random', 'walsh', 'sequential', 'sinusoid'] as const) {
      const code = { kind: 'code', family, seed: 1, first: 0, amplitudes, hold: 1, pairing: 'opposite' } as const
      const drive = { kind: 'track', data: new Float64Array(49).fill(0.5), hold: 4 } as const
      await client.must(REQUEST.measure, encodeMeasure(layout, 1, { slots: 4, drive, delta: code }))
      const gain = layout.banks.map(() => ({ mantissa: 20000, exponent: 3 }))
      const job = { code, gain, hold: 4, updateEvery: 2, rows: 1, drive: drive.data, target: new Float64Array(4) }
      target.write(bytes(['u8', 0]))
      await client.must(REQUEST.learn, encodeLearn(layout, { armId: 1, ...job }))
    }
    await client.must(REQUEST.snapshot, bytes(['u32', 0]))
    // Painted SRAM that nothing has touched: at least the frames of one more nested interrupt and call chain.
    expect(target.untouched()).toBeGreaterThan(64)
    console.info(`ATmega328P with 49-4-4: ${target.untouched()} bytes between variables and stack were never used`)
    await target.close()
  })

  it('counts its resets and tells their reason', async () => {
    const target = avrTarget()
    const client = new Client(target)
    const first = await client.hello()
    expect(first.resetReason).toBe(1)
    await client.arm(5)
    target.reset('external')
    const second = await client.hello()
    expect(second).toMatchObject({ boot: first.boot + 1, resetReason: 2, state: 0, armId: 0 })
    target.reset('watchdog')
    expect(await client.hello()).toMatchObject({ boot: first.boot + 2, resetReason: 4 })
    await target.close()
  })
})

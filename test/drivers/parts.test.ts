import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { lockPort } from '../../drivers/channel/lock.ts'
import { memoryPair } from '../../drivers/index.ts'
import { FixedTheta } from '../../drivers/wire/fixed.ts'
import { Stopwatch } from '../../drivers/wire/stopwatch.ts'
import { faulty } from '../../sim/bench/faults.ts'
import type { Code } from '../../src/contract/block.ts'
import { encodeFrame, FrameDecoder } from '../../src/wire/index.ts'

describe('a port lock', () => {
  const device = `/dev/insitu-test-${process.pid}`
  const file = join(tmpdir(), `insitu-dev-insitu-test-${process.pid}.lock`)

  it('names its holder and goes with it', () => {
    const lock = lockPort(device)
    expect(lock).toHaveProperty('release')
    expect(existsSync(file)).toBe(true)
    expect(lockPort(device)).toEqual({ holder: process.pid })
    if ('release' in lock) lock.release()
    expect(existsSync(file)).toBe(false)
  })

  it.each([
    ['a process that ended', () => `${spawnSync(process.execPath, ['-e', '']).pid} 1\n`],
    ['a process that ended, whose number another one has now', () => `${process.pid} 1\n`],
    ['nobody', () => 'rubbish'],
  ])('of %s is taken over', (_, content) => {
    writeFileSync(file, content())
    const lock = lockPort(device)
    expect(lock).toHaveProperty('release')
    if ('release' in lock) lock.release()
  })

  it('is done without where its folder takes no files: the kernel has a lock of its own', () => {
    vi.stubEnv('TMPDIR', join(tmpdir(), 'insitu-no-such-folder'))
    const lock = lockPort(device)
    vi.unstubAllEnvs()
    expect(lock).toHaveProperty('release')
    if ('release' in lock) lock.release()
    expect(existsSync(file)).toBe(false)
  })
})

describe('the stopwatch', () => {
  it('counts turns of a 32-bit microsecond counter, however long the pause', () => {
    let now = 0
    const watch = new Stopwatch({ now: () => now, after: () => () => {} })
    expect(watch.seconds(4294967000)).toBeCloseTo(4294.967, 9)
    now += 1
    expect(watch.seconds(704)).toBeCloseTo(4294.968, 9)
    // Three hours later, on a clock that runs five per cent slow.
    now += 3 * 3600e3
    const counter = (704 + 3 * 3600e6 * 0.95) % 2 ** 32
    expect(watch.seconds(counter)).toBeCloseTo(4294.968 + 3 * 3600 * 0.95, 6)
    watch.restart()
    expect(watch.seconds(5e6)).toBeCloseTo(5, 9)
  })
})

describe('a mirror of whole-number parameters', () => {
  const layout = {
    format: 'i16',
    banks: [{ width: 2, step: 0.5 }],
    paramCount: 2,
    drive: { width: 1, step: 1 },
    sense: { width: 1, step: 1 },
  } as const
  const code: Code = {
    kind: 'code',
    family: 'sequential',
    pairing: 'single',
    seed: 1,
    first: 0,
    hold: 1,
    amplitudes: [1],
  }

  it('keeps fractions of a count, rounds half up and stops at the ends', () => {
    const mirror = new FixedTheta(layout)
    const theta = new Float64Array(2)
    // Amplitude 1 is two counts; 2 * 16384 sixteen-bit fractions are half a count.
    mirror.apply(code, 0, [16384, 16383])
    mirror.read(theta)
    expect([...theta].sort()).toEqual([0, 0.5])
    mirror.apply({ ...code, first: 2 }, 0, [0, 1])
    mirror.apply({ ...code, first: 4 }, 0, [-1, 0])
    mirror.read(theta)
    expect([...theta].sort()).toEqual([0, 0.5])
    for (const first of [0, 2]) mirror.apply({ ...code, first }, -16, [32767, -32767])
    mirror.read(theta)
    expect([...theta].sort((a, b) => a - b)).toEqual([-16384, 16383.5])
  })
})

describe('a bad line', () => {
  it('does the same damage for the same seed', async () => {
    const pass = async (seed: number) => {
      const [near, far] = memoryPair()
      const heard: number[] = []
      far.listen({ bytes: (chunk) => heard.push(...chunk), closed: () => {} })
      const line = faulty(near, { seed, rates: { drop: 0.01, flip: 0.01, duplicate: 0.01, burst: 0.002 } })
      for (let n = 0; n < 20; n++) await line.write(Uint8Array.from({ length: 100 }, (_, i) => i + n))
      return { heard, faults: line.faults }
    }
    const [one, again, other] = [await pass(1), await pass(1), await pass(2)]
    expect(again).toEqual(one)
    expect(other.heard).not.toEqual(one.heard)
    // 2,000 bytes at 3.2 % a byte: 64 +- 8, three standard deviations.
    expect(Math.abs(one.faults - 64)).toBeLessThan(24)
  })

  it('hits the frame it was told to, and no other', async () => {
    for (let frame = 0; frame < 5; frame++) {
      const [near, far] = memoryPair()
      const seqs: number[] = []
      const decoder = new FrameDecoder(({ seq }) => seqs.push(seq))
      far.listen({ bytes: (chunk) => decoder.push(chunk), closed: () => {} })
      const line = faulty(near, { at: { kind: 'lose', frame, direction: 'out' } })
      for (let seq = 0; seq < 5; seq++) await line.write(encodeFrame(1, seq, Uint8Array.of(seq, 0, 3)))
      expect(seqs).toEqual([0, 1, 2, 3, 4].filter((seq) => seq !== frame))
    }
  })
})

describe('a line in memory', () => {
  it('waits for a listener, keeps order, and tells the far end when it is closed', async () => {
    const [near, far] = memoryPair()
    const sent = [near.write(Uint8Array.of(1, 2)), near.write(Uint8Array.of(3))]
    const heard: number[] = []
    const told = new Promise<Error | undefined>((closed) =>
      far.listen({ bytes: (chunk) => heard.push(...chunk), closed }),
    )
    await Promise.all(sent)
    expect(heard).toEqual([1, 2, 3])
    await near.close()
    await near.close()
    expect(await told).toBeInstanceOf(Error)
    expect(near.closed).toEqual({ cause: undefined })
    await expect(near.write(Uint8Array.of(1))).rejects.toThrow(/closed/)
    await expect(far.write(Uint8Array.of(1))).rejects.toThrow(/far end/)
  })
})

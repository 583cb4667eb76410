import { describe, expect, test } from 'vitest'
import { chipLayout, glorotTheta, uniformTheta } from '../../devices/index.ts'
import { CHIP_PRESETS, chipPreset, type MgdChipOptions, mgdChip } from '../../sim/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { Block, Code } from '../../src/contract/block.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const layers = [3, 4, 2]
const spec = { layers, activation: 'sigmoid' } as const
const P = chipLayout(spec).paramCount
const drive = {
  kind: 'track',
  data: fillUniform(draws(1, STREAM.testInputs), -1, 1, new Float64Array(3 * 64)),
  hold: 1,
} as const
const code: Code = {
  kind: 'code',
  family: 'random',
  seed: 3,
  first: 10,
  amplitudes: [0.1, 0.1, 0.1, 0.1],
  hold: 1,
  pairing: 'single',
}

async function read(machine: Backend, block: Block): Promise<Float64Array> {
  const into = new Float64Array(block.slots * machine.sheet.sense.width)
  await machine.measure(block, into)
  return into
}

const faults = {
  activation: 0.1,
  weightGain: 0.05,
  weightOffset: 0.05,
  dead: 0.05,
  readNoise: 1e-2,
  readDrift: 0.1,
  leakSeconds: 0.5,
  gainDrift: 2,
  gainDriftCommon: -1,
} as const

describe.each(['oracle', 'generated', 'simd'] as const)('%s engine', (engine) => {
  const make = (options: Partial<MgdChipOptions> = {}) =>
    mgdChip({ layers, engine, slotSeconds: 1e-3, imperfections: faults, seed: 5, ...options })

  test('one block of 2n slots equals two of n, with noise, drift and leak', async () => {
    const [whole, halves] = [make(), make()]
    for (const machine of [whole, halves]) await machine.store(uniformTheta(spec, -1, 1, 2))
    const all = await read(whole, { slots: 64, drive, delta: code })
    const half = (n: number): Block => ({
      slots: 32,
      drive: { ...drive, data: drive.data.subarray(n * 96, n * 96 + 96) },
      delta: { ...code, first: code.first + 32 * n },
    })
    expect([...(await read(halves, half(0))), ...(await read(halves, half(1)))]).toEqual([...all])
  })

  test('a snapshot brings back parameters, clock, noise and drift', async () => {
    const machine = make()
    await machine.store(uniformTheta(spec, -1, 1, 2))
    await read(machine, { slots: 17, drive, delta: code })
    const snapshot = await machine.state.snapshot()
    const wanted = await read(machine, { slots: 20, drive })
    await machine.store(new Float64Array(P))
    const theta = new Float64Array(P)
    for (const other of [machine, make()]) {
      await other.state.restore(snapshot, theta)
      expect([...theta]).toEqual([...uniformTheta(spec, -1, 1, 2)])
      expect([...(await read(other, { slots: 20, drive }))]).toEqual([...wanted])
    }
    await expect(machine.state.restore(snapshot.subarray(8), theta)).rejects.toThrow(/bytes, wanted/)
  })
})

test('all engines are the same chip', async () => {
  const found = await Promise.all(
    (['oracle', 'generated', 'simd'] as const).map(async (engine) => {
      const machine = mgdChip({ layers, engine, imperfections: faults, seed: 5 })
      await machine.store(uniformTheta(spec, -1, 1, 2))
      const readings: number[] = []
      for (const family of ['random', 'walsh', 'sequential', 'sinusoid'] as const)
        for (const pairing of ['single', 'opposite'] as const)
          readings.push(...(await read(machine, { slots: 21, drive, delta: { ...code, family, pairing, hold: 2 } })))
      return readings
    }),
  )
  expect(found[1]).toEqual(found[0])
  expect(found[2]).toEqual(found[0])
})

test('a seed is a chip: mismatch is fixed for one and differs between two', async () => {
  const first = async (seed: number) => {
    const machine = mgdChip({ layers, preset: 'defects-0.1', seed })
    await machine.store(uniformTheta(spec, -1, 1, 2))
    return read(machine, { slots: 4, drive })
  }
  expect([...(await first(1))]).toEqual([...(await first(1))])
  expect([...(await first(1))]).not.toEqual([...(await first(2))])
})

test('the bias is subtracted and weights lie column by column', async () => {
  const machine = mgdChip({ layers: [2, 2, 1], activation: 'relu' })
  // w1 = (1 from input 0 to neuron 0, 2 to neuron 1; 3 and 4 from input 1), w2 = (1, 0.1), b1 = (0.5, 1), b2 = 0.25.
  await machine.store(Float64Array.of(0.1, 0.2, 0.3, 0.4, 1, 0.1, 0.05, 0.1, 0.025))
  const y = await read(machine, { slots: 1, drive: { kind: 'track', data: Float64Array.of(1, 2), hold: 1 } })
  // h = (0.1 + 0.6 - 0.05, 0.2 + 0.8 - 0.1) = (0.65, 0.9); y = 0.65 + 0.09 - 0.025.
  expect(y[0]).toBeCloseTo(0.715, 14)
})

test('drift is a random walk in seconds', async () => {
  const sigma = 0.02
  // Two slot times, the same elapsed second: the same variance sigma^2.
  for (const slots of [10, 1000]) {
    let sum = 0
    for (let seed = 1; seed <= 400; seed++) {
      const machine = mgdChip({ layers: [1, 1], seed, slotSeconds: 1 / slots, imperfections: { readDrift: sigma } })
      const y = await read(machine, { slots, drive: { kind: 'track', data: Float64Array.of(0), hold: slots } })
      sum += (y[slots - 1] - 0.5) ** 2 / 400
    }
    // Relative error of a variance from 400 draws: sqrt(2 / 400) = 7 %; bar at five of those.
    expect(Math.abs(sum / sigma ** 2 - 1)).toBeLessThan(0.35)
  }
})

test('stored voltages leak with the time since they were stored', async () => {
  const machine = mgdChip({ layers: [1, 1], activation: 'relu', slotSeconds: 0.1, imperfections: { leakSeconds: 2 } })
  const one = { kind: 'track', data: Float64Array.of(1), hold: 30 } as const
  for (let n = 0; n < 2; n++) {
    await machine.store(Float64Array.of(1.5, 0))
    const y = await read(machine, { slots: 30, drive: one })
    for (const t of [0, 9, 29]) expect(y[t]).toBeCloseTo(1.5 * Math.exp((-(t + 1) * 0.1) / 2), 13)
  }
})

test('readings beyond the range are held there and counted; converters round to their step', async () => {
  const machine = mgdChip({ layers: [1, 1], activation: 'relu' })
  await machine.store(Float64Array.of(3, 0))
  const into = new Float64Array(2)
  const receipt = await machine.measure(
    { slots: 2, drive: { kind: 'track', data: Float64Array.of(0.5, 1), hold: 1 } },
    into,
  )
  expect([...into]).toEqual([1.5, 2])
  expect(receipt.saturated).toBe(1)
  expect(receipt.endedAt - receipt.startedAt).toBeCloseTo(2e-6, 12)

  const coarse = mgdChip({ layers: [1, 1], activation: 'relu', preset: 'firmware' })
  await coarse.store(Float64Array.of(2 ** -11 * 0.6, 0))
  const y = await read(coarse, { slots: 1, drive: { kind: 'track', data: Float64Array.of(1), hold: 1 } })
  expect(y[0]).toBe(2 ** -11)
})

test('read noise has the stated deviation and is drawn anew for every reading', async () => {
  const machine = mgdChip({ layers: [1, 2], imperfections: { readNoise: 0.01 } })
  const y = await read(machine, { slots: 5000, drive: { kind: 'track', data: Float64Array.of(0), hold: 5000 } })
  const deviation = Math.sqrt(y.reduce((sum, v) => sum + (v - 0.5) ** 2, 0) / y.length)
  // 10 000 draws: 0.7 % relative; bar at five of those.
  expect(Math.abs(deviation / 0.01 - 1)).toBeLessThan(0.036)
  expect(new Set(y).size).toBe(y.length)
  expect(machine.sheet.sense.noise).toBe(0.01)
})

test('dead parameters do not answer', async () => {
  const machine = mgdChip({ layers: [40, 1], activation: 'relu', imperfections: { dead: 0.25 } })
  let dead = 0
  for (let i = 0; i < 40; i++) {
    const theta = new Float64Array(41)
    theta[i] = 1
    await machine.store(theta)
    const [y] = await read(machine, { slots: 1, drive: { kind: 'track', data: new Float64Array(40).fill(1), hold: 1 } })
    if (y === 0) dead++
    else expect(y).toBe(1)
  }
  // Binomial, 40 draws at 0.25: 10 +- 2.7; three deviations.
  expect(dead).toBeGreaterThan(1)
  expect(dead).toBeLessThan(19)
})

test('initial values lie where they are said to', () => {
  const theta = uniformTheta(spec, -0.5, 0.5, 3)
  expect(theta.every((v) => v >= -0.5 && v < 0.5)).toBe(true)
  const glorot = glorotTheta(spec, 3)
  const bound = Math.sqrt(6 / 7)
  expect(Math.max(...glorot.subarray(0, 12).map(Math.abs))).toBeLessThanOrEqual(bound)
  expect([...glorot.subarray(20)]).toEqual(new Array(6).fill(0))
  expect(new Set(theta).size).toBe(P)
})

test('presets name their source; unknown ones and bad layers are refused', () => {
  for (const preset of Object.values(CHIP_PRESETS)) expect(preset.source.length).toBeGreaterThan(10)
  expect(() => chipPreset('perfect')).toThrow(/preset must be one of ideal, .*got perfect/)
  expect(() => mgdChip({ layers: [3] })).toThrow(/two or more whole numbers from 1, got 3/)
})

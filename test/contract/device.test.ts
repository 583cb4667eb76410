import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../src/contract/backend.ts'
import type { Block } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { readings } from '../../src/testing/bench.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { Toy } from './toy.ts'

/** Marks the first `bad` measurements as invalid. */
class Flaky extends Toy {
  bad = 0
  protected override run(block: Block, into: Float64Array): Receipt {
    const receipt = super.run(block, into)
    if (this.bad-- > 0) into[into.length - 1] = Number.NaN
    return receipt
  }
}

const inputs = () => new Inputs(new Toy().sheet, 3, 0.1)

describe('device', () => {
  it('measures an invalid block again and counts it as a retry', async () => {
    const toy = new Flaky()
    const device = attach(toy)
    await device.store(inputs().theta())
    toy.bad = 2
    const into = new Float64Array(4 * 2)
    const receipt = await device.measure({ slots: 4, drive: inputs().drive(4) }, into)
    expect(receipt.retries).toBe(2)
    expect(into.every(Number.isFinite)).toBe(true)
    expect(receipt.startedAt).toBe(0)
  })

  it('fails with INVALID_READING, naming slot and output, when it stays invalid', async () => {
    const toy = new Flaky()
    const device = attach(toy)
    await device.store(inputs().theta())
    toy.bad = 100
    await expect(readings(device, { slots: 4, drive: inputs().drive(4) })).rejects.toMatchObject({
      code: 'INVALID_READING',
      message: 'toy (3-2): reading 1 of slot 3 is not a number after 4 measurements',
    })
  })

  it('reaches the machine only with calls that passed every check', async () => {
    const toy = new Toy()
    const device = attach(toy)
    const theta = inputs().theta()
    theta[0] = 6.1
    await expect(device.store(theta)).rejects.toThrow('theta[0] (w[0])=6.1 V outside [-4, 4] V; nothing was sent')
    await expect(readings(device, { slots: 2, drive: inputs().drive(3) })).rejects.toMatchObject({ code: 'SHAPE' })
    expect(toy.calls).toEqual([])
  })

  it('takes over what the machine holds after it moved itself', async () => {
    const device = attach(new Toy())
    const theta = new Float64Array(8).fill(1.75)
    await device.store(theta)
    const code = {
      kind: 'code',
      family: 'random',
      seed: 1,
      first: 0,
      amplitudes: [0.2, 0.2],
      hold: 1,
      pairing: 'single',
    } as const
    const held = new Float64Array(8)
    await device.codes.apply(code, Float64Array.of(-1), held)
    // A bias at 1.95 V of at most 2 V leaves no room for 0.2 V.
    expect(Math.max(...held.subarray(6))).toBeCloseTo(1.95, 12)
    const block = { slots: 2, drive: inputs().drive(2), delta: { ...code, pairing: 'opposite' as const } }
    await expect(readings(device, block)).rejects.toMatchObject({ code: 'LIMIT' })
  })

  it('keeps perturbations within the limits around both values after a store that failed', async () => {
    const toy = new Toy()
    const device = attach(toy)
    const code = { kind: 'code', family: 'random', seed: 1, first: 0, hold: 1, pairing: 'opposite' } as const
    const block = { slots: 2, drive: inputs().drive(2), delta: { ...code, amplitudes: [0.1, 0.1] } }
    await device.store(new Float64Array(8).fill(1.75))
    toy.store = () => Promise.reject(new Error('the line is cut'))
    await expect(device.store(new Float64Array(8).fill(1.95))).rejects.toThrow('the line is cut')
    await expect(readings(device, block)).rejects.toMatchObject({ code: 'LIMIT' })
    await readings(device, { ...block, delta: { ...code, amplitudes: [0.04, 0.04] } })
  })

  it('refuses perturbations after the machine failed while it moved itself, until parameters are stored', async () => {
    const toy = new Toy()
    const apply = () => Promise.reject(new Error('half way'))
    const device = attach(Object.assign(toy, { codes: { ...toy.codes, apply } }))
    const code = { kind: 'code', family: 'random', seed: 1, first: 0, hold: 1, pairing: 'single' } as const
    const delta = { ...code, amplitudes: [0.1, 0.1] }
    const block = { slots: 2, drive: inputs().drive(2), delta }
    await device.store(inputs().theta())
    await readings(device, block)
    await expect(device.codes.apply(delta, Float64Array.of(1), new Float64Array(8))).rejects.toThrow('half way')
    await expect(readings(device, block)).rejects.toThrow(
      'its parameters are unknown since a call that moves them failed',
    )
    await readings(device, { slots: 2, drive: inputs().drive(2) })
    await device.store(inputs().theta())
    await readings(device, block)
  })

  it('refuses a pairing it does not know', async () => {
    const device = attach(new Toy())
    const code = { kind: 'code', family: 'random', seed: 1, first: 0, amplitudes: [0.1, 0.1], hold: 1 } as const
    const delta = { ...code, pairing: 'both' as 'single' }
    await expect(readings(device, { slots: 2, drive: inputs().drive(2), delta })).rejects.toThrow(
      /pairing of a code must be single or opposite, got both/,
    )
  })

  it('has the facets of its backend, frozen, and no others', () => {
    const { sheet } = new Toy()
    const device = attach(new Toy())
    expect(Object.keys(device).sort()).toEqual(['codes', 'learn', 'name', 'sheet', 'state'])
    expect(Object.isFrozen(device.codes)).toBe(true)
    const bare = {
      sheet,
      store: async () => {},
      measure: async () => ({}) as Receipt,
      [Symbol.asyncDispose]: async () => {},
    }
    expect(Object.keys(attach(bare)).sort()).toEqual(['name', 'sheet'])
  })

  it('refuses jobs for the learn facet that do not add up', async () => {
    const device = attach(new Toy())
    const code = {
      kind: 'code',
      family: 'random',
      seed: 1,
      first: 0,
      amplitudes: [0.1, 0.1],
      hold: 1,
      pairing: 'single',
    } as const
    const job = {
      rows: 2,
      drive: new Float64Array(6),
      target: new Float64Array(4),
      hold: 3,
      updateEvery: 2,
      code,
      rate: 0.1,
    }
    const run = (change: Partial<typeof job> | object) =>
      device.learn.run({ ...job, ...change }, new Float64Array(2), new Float64Array(8))
    await expect(run({})).resolves.toMatchObject({ retries: 0 })
    await expect(run({ updateEvery: 4 })).rejects.toThrow(/updateEvery 4 does not divide the job's 6 steps/)
    await expect(run({ drive: new Float64Array(5) })).rejects.toThrow(/drive has 5 numbers, wanted 6/)
    await expect(run({ rate: Number.NaN })).rejects.toMatchObject({ code: 'NOT_FINITE' })
    await expect(run({ code: { ...code, hold: 2 } })).rejects.toThrow(/one single code per step/)
    await expect(run({ code: { ...code, amplitudes: [0.1] } })).rejects.toThrow(/amplitudes has 1 numbers, wanted 2/)
  })

  it('refuses a code family the machine cannot apply', async () => {
    const toy = new Toy()
    const device = attach(Object.assign(toy, { codes: { ...toy.codes, families: ['walsh'] as const } }))
    const code = {
      kind: 'code',
      family: 'random',
      seed: 1,
      first: 0,
      amplitudes: [0.1, 0.1],
      hold: 1,
      pairing: 'single',
    } as const
    await expect(device.codes.apply(code, new Float64Array(1), new Float64Array(8))).rejects.toMatchObject({
      code: 'CAPABILITY',
      message: 'toy (3-2) generates walsh codes, asked for random',
    })
  })
})

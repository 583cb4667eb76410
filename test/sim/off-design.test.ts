import { describe, expect, it } from 'vitest'
import type { ChipSpec } from '../../devices/index.ts'
import { offDesign } from '../../sim/chip/off-design.ts'
import { firmwareTwin, mgdChip } from '../../sim/index.ts'
import type { Backend } from '../../src/contract/backend.ts'
import type { Delta } from '../../src/contract/block.ts'
import { attach } from '../../src/contract/device.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'

const SPECS: readonly ChipSpec[] = [
  { layers: [2, 3, 2], activation: 'sigmoid' },
  { layers: [3, 4, 3, 1], activation: 'tanh' },
]
const OFF = { activation: 0.2, weightGain: 0.2, weightOffset: 0.05, dead: 0.1 }
const ROWS = 6

async function readings(backend: Backend, delta?: Delta): Promise<Float64Array> {
  await using device = attach(backend)
  const random = (length: number, first: number) =>
    fillUniform(draws(first, STREAM.testInputs), -1, 1, new Float64Array(length))
  const { banks, drive, sense } = device.sheet
  await device.store(
    random(
      banks.reduce((sum, { width }) => sum + width, 0),
      1,
    ),
  )
  const into = new Float64Array(ROWS * sense.width)
  const data = random(ROWS * drive.width, 2)
  await device.measure({ slots: ROWS, drive: { kind: 'track', data, hold: 1 }, ...(delta && { delta }) }, into)
  return into
}

describe('a chip made to act as one off its design', () => {
  it.each(SPECS)('reads as the simulated chip with that mismatch: $layers $activation', async (spec) => {
    const banks = 2 * (spec.layers.length - 1)
    const amplitudes = new Array<number>(banks).fill(0.05)
    const code: Delta = { kind: 'code', family: 'random', seed: 3, first: 0, amplitudes, hold: 1, pairing: 'single' }
    for (const delta of [undefined, code]) {
      const made = offDesign(attach(mgdChip(spec)), spec, { ...OFF, seed: 4, readNoise: 0 })
      const seen = await readings(made, delta)
      const wanted = await readings(mgdChip({ ...spec, seed: 4, imperfections: OFF }), delta)
      // Readings of a volt, the same sums in another order.
      for (let i = 0; i < seen.length; i++) expect(seen[i]).toBeCloseTo(wanted[i], 12)
    }
  })

  it('is within the firmware’s steps of it when it is made of the firmware', async () => {
    const spec = SPECS[0]
    const seen = await readings(offDesign(attach(firmwareTwin(spec)), spec, { ...OFF, seed: 4, readNoise: 0 }))
    const wanted = await readings(mgdChip({ ...spec, seed: 4, imperfections: OFF }))
    // Weights in steps of 2^-11 V, sigmoid by a table in steps of 1/16: some 2^-11 V each.
    for (let i = 0; i < seen.length; i++) expect(Math.abs(seen[i] - wanted[i])).toBeLessThan(4e-3)
  })

  it('counts values that the inner chip cannot hold, and readings beyond the range', async () => {
    const spec: ChipSpec = { layers: [1, 1], activation: 'tanh' }
    const made = offDesign(attach(mgdChip(spec)), spec, { ...OFF, dead: 0, weightOffset: 2, seed: 2, readNoise: 4 })
    await using device = attach(made)
    await device.store(Float64Array.of(16, 16))
    const receipt = await device.measure(
      { slots: 50, drive: { kind: 'track', data: Float64Array.of(1), hold: 50 } },
      new Float64Array(50),
    )
    expect(receipt.clipped).toBeGreaterThan(0)
    expect(receipt.saturated).toBeGreaterThan(0)
  })
})

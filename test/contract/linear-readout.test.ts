import { afterAll, describe, expect, it } from 'vitest'
import { linearReadout } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { contract } from '../../src/testing/index.ts'

const runner = { describe, it, afterAll }
// Ranges as far as the laws look: theirs are shares of them.
const ranges = { parameter: 4, drive: 2, sense: 100 }

// Short blocks go through the plain loop, long ones through the kernel.
contract(
  'linear readout 9-30-2',
  () => linearReadout({ inputs: 9, hidden: 30, outputs: 2, activation: 'tanh', ranges, maxSlots: 512 }),
  runner,
)

describe('linear readout', () => {
  it('is p^-1/2 beta psi(w x), its taps are psi(w x)', async () => {
    const net = linearReadout({ inputs: 2, hidden: 4, activation: 'tanh' })
    const device = attach(net)
    const theta = fillUniform(draws(1, STREAM.testInputs), -1, 1, new Float64Array(12))
    await device.store(theta)
    const drive = Float64Array.of(0.3, -1.2, 0.8, 0.1)
    const [into, taps] = [new Float64Array(2), new Float64Array(8)]
    await device.taps.read({ slots: 2, drive: { kind: 'track', data: drive, hold: 1 } }, into, taps)
    for (let r = 0; r < 2; r++) {
      let sum = 0
      for (let h = 0; h < 4; h++) {
        const value = Math.tanh(drive[2 * r] * theta[h] + drive[2 * r + 1] * theta[4 + h])
        // The machine's exponential is right to some units in the last place.
        expect(taps[4 * r + h]).toBeCloseTo(value, 14)
        sum += value * theta[8 + h]
      }
      expect(into[r]).toBeCloseTo(sum / 2, 14)
    }
  })

  it('refuses sizes that are none', () => {
    const make = () => linearReadout({ inputs: 2, hidden: 0, activation: 'tanh' })
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG' }))
  })
})

import { describe, expect, it } from 'vitest'
import { probabilityCrossEntropy } from '../../src/cost/probability-cross-entropy.ts'

const targets = { data: Float64Array.of(1, 0, 0), rows: 1, hold: 1 }

function lossOf(sense: readonly number[]): number {
  const into = new Float64Array(1)
  probabilityCrossEntropy().values(Float64Array.from(sense), 1, 3, targets, into)
  return into[0]
}

describe('probability cross-entropy', () => {
  it('is -log of what each class should have said', () => {
    expect(lossOf([0.8, 0.1, 0.4])).toBeCloseTo(-Math.log(0.8 * 0.9 * 0.6), 14)
    // Held at the clamp.
    expect(lossOf([0, 1e-9, 1])).toBeCloseTo(-Math.log(1e-4) - Math.log(1 - 1e-4) - Math.log(1e-4), 12)
  })

  it('has the slopes that differences show, none beyond the clamp', () => {
    const sense = [0.3, 0.6, 5e-5]
    const slopes = new Float64Array(3)
    probabilityCrossEntropy().gradient(Float64Array.from(sense), 1, 3, targets, slopes)
    for (let k = 0; k < 3; k++) {
      const moved = (by: number) => lossOf(sense.map((p, n) => (n === k ? p + by : p)))
      expect(slopes[k]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 7)
    }
    expect(slopes[2]).toBe(0)
  })

  it('refuses a clamp that leaves nothing', () => {
    expect(() => probabilityCrossEntropy({ clamp: 0.5 })).toThrow(/clamp must be between 0 and 0.5, got 0.5/)
  })
})

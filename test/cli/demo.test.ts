import { describe, expect, it } from 'vitest'
import { demoChain } from '../../src/cli/demo/chain.ts'
import { shownDigits } from '../../src/cli/demo/digits.ts'
import { quiet } from './quiet.ts'

describe('demo chain', () => {
  it('trains, and shows digits with their readings and its answers', async () => {
    const console = quiet()
    const demo = { patterns: 4, rule: 'chip-in-the-loop', wire: false, epochs: 2, seed: 1 } as const
    const result = await demoChain(demo, console)
    expect(result).toMatchObject({
      demo: 'chain',
      readingsPerDigit: 4,
      pixelsNeverFormed: 64,
      stopped: false,
      ports: [],
    })
    // Two passes are enough to be better than a guess by far, and learnt patterns than fixed ones.
    expect(result.accuracy).toBeGreaterThan(0.3)
    expect(result.accuracy).toBeGreaterThan(result.fixedAccuracy as number)
    expect(result.digits).toHaveLength(10)
    for (const { digit, answer, readings } of result.digits) {
      expect(readings).toHaveLength(4)
      expect(console.said.some((line) => line.includes(`a ${digit}:`) && line.includes(`-> ${answer}`))).toBe(true)
    }
  })

  it('tells a digit by the largest output', () => {
    const looked = { outputs: Float64Array.of(0.1, 0.7, 0.2, 0.9, 0.3, 0.3), codes: Float64Array.of(1, -0.12345) }
    const rows = { rows: 2, labels: Uint8Array.of(1, 2), drive: new Float64Array(2), target: new Float64Array(6) }
    const seen = { ...looked, accuracy: 0.5, counts: [], readingsPerDigit: 1 }
    expect(shownDigits(seen, rows, 5)).toEqual([
      { digit: 1, answer: 1, readings: [1] },
      { digit: 2, answer: 0, readings: [-0.123] },
    ])
  })
})

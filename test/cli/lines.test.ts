import { describe, expect, it } from 'vitest'
import { parseMachine, SPECS } from '../../src/cli/machines/spec.ts'
import { clockTime, progressLine } from '../../src/cli/train/progress.ts'
import { score } from '../../src/cli/train/score.ts'

describe('progress line', () => {
  it('shows loss, accuracy, speed, share and time left', () => {
    const line = progressLine({ cost: 0.10424, accuracy: 0.914, reads: 21_000, share: 0.42, seconds: 4 })
    expect(line).toBe('loss 0.1042  accuracy 91.4 %  5,250 reads/s  42 %  0:06 left')
  })

  it('does not guess before anything is known', () => {
    const line = progressLine({ cost: 0.25, accuracy: undefined, reads: 0, share: 0, seconds: 0 })
    expect(line).toBe('loss 0.2500  accuracy    -   0 reads/s  0 %  ? left')
  })

  it.each([
    [59.6, '1:00'],
    [3605, '1:00:05'],
    [0, '0:00'],
  ])('%d s is %s', (seconds, text) => expect(clockTime(seconds)).toBe(text))
})

describe('score', () => {
  it('takes the largest output, or for one output the side of one half', () => {
    const rows = {
      rows: 2,
      drive: new Float64Array(2),
      target: Float64Array.of(1, 0, 0, 0, 1, 0),
      labels: Uint8Array.of(0, 1),
    }
    const many = score(Float64Array.of(0.2, 0.1, 0.1, 0.3, 0.2, 0.9), rows, 3)
    expect(many.accuracy).toBe(0.5)
    expect(many.counts).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ])
    // ((0.8^2 + 0.1^2 + 0.1^2) + (0.3^2 + 0.8^2 + 0.9^2)) / 6
    expect(many.cost).toBeCloseTo((0.66 + 1.54) / 6, 12)
    const one = score(
      Float64Array.of(0.51, 0.49),
      { ...rows, target: Float64Array.of(1, 0), labels: Uint8Array.of(1, 1) },
      2,
    )
    expect(one.accuracy).toBe(0.5)
  })
})

describe('device names', () => {
  it('are read as help writes them', () => {
    for (const [form] of SPECS) expect(() => parseMachine(form.replace(':port', ':4000'))).not.toThrow()
    expect(parseMachine('sim:mgd-chip:bench')).toEqual({ kind: 'simulator', machine: 'mgd-chip', preset: 'bench' })
    expect(parseMachine('tcp://[::1]:4000')).toEqual({ kind: 'wire', uri: 'tcp://[::1]:4000' })
  })
})

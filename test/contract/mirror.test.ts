import { describe, expect, it } from 'vitest'
import { expandDense } from '../../src/codes/expand.ts'
import type { Delta } from '../../src/contract/block.ts'
import { Mirror } from '../../src/contract/mirror.ts'
import { bankOffsets } from '../../src/contract/sheet.ts'
import { InsituError } from '../../src/errors.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { Toy } from './toy.ts'

const { sheet } = new Toy()
const SLOTS = 6
const offsets = bankOffsets(sheet)
const bankAt = (i: number) => sheet.banks[offsets.findLastIndex((offset) => offset <= i)]

/** Perturbations of every kind, with amplitudes around what fits. */
function deltas(seed: number): Delta[] {
  const inputs = new Inputs(sheet, seed, 0.5)
  const scale = draws(seed, STREAM.testInputs).uniform(1000) * 8
  const amplitudes = [scale, scale / 2]
  const code = { kind: 'code', seed, first: 0, amplitudes, hold: 1 } as const
  const track = inputs.delta(SLOTS)
  return [
    { ...track, data: track.data.map((value) => value * scale) },
    { ...inputs.signs(SLOTS), amplitudes },
    { ...code, family: 'random', pairing: 'single' },
    { ...code, family: 'sinusoid', pairing: 'opposite' },
    { ...code, family: 'sequential', pairing: 'single' },
  ]
}

describe('mirror', () => {
  it('holds the safe values before the first store', () => {
    expect([...new Mirror(sheet).theta]).toEqual([...new Inputs(sheet, 1, 0.1).safe()])
  })

  it('keeps the limits around both values after a write that failed, until one succeeds', () => {
    const mirror = new Mirror(sheet)
    const middle = new Inputs(sheet, 1, 0).theta()
    const edge = middle.map((_, i) => bankAt(i).max)
    const delta: Delta = { kind: 'track', data: new Float64Array(middle.length).fill(0.01), hold: SLOTS }
    mirror.set(middle)
    expect(mirror.limit(delta, SLOTS, 'refuse').clipped).toBe(0)
    mirror.doubt(edge)
    expect(() => mirror.limit(delta, SLOTS, 'refuse')).toThrow(/outside/)
    expect(() => mirror.limit(delta, SLOTS, 'clip')).toThrow(/outside/)
    mirror.set(middle)
    expect(mirror.limit(delta, SLOTS, 'refuse').clipped).toBe(0)
  })

  it('lets no perturbation through while the parameters are unknown', () => {
    const mirror = new Mirror(sheet)
    const middle = new Inputs(sheet, 1, 0).theta()
    const amplitudes = sheet.banks.map(() => 1e-6)
    const code = { kind: 'code', family: 'random', seed: 1, first: 0, hold: 1, pairing: 'single' } as const
    mirror.set(middle)
    expect(mirror.limit({ ...code, amplitudes }, SLOTS, 'refuse').clipped).toBe(0)
    mirror.lose('an echo moved them')
    for (const policy of ['refuse', 'clip'] as const)
      expect(() => mirror.limit({ ...code, amplitudes }, SLOTS, policy)).toThrow(
        /parameters are unknown since an echo moved them/,
      )
    expect(mirror.limit({ ...code, amplitudes: sheet.banks.map(() => 0) }, SLOTS, 'refuse').clipped).toBe(0)
    mirror.set(middle)
    expect(mirror.limit({ ...code, amplitudes }, SLOTS, 'refuse').clipped).toBe(0)
  })

  it('refuses exactly the perturbations that leave the limits, and clips to them otherwise', () => {
    let refused = 0
    let clippedRows = 0
    for (let seed = 1; seed <= 60; seed++) {
      const mirror = new Mirror(sheet)
      const theta = new Inputs(sheet, seed, 0.6).theta()
      mirror.set(theta)
      for (const delta of deltas(seed)) {
        const { data } = expandDense(delta, SLOTS, sheet)
        const outside = data.filter((value, n) => {
          const sum = theta[n % theta.length] + value
          return sum > bankAt(n % theta.length).max || sum < bankAt(n % theta.length).min
        }).length
        if (outside > 0) {
          refused++
          expect(() => mirror.limit(delta, SLOTS, 'refuse')).toThrow(InsituError)
          expect(() => mirror.limit(delta, SLOTS, 'refuse')).toThrow(
            /theta\[\d+\] \+ delta \([wb]\)=.* outside .*nothing was sent/,
          )
        } else expect(mirror.limit(delta, SLOTS, 'refuse')).toEqual({ delta, clipped: 0 })
        const clip = mirror.limit(delta, SLOTS, 'clip')
        expect(clip.clipped).toBe(outside)
        clippedRows += outside
        expandDense(clip.delta, SLOTS, sheet).data.forEach((value, n) => {
          const { min, max } = bankAt(n % theta.length)
          const wanted = Math.min(max, Math.max(min, theta[n % theta.length] + data[n]))
          expect(theta[n % theta.length] + value).toBeCloseTo(wanted, 12)
        })
      }
    }
    // The sweep is worth something only if it saw both sides.
    expect(refused).toBeGreaterThan(30)
    expect(refused).toBeLessThan(270)
    expect(clippedRows).toBeGreaterThan(refused)
  })

  it('lets a perturbation reach a limit that rounding alone would put out of reach', () => {
    const mirror = new Mirror(sheet)
    const theta = new Float64Array(mirror.theta.length).fill(1.9)
    mirror.set(theta)
    expect(mirror.fits([2.1, 0.1])).toBe(true)
    expect(mirror.fits([2.1, 0.1 + 1e-9])).toBe(false)
  })
})

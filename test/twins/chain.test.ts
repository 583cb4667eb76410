import { describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { mgdChipTwin } from '../../sim/twins/mgd-chip.ts'
import { attach } from '../../src/contract/device.ts'
import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { chain } from '../../src/streams/chain.ts'
import { converted } from '../../src/streams/converted.ts'
import { frozen } from '../../src/streams/frozen.ts'
import { expected, slopes } from '../../src/twins/ask.ts'
import { chainTwin } from '../../src/twins/chain.ts'
import { convertedTwin } from '../../src/twins/converted.ts'
import { requireSlopes } from '../../src/twins/differences.ts'
import { frozenTwin } from '../../src/twins/frozen.ts'
import { startParameters, type Twin, type TwinPoint } from '../../src/twins/twin.ts'

const ROWS = 3
const twinOf = (...layers: number[]) => mgdChipTwin({ layers, activation: 'tanh' })
const machine = (layers: readonly number[]) => attach(mgdChip({ layers, activation: 'tanh' }))

/** Weights, inputs and constants of order one. */
function somewhere(twin: Twin, seed = 3): TwinPoint {
  const random = draws(seed, STREAM.testInputs)
  let n = 0
  const normals = (length: number) => Float64Array.from({ length }, () => random.normal(n++))
  return {
    theta: normals(twin.width.theta),
    drive: normals(ROWS * twin.width.drive).map((value) => Math.max(-1, Math.min(1, value))),
    rows: ROWS,
    parameters: startParameters(twin).map((value) => value + 0.1 * random.normal(n++)),
  }
}

async function slopesOf(twin: Twin, point: TwinPoint, sense: Float64Array, state?: Float64Array) {
  const random = draws(9, STREAM.testInputs)
  const cotangent = Float64Array.from({ length: sense.length }, (_, i) => random.normal(i))
  const into = {
    theta: new Float64Array(point.theta.length),
    drive: new Float64Array(point.drive.length),
    parameters: new Float64Array(point.parameters.length),
  }
  await slopes(twin, point, { sense, ...(state && { state }) }, cotangent, into)
  return into
}

describe('the twin of a chain', () => {
  it.each([
    ['two', chainTwin(twinOf(3, 4, 2), twinOf(2, 5, 3))],
    ['three', chainTwin(chainTwin(twinOf(3, 2), twinOf(2, 3, 2)), twinOf(2, 2))],
    [
      'a converted one',
      chainTwin(
        convertedTwin(twinOf(3, 2), { unit: '1', gain: 0.7, offset: 0.2 }, machine([3, 2]).sheet.sense),
        twinOf(2, 2),
      ),
    ],
  ])('has the slopes of its own differences: %s', async (_, twin) => {
    await expect(requireSlopes(twin, somewhere(twin), { tolerance: 1e-6 })).resolves.toBeDefined()
  })

  it('is that of the one machine that both make together, also at what was measured inside', async () => {
    const parts = [twinOf(3, 4, 2), twinOf(2, 5, 3)]
    const twin = chainTwin(parts[0], parts[1])
    const fused = twinOf(3, 4, 2, 5, 3)
    const point = { ...somewhere(twin), parameters: startParameters(twin) }
    // A chip has all weights and then all biases.
    const weights = [12 + 8, 10 + 15]
    const [a, b] = [point.theta.subarray(0, 26), point.theta.subarray(26)]
    const theta = Float64Array.of(
      ...a.subarray(0, weights[0]),
      ...b.subarray(0, weights[1]),
      ...a.subarray(weights[0]),
      ...b.subarray(weights[1]),
    )
    const whole = { ...point, theta, parameters: startParameters(fused) }
    const sense = await expected(fused, whole)
    expect(await expected(twin, point)).toEqual(sense)
    const random = draws(5, STREAM.testInputs)
    for (const state of [undefined, Float64Array.from({ length: ROWS * 11 }, (_, i) => 0.5 * random.uniform(i))]) {
      const [found, wanted] = [await slopesOf(twin, point, sense, state), await slopesOf(fused, whole, sense, state)]
      const inOrder = Float64Array.of(
        ...wanted.theta.subarray(0, weights[0]),
        ...wanted.theta.subarray(45, 51),
        ...wanted.theta.subarray(weights[0], 45),
        ...wanted.theta.subarray(51),
      )
      // The same sums in the same order.
      expect([...found.theta]).toEqual([...inOrder])
      expect([...found.drive]).toEqual([...wanted.drive])
    }
  })

  it('takes the joint from the taps, row by row, and works out what was not measured', async () => {
    const twin = chainTwin(twinOf(3, 2), twinOf(2, 2))
    const point = somewhere(twin)
    const sense = await expected(twin, point)
    const [a] = [twinOf(3, 2)]
    const at = { ...point, theta: point.theta.subarray(0, 8), parameters: point.parameters.subarray(0, 24) }
    const joint = await expected(a, at)
    const alone = await slopesOf(twin, point, sense)
    expect(await slopesOf(twin, point, sense, joint)).toEqual(alone)
    const gap = joint.slice()
    gap[2] = Number.NaN
    expect(await slopesOf(twin, point, sense, gap)).toEqual(alone)
    expect(
      await slopesOf(
        twin,
        point,
        sense,
        joint.map((value) => value + 0.1),
      ),
    ).not.toEqual(alone)
  })

  it('leaves out readings that the machine has and a twin does not ask for', async () => {
    const { state: _, ...blind } = twinOf(2, 3, 2)
    const twin = chainTwin(twinOf(3, 2), blind, { inner: { b: 3 } })
    const device = attach(chain(machine([3, 2]), machine([2, 3, 2])))
    expect(twin.state?.width).toBe(device.taps.layers.reduce((sum, { width }) => sum + width, 0))
    const point = { ...somewhere(twin), parameters: startParameters(twin) }
    await device.store(point.theta)
    const [sense, state] = [new Float64Array(ROWS * 2), new Float64Array(ROWS * 5)]
    await device.taps.read({ slots: ROWS, drive: { kind: 'track', data: point.drive, hold: 1 } }, sense, state)
    const [seen, alone] = [await slopesOf(twin, point, sense, state), await slopesOf(twin, point, sense)]
    for (const [i, value] of seen.theta.entries()) expect(value).toBeCloseTo(alone.theta[i], 12)
  })
})

describe('twins of converted and frozen machines', () => {
  it('a converted one expects what the machine gives, and has no slope where a reading is held', async () => {
    const conversion = { unit: '1', gain: 2, offset: 0.5, min: 0, max: 1 }
    const chip = machine([3, 2])
    const device = attach(converted(chip, conversion))
    const twin = convertedTwin(twinOf(3, 2), conversion, chip.sheet.sense)
    const point = { ...somewhere(twin), parameters: startParameters(twin) }
    await device.store(point.theta)
    const sense = new Float64Array(ROWS * 2)
    await device.measure({ slots: ROWS, drive: { kind: 'track', data: point.drive, hold: 1 } }, sense)
    expect(await expected(twin, point)).toEqual(sense)
    expect(sense.some((value) => value === 0 || value === 1)).toBe(true)
    expect(sense.some((value) => value > 0 && value < 1)).toBe(true)
    await requireSlopes(twin, point, { tolerance: 1e-6 })
  })

  it('a converted one without ends of its own has those of the range of its machine', async () => {
    const conversion = { unit: '1', gain: -2 }
    const twin = convertedTwin(twinOf(3, 2), conversion, { min: -0.1, max: 0.1 })
    const point = { ...somewhere(twin), parameters: startParameters(twin) }
    const sense = await expected(twin, point)
    expect([Math.min(...sense), Math.max(...sense)]).toEqual([-0.2, 0.2])
    const held = sense.map(() => 0.2)
    for (const value of (await slopesOf(twin, point, held)).theta) expect(Math.abs(value)).toBe(0)
  })

  it('a frozen one has the slopes of what is left', async () => {
    const whole = twinOf(3, 4, 2)
    const point = somewhere(whole)
    const device = machine([3, 4, 2])
    const { free } = frozen(device, ['b1', 'w2'], point.theta)
    const twin = frozenTwin(whole, free)
    const part = { ...point, theta: free.part(point.theta) }
    await requireSlopes(twin, part, { tolerance: 1e-6 })
    expect(await expected(twin, part)).toEqual(await expected(whole, point))
  })
})

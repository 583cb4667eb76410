import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultDevice } from '@jax-js/jax'
import { beforeAll, describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { calibrateTwin, chipInTheLoop, expected, requireSlopes, slopeErrors, type Twin } from '../../src/index.ts'
import { asProgram, fences } from '../docs/blocks.ts'

/** The twin of the documentation, from the page itself. */
async function documented(): Promise<Twin> {
  const block = fences('docs/how-to/write-a-twin.md').find(({ file }) => file === 'my-chip.ts')
  const path = join(mkdtempSync(join(tmpdir(), 'insitu-jax-')), 'my-chip.mjs')
  writeFileSync(path, asProgram(block?.text ?? ''))
  return ((await import(path)) as { readonly myChip: Twin }).myChip
}

const point = {
  theta: Float64Array.from({ length: 13 }, (_, i) => Math.cos(3 * i)),
  drive: Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1),
  rows: 4,
  parameters: Float64Array.from({ length: 13 }, (_, i) => 1 + 0.1 * Math.sin(i)),
}

const chip = (layers: readonly number[] = [2, 3, 1]) => attach(mgdChip({ layers, preset: 'ideal' }))

describe('a twin by jax-js', () => {
  let twin: Twin
  beforeAll(async () => {
    twin = await documented()
    defaultDevice('wasm')
  })

  it('has at most 30 lines', () => {
    const block = fences('docs/how-to/write-a-twin.md').find(({ file }) => file === 'my-chip.ts')
    expect(block?.text.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(30)
  })

  it('has right slopes: within 1e-6 in float64, within what its polynomials leave on wasm', async () => {
    defaultDevice('cpu')
    const exact = await slopeErrors(twin, point, { most: 6 })
    defaultDevice('wasm')
    for (const { error } of Object.values(exact)) expect(error).toBeLessThan(1e-6)
    // tanh is off by up to 8e-8 there: 1e-7 over a step of 1e-3 is 1e-4 of slopes of order 1, and the largest here is 0.1.
    await requireSlopes(twin, point, { most: 6, step: 1e-3, tolerance: 1e-3 })
  })

  it('expects what the chip as designed reads', async () => {
    await using device = chip()
    await device.store(point.theta)
    const read = new Float64Array(4)
    await device.measure({ slots: 4, drive: { kind: 'track', data: point.drive, hold: 1 } }, read)
    const believed = await expected(twin, { ...point, parameters: new Float64Array(13).fill(1) })
    // Single precision's worth of tanh.
    believed.forEach((value, r) => {
      expect(value).toBeCloseTo(read[r], 6)
    })
  })

  it('is refused with a flipped sign', async () => {
    const flipped: Twin = {
      ...twin,
      vjp(at, measured, cotangent, into) {
        twin.vjp(at, measured, cotangent, into)
        into.theta?.forEach((slope, i, all) => {
          all[i] = -slope
        })
      },
    }
    await expect(requireSlopes(flipped, point, { most: 3, step: 1e-3, tolerance: 1e-3 })).rejects.toMatchObject({
      code: 'TWIN',
      hint: 'its sign is flipped',
    })
  })

  it('is refused beside a machine of another width', async () => {
    await using device = chip([2, 4, 1])
    expect(() => chipInTheLoop({ twin }).begin(device, point.theta)).toThrow(
      expect.objectContaining({ code: 'SHAPE', message: expect.stringContaining('twin my-chip has 13 parameters') }),
    )
  })

  it('names what is no number', async () => {
    const lost = point.parameters.slice()
    lost[3] = Number.NaN
    await expect(expected(twin, { ...point, parameters: lost })).rejects.toMatchObject({
      code: 'NOT_FINITE',
      message: 'twin my-chip expects NaN for reading 0 of row 0',
      hint: 'its gain[3] is NaN',
    })
  })

  it('lists what the data do not tell, and refuses where that is asked', async () => {
    await using device = chip()
    // Nothing is ever driven: the gains of the six weights of the inputs stay unknown.
    const plan = { settings: 3, rows: 1, reach: 0.1, drive: new Float64Array(2) }
    const fit = { sigma: 1e-3 }
    const { calibration } = await calibrateTwin(twin, device, { ...plan, fit })
    expect(calibration.undetermined.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `gain[${i}]`))
    await expect(
      calibrateTwin(twin, device, { ...plan, fit: { ...fit, determined: 'required' } }),
    ).rejects.toMatchObject({ code: 'CONFIG', message: expect.stringContaining('gain[0], gain[1], gain[2]') })
  })
})

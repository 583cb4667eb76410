import { describe, expect, it } from 'vitest'
import { PAPER_STIFFNESS, paperLattice, parseDof } from '../../devices/index.ts'
import { type LatticeOptions, latticeBody, latticeSimulator } from '../../sim/index.ts'
import { joined } from '../../sim/state.ts'
import { attach } from '../../src/contract/device.ts'

const options = (preset: string): LatticeOptions => ({
  geometry: paperLattice(),
  inputs: [parseDof('11.y')],
  outputs: [parseDof('13.y'), parseDof('14.y')],
  stiffness: PAPER_STIFFNESS,
  preset,
})
const rows = (slots: number) => ({
  slots,
  drive: { kind: 'track', data: Float64Array.from({ length: slots }, (_, n) => -0.01 * (n % 5)), hold: 1 } as const,
})

describe('a long block on a simulated lattice', () => {
  it.each(['ideal', 'bench', 'swinging', 'rubber'])('gives the readings of one go, preset %s', async (preset) => {
    const slots = preset === 'ideal' ? 3000 : preset === 'swinging' ? 3 : 200
    const [whole, seen] = [new Float64Array(2 * slots), new Float64Array(2 * slots)]
    const [e, local] = [new Float64Array(28 * slots), new Float64Array(28 * slots)]
    const receipt = latticeBody(options(preset)).run(rows(slots), whole, e)
    const backend = latticeSimulator(options(preset))
    expect(await backend.local.read(rows(slots), seen, local)).toEqual({
      ...receipt,
      endedAt: expect.closeTo(receipt.endedAt, 9),
    })
    expect(seen).toEqual(whole)
    expect(local).toEqual(e)
  })

  it('lets other work go on meanwhile, and ends when its signal fires', async () => {
    const device = attach(latticeSimulator(options('swinging')))
    const slots = 200
    const into = new Float64Array(2 * slots)
    const controller = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 5)
    await expect(device.measure(rows(slots), into, { signal: controller.signal })).rejects.toBe(reason)
    await device.measure(rows(1), into)
    expect(into[0]).toBeLessThan(1e-6)
  })
})

describe('a snapshot', () => {
  it('is put together of arrays of any size: a spread would overflow the stack', () => {
    const long = new Float64Array(300_000).fill(2)
    const all = joined([1], long, [3])
    expect([all.length, all[0], all[300_000], all[300_001]]).toEqual([300_002, 1, 2, 3])
  })
})

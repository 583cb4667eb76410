import { afterAll, describe, expect, it } from 'vitest'
import { mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { type DataSheet, dataSheet, paramCount } from '../../src/contract/sheet.ts'
import { chain } from '../../src/streams/chain.ts'
import { frozen } from '../../src/streams/frozen.ts'
import { type AnyDevice, readings } from '../../src/testing/bench.ts'
import { contract } from '../../src/testing/index.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { Toy, type ToyOptions } from '../contract/toy.ts'

const FIRST = { inputs: 3, outputs: 2 }
const SECOND = { inputs: 2, outputs: 4 }

/** Two toys in a row; the second takes all the first can give. */
function pair(first: ToyOptions = FIRST, second: ToyOptions = SECOND): [Toy, Toy] {
  const a = new Toy(first)
  const b = new Toy(second)
  return [
    a,
    changed(b, { drive: { ...b.sheet.drive, min: -32, max: 32 }, sense: { ...b.sheet.sense, min: -300, max: 300 } }),
  ]
}

function changed(toy: Toy, change: Partial<DataSheet>): Toy {
  return Object.defineProperty(toy, 'sheet', { value: dataSheet({ ...toy.sheet, ...change }) })
}

const joined = (...[a, b]: [Toy, Toy]) => chain(attach(a), attach(b))

describe('chain', () => {
  it('reads as the two machines driven by hand', async () => {
    const both = attach(joined(...pair()))
    const [a, b] = pair().map((toy) => attach(toy))
    const inputs = new Inputs(both.sheet, 4, 0.1)
    const theta = inputs.theta()
    const n = paramCount(a.sheet)
    await both.store(theta)
    await a.store(theta.subarray(0, n))
    await b.store(theta.subarray(n))
    const slots = 6
    const drive = inputs.drive(3, 2)
    const delta = inputs.delta(slots)
    const columns = (from: number, to: number) => {
      const rows = Array.from({ length: slots }, (_, r) =>
        [...delta.data].slice(r * theta.length + from, r * theta.length + to),
      )
      return { kind: 'track', data: Float64Array.from(rows.flat()), hold: 1 } as const
    }
    const between = await readings(a, { slots, drive, delta: columns(0, n) })
    const middle = { kind: 'track', data: between, hold: 1 } as const
    const wanted = await readings(b, { slots, drive: middle, delta: columns(n, theta.length) })
    expect(await readings(both, { slots, drive, delta })).toEqual(wanted)
  })

  it('is read at the joint: what the first machine read', async () => {
    const both = attach(joined(...pair()))
    const a = attach(pair()[0])
    const inputs = new Inputs(both.sheet, 4, 0.1)
    const theta = inputs.theta()
    await both.store(theta)
    await a.store(theta.subarray(0, paramCount(a.sheet)))
    const block = { slots: 6, drive: inputs.drive(3, 2) }
    const [into, taps] = [new Float64Array(24), new Float64Array(12)]
    expect(both.taps.layers).toEqual([a.sheet.sense])
    expect(await both.taps.read(block, into, taps)).toMatchObject({ slots: 6, endedAt: 2 * 6e-3 })
    expect([...taps]).toEqual([...(await readings(a, block))])
    expect(into).toEqual(await readings(both, block))
  })

  it.each([
    ['both', [3, 4, 2], [2, 5, 2]],
    ['the first', [3, 4, 2], [2, 2]],
    ['the second', [3, 2], [2, 5, 2]],
    ['neither', [3, 2], [2, 2]],
  ])('passes on the taps of %s, in the order of the signal', async (_, first, second) => {
    const machine = (layers: readonly number[]): AnyDevice =>
      attach(mgdChip({ layers, imperfections: { readNoise: 1e-3 } }))
    const both = attach(chain(machine(first), machine(second)))
    const hidden = [...first.slice(1, -1), 2, ...second.slice(1, -1)]
    expect(both.taps.layers.map(({ width }) => width)).toEqual(hidden)
    const inputs = new Inputs(both.sheet, 4, 0.1)
    const theta = inputs.theta()
    await both.store(theta)
    const slots = 3
    const block = { slots, drive: inputs.drive(slots) }
    const width = hidden.reduce((sum, one) => sum + one, 0)
    const [into, taps] = [new Float64Array(slots * 2), new Float64Array(slots * width)]
    await both.taps.read(block, into, taps)
    const [a, b] = [machine(first), machine(second)]
    await a.store(theta.subarray(0, paramCount(a.sheet)))
    await b.store(theta.subarray(paramCount(a.sheet)))
    const read = async (chip: typeof a, rows: Float64Array) => {
      const inner = chip.taps?.layers[0].width ?? 0
      const [outputs, found] = [new Float64Array(slots * 2), new Float64Array(slots * inner)]
      const driven = { slots, drive: { kind: 'track', data: rows, hold: 1 } } as const
      if (chip.taps === undefined) await chip.measure(driven, outputs)
      else await chip.taps.read(driven, outputs, found)
      const row = (t: number) => [...found.subarray(t * inner, (t + 1) * inner)]
      return { outputs, row, out: (t: number) => [...outputs.subarray(2 * t, 2 * t + 2)] }
    }
    const before = await read(a, block.drive.data)
    const after = await read(b, before.outputs)
    expect([...taps]).toEqual([0, 1, 2].flatMap((t) => [...before.row(t), ...before.out(t), ...after.row(t)]))
    expect(into).toEqual(after.outputs)
  })

  it('describes itself as both', () => {
    const { sheet } = joined(...pair({ ...FIRST, maxSlots: 9 }))
    expect(sheet).toMatchObject({
      machine: 'toy>toy',
      identity: '3-2 > 2-4',
      kind: 'simulator',
      maxSlots: 9,
      slotSeconds: 2e-3,
    })
    expect(sheet.banks.map(({ name }) => name)).toEqual(['a.w', 'a.b', 'b.w', 'b.b'])
    expect([sheet.drive.width, sheet.sense.width]).toEqual([3, 4])
  })

  it('adds what the two receipts say', async () => {
    const both = attach(joined(...pair()))
    const block = { slots: 5, drive: new Inputs(both.sheet, 4, 0.1).drive(5) }
    const receipt = await both.measure(block, new Float64Array(20))
    expect(receipt).toMatchObject({ slots: 5, clipped: 0, retries: 0, saturated: 0, startedAt: 0 })
    expect(receipt.endedAt).toBeCloseTo(2 * 5e-3, 12)
  })

  it('refuses machines whose widths do not meet, naming both', () => {
    expect(() => joined(new Toy(FIRST), new Toy({ inputs: 3 }))).toThrow(
      'chain: toy gives 2 readings, toy takes 3 inputs',
    )
  })

  it('refuses machines whose units do not meet, naming both', () => {
    const [a, b] = pair()
    const ampere = changed(b, { drive: { ...b.sheet.drive, unit: 'A' } })
    expect(() => joined(a, ampere)).toThrow(
      expect.objectContaining({ code: 'UNITS', message: 'chain: toy gives V, toy takes A' }),
    )
  })

  it('closes both machines, also when one fails to', async () => {
    for (const failing of [0, 1]) {
      const toys = pair()
      const closed: number[] = []
      for (const [n, toy] of toys.entries()) {
        toy[Symbol.asyncDispose] = async () => {
          closed.push(n)
          if (n === failing) throw new Error(`machine ${n} is stuck`)
        }
      }
      await expect(joined(...toys)[Symbol.asyncDispose]()).rejects.toThrow(`machine ${failing} is stuck`)
      expect(closed.sort()).toEqual([0, 1])
    }
  })
})

const hooks = { describe, it, afterAll }
const noisy = (layers: readonly number[], seed: number) =>
  attach(mgdChip({ layers, seed, imperfections: { readNoise: 1e-3 }, maxSlots: 500 }))
const chips = () => chain(noisy([3, 4, 2], 1), noisy([2, 5, 3], 2), { piece: 3 })

contract('chain of two toys', () => joined(...pair()), hooks)
contract('pipelined chain of two chips', chips, hooks)
contract(
  'pipelined chain of two chips, some of its banks frozen',
  () => frozen(attach(chips()), ['a.w1', 'b.b1'], new Float64Array(paramCount(chips().sheet)).fill(0.1)),
  hooks,
)

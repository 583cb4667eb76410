import { describe, expect, it } from 'vitest'
import type { Block, Delta } from '../../src/contract/block.ts'
import { cut } from '../../src/contract/cut.ts'
import { attach } from '../../src/contract/device.ts'
import { InsituError } from '../../src/errors.ts'
import { readings } from '../../src/testing/bench.ts'
import { Inputs } from '../../src/testing/inputs.ts'
import { Toy } from './toy.ts'

const { sheet } = new Toy()
const KINDS = ['none', 'track', 'signs', 'single', 'opposite'] as const
type Kind = (typeof KINDS)[number]

function blockOf(kind: Kind, slots: number, driveHold: number, deltaHold: number): Block {
  const inputs = new Inputs(sheet, slots + 100 * driveHold + 1000 * deltaHold, 0.1)
  const drive = inputs.drive(Math.ceil(slots / driveHold), driveHold)
  const rows = Math.ceil(slots / deltaHold)
  const code = {
    kind: 'code',
    family: 'random',
    seed: 5,
    first: 3,
    amplitudes: [0.25, 0.125],
    hold: deltaHold,
  } as const
  const deltas: Record<Kind, Delta | undefined> = {
    none: undefined,
    track: inputs.delta(rows, deltaHold),
    signs: inputs.signs(rows, deltaHold),
    single: { ...code, pairing: 'single' },
    opposite: { ...code, pairing: 'opposite' },
  }
  const delta = deltas[kind]
  return delta === undefined ? { slots, drive } : { slots, drive, delta }
}

/** A toy that cannot make codes itself, so that the device writes them out before it cuts. */
function plain(maxSlots: number) {
  const toy = new Toy({ maxSlots })
  return {
    sheet: toy.sheet,
    store: toy.store.bind(toy),
    measure: toy.measure.bind(toy),
    [Symbol.asyncDispose]: () => toy[Symbol.asyncDispose](),
  }
}

describe.each(KINDS)('a block with delta %s', (kind) => {
  it('reads the same however it is cut, for every slots, hold and limit in a small range', async () => {
    const theta = new Inputs(sheet, 7, 0.1).theta()
    const whole = attach(new Toy({ maxSlots: 1000 }))
    await whole.store(theta)
    for (let maxSlots = 1; maxSlots <= 7; maxSlots++) {
      const pieces = [attach(new Toy({ maxSlots })), attach(plain(maxSlots))]
      for (const device of pieces) await device.store(theta)
      for (let slots = 1; slots <= 13; slots += 3) {
        for (let driveHold = 1; driveHold <= 6; driveHold++) {
          for (let deltaHold = 1; deltaHold <= 4; deltaHold++) {
            const block = blockOf(kind, slots, driveHold, deltaHold)
            const wanted = await readings(whole, block)
            for (const [codeless, device] of pieces.entries()) {
              if (kind === 'opposite' && codeless === 0 && slots > maxSlots && 2 * deltaHold > maxSlots) continue
              const label = `slots ${slots}, drive hold ${driveHold}, delta hold ${deltaHold}, at most ${maxSlots}`
              expect(await readings(device, block), label).toEqual(wanted)
            }
          }
        }
      }
    }
  })
})

describe('cut', () => {
  it('leaves a block that fits alone', () => {
    const block = blockOf('signs', 5, 2, 1)
    expect([...cut({ ...sheet, maxSlots: 5 }, block)]).toEqual([{ start: 0, piece: block }])
  })

  it('covers every slot once, in order, within the limit', () => {
    for (const kind of KINDS) {
      let next = 0
      for (const { start, piece } of cut({ ...sheet, maxSlots: 6 }, blockOf(kind, 40, 5, 3))) {
        expect(start).toBe(next)
        expect(piece.slots).toBeLessThanOrEqual(6)
        next += piece.slots
      }
      expect(next).toBe(40)
    }
  })

  it('shares the rows of the block where rows end with the cut', () => {
    const block = blockOf('track', 8, 2, 4)
    for (const { piece } of cut({ ...sheet, maxSlots: 4 }, block)) {
      expect(piece.drive.data.buffer).toBe(block.drive.data.buffer)
    }
  })

  it('refuses a pair of opposite codes longer than an exchange, naming both', () => {
    const pieces = () => [...cut({ ...sheet, maxSlots: 5 }, blockOf('opposite', 12, 1, 3))]
    expect(pieces).toThrow(InsituError)
    expect(pieces).toThrow(/takes 6 slots, one exchange carries 5/)
  })

  it('counts the slots and adds the receipts of all exchanges', async () => {
    const device = attach(new Toy({ maxSlots: 4 }))
    await device.store(new Inputs(sheet, 7, 0.1).theta())
    const into = new Float64Array(11 * sheet.sense.width)
    const receipt = await device.measure(blockOf('none', 11, 1, 1), into)
    expect(receipt).toMatchObject({ slots: 11, clipped: 0, retries: 0, startedAt: 0 })
    expect(receipt.endedAt).toBeCloseTo(11e-3, 12)
  })
})

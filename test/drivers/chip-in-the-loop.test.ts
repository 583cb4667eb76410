import { describe, expect, it } from 'vitest'
import { openDevice } from '../../drivers/index.ts'
import { offDesign } from '../../sim/chip/off-design.ts'
import { firmwareTwin } from '../../sim/index.ts'
import { mgdChipTwin } from '../../sim/twins/mgd-chip.ts'
import { attach, type CheckedDevice } from '../../src/contract/device.ts'
import { adam } from '../../src/optim/adam.ts'
import { draws, fillUniform } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import { chipInTheLoop } from '../../src/rules/chip-in-the-loop.ts'
import { shuffledLessons } from '../../src/rules/lessons.ts'
import { train } from '../../src/rules/train.ts'
import { hasPty } from '../bench-boards/tools.ts'
import { startBoard } from '../setup/boards.ts'

const CHIP = { layers: [3, 4, 2], activation: 'sigmoid' } as const
const OFF = { weightGain: 0.2, activation: 0.2, weightOffset: 0, dead: 0, readNoise: 0.01, seed: 2 }
const ROWS = 12
const uniform = (seed: number, length: number) =>
  fillUniform(draws(seed, STREAM.testInputs), -1, 1, new Float64Array(length))

/** Trains a chip 20 % off its design for a few steps; returns its parameters and the costs on the way. */
async function trained(chip: CheckedDevice) {
  await using device = attach(offDesign(chip, CHIP, OFF))
  const theta = uniform(1, 26)
  const table = { rows: ROWS, drive: uniform(2, 3 * ROWS), target: uniform(3, 2 * ROWS).map((x) => (x > 0 ? 1 : 0)) }
  const rule = chipInTheLoop({ twin: mgdChipTwin(CHIP) })
  const costs: number[] = []
  const lessons = shuffledLessons(table, { seed: 1, batch: ROWS })
  for await (const { cost } of train(rule, device, theta, lessons, { optimizer: adam(0.1), steps: 6 })) costs.push(cost)
  return { theta, costs }
}

describe.skipIf(!hasPty())('chip-in-the-loop over the wire', () => {
  it('learns on an emulated ATmega328P what it learns on the firmware’s chip in this process, to the bit', async () => {
    const here = await trained(attach(firmwareTwin(CHIP)))
    expect(here.costs.at(-1)).toBeLessThan(0.9 * here.costs[0])
    const board = await startBoard({ target: 'avr' })
    try {
      const backend = await openDevice(`serial:${board.path}?baud=115200`, {
        kind: 'emulated firmware',
        machine: 'mgd-chip',
        chip: { layers: [...CHIP.layers], activation: CHIP.activation },
      })
      const there = await trained(attach(backend))
      expect(there).toEqual(here)
    } finally {
      await board.stop()
    }
  })
})

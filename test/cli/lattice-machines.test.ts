import { describe, expect, it } from 'vitest'
import { paperLattice, triangularLattice } from '../../devices/index.ts'
import { CHIP_PRESETS, LATTICE_PRESETS, latticeSettings, WAVE_PRESETS } from '../../sim/index.ts'
import { countedLattice, type LatticeBoardOptions, latticeBoard } from '../../sim/lattice/board.ts'
import { openMachine } from '../../src/cli/machines/open.ts'
import {
  CHIP_PRESET_NAMES,
  LATTICE_PRESET_NAMES,
  presetWords,
  WAVE_PRESET_NAMES,
} from '../../src/cli/machines/presets.ts'
import { irisLattice } from '../../src/cli/tasks/iris-lattice.ts'
import { attach } from '../../src/contract/device.ts'

describe('presets', () => {
  it('are all named in the help', () => {
    expect([...LATTICE_PRESET_NAMES].sort()).toEqual(Object.keys(LATTICE_PRESETS).sort())
    expect([...CHIP_PRESET_NAMES].sort()).toEqual(Object.keys(CHIP_PRESETS).sort())
    expect([...WAVE_PRESET_NAMES].sort()).toEqual(Object.keys(WAVE_PRESETS).sort())
    expect(presetWords(['a', 'b', 'c'])).toBe('a (default), b or c')
  })
})

describe('settings of the simulated lattice', () => {
  it('refuse a time of creep where nothing creeps', async () => {
    await expect(latticeSettings('bench', { creepTime: '20 s' })).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/creepTime .*bench .*creepShare/),
    })
    expect((await latticeSettings('rubber', { creepTime: '5 s' })).imperfections?.creep).toEqual({
      share: 0.03,
      seconds: 5,
    })
    expect((await latticeSettings('bench', { creepShare: '0.02' })).imperfections?.creep).toEqual({
      share: 0.02,
      seconds: 20,
    })
  })

  it('refuse what they do not know', async () => {
    await expect(latticeSettings('bench', { toString: '1' })).rejects.toMatchObject({
      message: 'lattice: there is no setting "toString"',
      hint: expect.stringContaining('settings: noise, pixel'),
    })
  })
})

describe('a lattice as a board', () => {
  /** What is left of options on their way to another process. */
  const sent = (options: LatticeBoardOptions) => {
    const { args = [] } = latticeBoard(options)
    return countedLattice(...(JSON.parse(JSON.stringify(args)) as [LatticeBoardOptions]))
  }

  it('is the paper’s if nothing is said', async () => {
    await using lattice = sent({ inputs: ['11.y'], outputs: ['13.y'] })
    expect(lattice.sheet.banks).toMatchObject([{ width: paperLattice().bonds.length, min: 103.125, step: 2 ** -7 }])
  })

  it('is any other, with bonds of its own', async () => {
    const geometry = triangularLattice(3, 4, { spacing: 0.016 })
    const options: LatticeBoardOptions = {
      geometry,
      stiffness: { min: 50, max: 100, step: 2 ** -6 },
      preset: 'finite',
      inputs: ['3,2.y'],
      outputs: ['3,4.y', '2,1.x'],
    }
    await using device = attach(sent(options))
    expect(device.sheet.banks).toMatchObject([{ width: geometry.bonds.length, min: 50, max: 100, step: 2 ** -6 }])
    expect(device.sheet.settings).toMatchObject({ inputs: ['3,2.y'], outputs: ['3,4.y', '2,1.x'] })
    const [into, here] = [new Float64Array(2), new Float64Array(2)]
    const block = { slots: 1, drive: { kind: 'track', data: Float64Array.of(-0.05), hold: 1 } } as const
    await device.measure(block, into)
    await using twin = attach(countedLattice(options))
    await twin.measure(block, here)
    expect(into[0]).toBeLessThan(0)
    expect(into).toEqual(here)
  })
})

describe('a task’s lattice', () => {
  it('takes its ports from the task, and nothing else', async () => {
    const spec = { kind: 'simulator', machine: 'lattice', preset: 'ideal' } as const
    const setup = { layers: [4, 3], activation: 'sigmoid', seed: 1 } as const
    await using whole = await openMachine(spec, { ...setup, lattice: irisLattice })
    const { inputs, outputs } = irisLattice
    await using bare = await openMachine(spec, { ...setup, lattice: { inputs, outputs } })
    expect(whole.device.sheet).toEqual(bare.device.sheet)
  })
})

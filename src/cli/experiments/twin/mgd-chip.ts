import { mgdChip } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { chipComparison, mismatchOf, taskOf } from './chip-comparison.ts'
import { compare } from './compare.ts'
import type { LoopMachine } from './settings.ts'

/** The analog chip: weights and neurons off by `mismatch`, readings by `noise`. */
export const chipLoop: LoopMachine = {
  usual: {},
  async run(settings, { seed }) {
    const { layers, activation } = taskOf(settings).settings
    const made = { layers, activation, seed }
    if (settings.wire !== 'none') {
      const { wiredLoop } = await import('./wired-chip.ts')
      return wiredLoop(made, settings)
    }
    await using perfect = attach(mgdChip(made))
    await using real = attach(mgdChip({ ...made, imperfections: mismatchOf(settings) }))
    return await compare(chipComparison(settings, seed, { perfect, real }))
  },
}

import type { ChipSpec } from '../../../../devices/index.ts'
import { offDesign } from '../../../../sim/chip/off-design.ts'
import { firmwareTwin, mgdChip } from '../../../../sim/index.ts'
import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { openMachine } from '../../machines/open.ts'
import { chipComparison, mismatchOf } from './chip-comparison.ts'
import { compare, endToEnd, inTheLoop } from './compare.ts'
import type { LoopRun, LoopSettings } from './settings.ts'

/**
 * The comparison on the firmware's chip, in this process or on an emulated board behind its serial line, whose mismatch and noise
 * are put around it (`offDesign`). Beside it: the same chip in this process, and the simulated one with the same mismatch.
 */
export async function wiredLoop(made: ChipSpec & { readonly seed: number }, settings: LoopSettings): Promise<LoopRun> {
  const { seed } = made
  // Opened first: a network that is too big for it is refused before anything is trained.
  await using board = settings.wire === 'board' ? await openMachine({ kind: 'board', target: 'avr' }, made) : undefined
  const imperfections = mismatchOf(settings)
  const off = (device: CheckedDevice) =>
    attach(offDesign(device, made, { ...imperfections, weightOffset: 0, dead: 0, seed }))
  await using perfect = attach(firmwareTwin(made))
  await using near = off(attach(firmwareTwin(made)))
  await using simulated = attach(mgdChip({ ...made, preset: 'firmware', imperfections }))
  const alike = chipComparison(settings, seed, { perfect, real: simulated })
  const asSimulated = await inTheLoop({ ...alike, twin: endToEnd(alike.twin) })
  const inProcess = await compare(chipComparison(settings, seed, { perfect, real: near }))
  const beside = { firmwareInProcess: inProcess.inTheLoop, simulatedInProcess: asSimulated.inTheLoop }
  if (board === undefined) return { ...inProcess, more: { ...inProcess.more, ...beside } }
  const overWire = await compare(chipComparison(settings, seed, { perfect, real: off(board.device) }))
  return { ...overWire, more: { ...overWire.more, ...beside } }
}

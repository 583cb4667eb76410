import type { Task } from '../tasks/task.ts'
import type { Setup } from './machine.ts'

/** What a machine must know of a task. */
export function setupOf(
  { settings, lattice, wave, core, encoder }: Task,
  seed: number,
  changes: Readonly<Record<string, string>> = {},
): Setup {
  const { layers, activation } = settings
  return {
    ...{ layers, activation, seed, settings: changes },
    ...(lattice && { lattice }),
    ...(wave && { wave: wave.machine }),
    ...(core && { core: core.machine(seed) }),
    ...(encoder && { encoder: encoder.machine }),
  }
}

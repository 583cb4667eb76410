import { coreLoop } from './core.ts'
import { latticeLoop } from './lattice.ts'
import { chipLoop } from './mgd-chip.ts'
import type { LOOP_DEVICES, LoopMachine } from './settings.ts'
import { waveLoop } from './wave.ts'

/** How each kind of machine is compared. */
export const LOOP_MACHINES: { readonly [D in (typeof LOOP_DEVICES)[number]]: LoopMachine } = {
  'mgd-chip': chipLoop,
  lattice: latticeLoop,
  core: coreLoop,
  'wave-field': waveLoop,
}

export { type LatticeBoardOptions, latticeBoard } from './board.ts'
export { CAMERA_NOISE, type CameraOptions } from './camera.ts'
export type { Dynamics } from './dynamic.ts'
export { complexStepGradient, differenceGradient, finiteGradient, linearGradient, type WorkLoss } from './gradient.ts'
export type { Shaking } from './harmonic.ts'
export type { BondFaults } from './imperfect-bonds.ts'
export { type LatticeOptions, type LatticeSimulator, latticeBody, latticeSimulator } from './lattice.ts'
export type { Creep } from './memory.ts'
export {
  type Height,
  LATTICE_PRESETS,
  type LatticeImperfections,
  type LatticePreset,
  latticePreset,
  PAPER_DYNAMICS,
} from './presets.ts'
export { LATTICE_SETTINGS, latticeSettings } from './settings.ts'

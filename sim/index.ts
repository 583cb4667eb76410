export { type ClockedLineOptions, clockedLine } from './bench/clocked-line.ts'
export { type Board, type BoardOptions, startBoard } from './bench/index.ts'
export {
  type BenchStart,
  type EmulatedDisplay,
  type EmulatedLockin,
  emulatedDisplay,
  emulatedSr830,
  emulatedSr860,
  type ImagerBench,
  type ImagerBenchOptions,
  imagerBench,
  type LockinOptions,
  type Optics,
  type RunningBench,
  type Signal,
  startImagerBench,
  thzOptics,
} from './bench/lockin/index.ts'
export { VirtualClock } from './bench/virtual-clock.ts'
export type { Body, CodedBody } from './body.ts'
export { type ChipBoardOptions, chipBoard } from './chip/board.ts'
export { chipBody, type MgdChipOptions, mgdChip, type TransferCurve } from './chip/chip.ts'
export { CHIP_PRESETS, type ChipPreset, chipPreset, type Imperfections, type Preset } from './chip/presets.ts'
export { CHIP_SETTINGS, chipSettings } from './chip/settings.ts'
export * from './core/index.ts'
export { type FirmwareTwin, type FirmwareTwinOptions, firmwareTwin } from './firmware/index.ts'
export { Readout, type ReadoutOptions } from './imperfections/readout.ts'
export * from './lattice/index.ts'
export * from './linear-readout/index.ts'
export { type Simulator, simulator } from './simulator.ts'
export * from './spiking/index.ts'
export * from './spiking-layer/index.ts'
export * from './thz/index.ts'
export * from './twins/index.ts'
export { type ChipTwinOptions, mgdChipTwin } from './twins/mgd-chip.ts'
export * from './units/index.ts'
export * from './wave/index.ts'

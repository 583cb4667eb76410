export { type Body, type CodedBody, type Simulator, simulator } from './body.ts'
export { chipBody, type MgdChipOptions, mgdChip } from './chip/chip.ts'
export { CHIP_PRESETS, type ChipPreset, chipPreset, type Imperfections, type Preset } from './chip/presets.ts'
export { Readout, type ReadoutOptions } from './imperfections/readout.ts'

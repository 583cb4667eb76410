export { FirmwareChip } from './chip.ts'
export { learnOnTwin, type TwinJob } from './learn.ts'
export { type FirmwareTwin, type FirmwareTwinOptions, firmwareTwin } from './twin.ts'

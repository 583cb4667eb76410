export {
  type ThzBoardOptions,
  type ThzEncoderBoardOptions,
  type ThzImagerBoardOptions,
  thzEncoderBoard,
  thzImagerBoard,
} from './board.ts'
export { carrierContrast } from './carriers.ts'
export { conductanceFor, drude, sheetRatio, VACUUM_IMPEDANCE } from './modulator.ts'
export {
  type BeamOptions,
  type DetectorOptions,
  LIGHT,
  type Misplacement,
  type ModulatorOptions,
  type ThzChanges,
  type ThzImperfections,
  type ThzOptions,
  WAVELENGTH,
  type WaferOptions,
} from './options.ts'
export { imperfectionsOf, THZ_PRESETS, type ThzPreset, thzPreset } from './presets.ts'
export { THZ_SETTINGS, thzSettings } from './settings.ts'
export { type ThzEncoderOptions, thzEncoder } from './thz-encoder.ts'
export { type ThzImagerOptions, type ThzImagerSimulator, thzImager } from './thz-imager.ts'

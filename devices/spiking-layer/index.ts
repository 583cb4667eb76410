export {
  type SpikeClock,
  type SpikingLayerSpec,
  type SpikingSheetOptions,
  spikingSheet,
  type WeightRange,
} from './sheet.ts'

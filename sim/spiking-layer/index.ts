export type { SpikingImperfections } from './imperfections.ts'
export { SPIKING_PRESETS, type SpikingPreset, spikingPreset } from './presets.ts'
export {
  SPIKING_DEFAULTS,
  type SpikingLayerOptions,
  type SpikingSimulator,
  spikingLayerSimulator,
} from './spiking-layer.ts'

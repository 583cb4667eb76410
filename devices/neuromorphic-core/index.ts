export { checkNetwork, findingsOf } from './check.ts'
export { encoded } from './encoded.ts'
export { CORE_ENERGY, type CoreWork, type EnergyModel, energyOf, energyPerImage } from './energy.ts'
export { InputSpikes } from './input-spikes.ts'
export { readNetwork, writeNetwork } from './json.ts'
export * from './layouts/index.ts'
export type { AxonAddress, CoreNetwork, CoreSpec, NeuronSpec, Target } from './network.ts'
export { drainOf, type Presentation, span, TICK_SECONDS } from './presentation.ts'
export { BOUNDARIES, type Boundary, probabilisticNet } from './probabilistic-net.ts'
export { MAPPING_RULES } from './rules/index.ts'
export type { Finding, MappingRule, NetworkDraft } from './rules/rule.ts'
export {
  type CoreInput,
  type CoreSheetOptions,
  coreSheet,
  INPUTS,
  SYNAPSES,
  type Synapses,
  widestLine,
} from './sheet.ts'
export { type CoreLayout, type CoreOffsets, coreLayout, initialTheta } from './theta.ts'

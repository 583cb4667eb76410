export { type NeuromorphicBoardOptions, neuromorphicBoard } from './board.ts'
export {
  type CodedCoreSimulator,
  type CoreActivity,
  type CoreSimulator,
  type NeuromorphicCoreOptions,
  neuromorphicCore,
} from './core.ts'
export { type EnsembleOptions, ensemble, type MemberCounts } from './ensemble.ts'
export type { CoreImperfections } from './imperfections.ts'
export { CORE_PRESETS, type CorePreset, corePreset } from './presets.ts'
export { coreProgram } from './program.ts'
export { CORE_SETTINGS, coreSettings } from './settings.ts'
export {
  type LineSpike,
  TRACE_HEADING,
  type TracedTick,
  type TraceOptions,
  traceCores,
  traceRows,
} from './trace.ts'

export type { Calibration, FittedTwin, TwinRecord } from './calibration.ts'
export { type ConfrontOptions, confront, requireTrust, type TrustOptions, type Verdict } from './confront.ts'
export { type DifferenceOptions, requireSlopes, type SlopeError, type SlopeErrors, slopeErrors } from './differences.ts'
export type { DenseLayer, Surrogate } from './layers.ts'
export type { TwinMonitor } from './monitor.ts'
export {
  type Measured,
  startParameters,
  type Twin,
  type TwinBank,
  type TwinPoint,
  type TwinSlopes,
  twinParameterCount,
} from './twin.ts'

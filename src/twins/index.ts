export type { Calibration, FittedTwin, TwinRecord } from './calibration.ts'
export { type ConfrontOptions, confront, requireTrust, type TrustOptions, type Verdict } from './confront.ts'
export { type DifferenceOptions, requireSlopes, type SlopeError, type SlopeErrors, slopeErrors } from './differences.ts'
export { fitTwin, type TwinFit, type TwinFitOptions } from './fit.ts'
export type { DenseLayer, Surrogate } from './layers.ts'
export type { Finding, Seen, TwinMonitor } from './monitor.ts'
export { type MovedParameter, type MovedReading, newsLine, type TwinNews } from './news.ts'
export { type Prediction, predict } from './predict.ts'
export { type Curve, slopeOf } from './surrogate.ts'
export {
  type Measured,
  startParameters,
  type Twin,
  type TwinBank,
  type TwinPoint,
  type TwinSlopes,
  twinParameterCount,
} from './twin.ts'

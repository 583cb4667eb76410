export { expected } from './ask.ts'
export { type CalibrationKey, calibrationKey, keyDifferences, readCalibration, writeCalibration } from './cache.ts'
export { calibrateTwin, type MeasuredCalibration, type TwinCalibrationPlan } from './calibrate.ts'
export type { Calibration, FittedTwin, TwinRecord } from './calibration.ts'
export { type ChainTwinOptions, chainTwin } from './chain.ts'
export { type Compensation, compensate } from './compensate.ts'
export { type ConfrontOptions, confront, requireTrust, type TrustOptions, type Verdict } from './confront.ts'
export { convertedTwin } from './converted.ts'
export { type DifferenceOptions, requireSlopes, type SlopeError, type SlopeErrors, slopeErrors } from './differences.ts'
export type { DriftProbes } from './drift/probe.ts'
export type { DriftRates } from './drift/refit.ts'
export { type DriftMonitor, type DriftOptions, driftMonitor } from './drift.ts'
export { fitTwin, type TwinFit, type TwinFitOptions } from './fit.ts'
export { frozenTwin } from './frozen.ts'
export type { DenseLayer, Surrogate } from './layers.ts'
export { type FieldAmplitudeOptions, fieldAmplitude } from './models/field-amplitude.ts'
export { fitPolynomials, type Pairs, type PolynomialFit } from './models/least-squares.ts'
export { type FieldStart, fieldStarts } from './models/phase-retrieval.ts'
export { type PolynomialOptions, polynomial, polynomialSize, polynomialTerms } from './models/polynomial.ts'
export { joinedCalibration, sideBySide } from './models/side-by-side.ts'
export type { Finding, Seen, TwinMonitor } from './monitor.ts'
export { type MovedParameter, type MovedReading, newsLine, type TwinNews } from './news.ts'
export { type Prediction, predict } from './predict.ts'
export { type ProbePlan, probes } from './probes.ts'
export { readTable, writeTable } from './recorded/csv.ts'
export { recordedMachine } from './recorded/machine.ts'
export { type Recorder, recorder } from './recorded/recorder.ts'
export { checkTable, type RecordedTable } from './recorded/table.ts'
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

// The contract: perturb and measure.

// Units, expressions, calibration.
export {
  type Calibration,
  type CalibrationPlan,
  calibrate,
  type Fit,
  leastSquares,
  settleInPlace,
} from './calibrate/index.ts'
export { amplitudeFor, createCode } from './codes/code.ts'
export { expandCode, expandDense, perParameter } from './codes/expand.ts'
export type { CodeSource } from './codes/source.ts'
export type { Backend, CallOptions, Receipt } from './contract/backend.ts'
export {
  type Block,
  type Code,
  type Delta,
  type Family,
  type LoadedBlock,
  rowsFor,
  type Signs,
  type Track,
} from './contract/block.ts'
export { type AttachOptions, attach, type CheckedDevice, type Device } from './contract/device.ts'
export type { Decay, Echo, EchoOptions, EchoPort, Flight, LearningField } from './contract/echo.ts'
export type {
  AdjointPort,
  CodePort,
  Facet,
  Facets,
  FacetsOf,
  LearnJob,
  LearnPort,
  LocalPort,
  StatePort,
  TapPort,
} from './contract/facets.ts'
export {
  type Bank,
  bankOffsets,
  type DataSheet,
  dataSheet,
  type Kind,
  nameOf,
  type Port,
  paramCount,
  type Readings,
  safeTheta,
  type Unit,
} from './contract/sheet.ts'
// Costs.
export type { Cost, Targets } from './cost/cost.ts'
export { type CrossEntropyOptions, crossEntropy } from './cost/cross-entropy.ts'
export { meanSquaredError } from './cost/mean-squared-error.ts'
export { type ProbabilityCrossEntropyOptions, probabilityCrossEntropy } from './cost/probability-cross-entropy.ts'
export { type ShareCrossEntropyOptions, shareCrossEntropy } from './cost/share-cross-entropy.ts'
export { squaredError } from './cost/squared-error.ts'
// Data.
export { type Dataset, parseTable, type Split, type TableForm } from './data/dataset.ts'
export { type IdxArray, type IdxImages, idxImages, type NamedBytes, parseIdx } from './data/idx.ts'
export { letters } from './data/letters.ts'
export { parity } from './data/parity.ts'
export { oneHot, rangeScaler, type Scaler, scaledInputs } from './data/scale.ts'
export { randomSplit, stratified } from './data/split.ts'
export { type YinYangOptions, yinYang, yinYangClass } from './data/yin-yang.ts'
export { type ErrorCode, type ErrorDetails, InsituError } from './errors.ts'
// Networks of other programs.
export { type NirGraph, readNir } from './exchange/nir/index.ts'
// Networks of coupled units.
export * from './identify/index.ts'
// Optimizers.
export { type AdamOptions, adam } from './optim/adam.ts'
export { type BoundedOptions, bounded } from './optim/bounded.ts'
export { momentum } from './optim/momentum.ts'
export type { Optimizer } from './optim/optimizer.ts'
export { constant, cosine, inverse, type Schedule, stepwise, warmed } from './optim/schedule.ts'
export { sgd } from './optim/sgd.ts'
export { type UpdateNoiseOptions, withUpdateNoise } from './optim/update-noise.ts'
// Randomness.
export { childSeed, type Draws, draws, fillUniform } from './random/draws.ts'
export { permutation, shuffled } from './random/permutation.ts'
export { STREAM, type Stream } from './random/streams.ts'
// The yardstick.
export { backprop } from './reference/backprop.ts'
export { Perceptron, type Squash } from './reference/perceptron.ts'
// Rules and the loop.
export { averaged } from './rules/averaged.ts'
export { type ChipInTheLoopOptions, chipInTheLoop } from './rules/chip-in-the-loop.ts'
export { type DirectFeedbackOptions, directFeedbackAlignment } from './rules/direct-feedback.ts'
export { type ContrastOptions, echoGradient, type PassageGradient, type SlopesOf } from './rules/echo/contrast.ts'
export { contrastEps } from './rules/echo/eps.ts'
export { returnError } from './rules/echo/return-error.ts'
export type { NeuronLayer } from './rules/feedback/layers.ts'
export type { RandomFeedback } from './rules/feedback/matrix.ts'
export type { ProjectingMachine } from './rules/feedback/projector.ts'
export type { Ridge } from './rules/feedback/ridge.ts'
export type { FeedbackOptions } from './rules/feedback/rule.ts'
export { type FeedbackAlignmentOptions, feedbackAlignment } from './rules/feedback-alignment.ts'
export { requireFit } from './rules/fit.ts'
export { echoRate, type HamiltonianEchoOptions, hamiltonianEcho } from './rules/hamiltonian-echo.ts'
export { type InSituOptions, inSitu } from './rules/in-situ.ts'
export { type LessonTable, type ResumableLessons, type ShuffledOptions, shuffledLessons } from './rules/lessons.ts'
export { angleDeg, type FiniteDifferenceOptions, finiteDifference } from './rules/mgd/finite-difference.ts'
export type { Normalisation, PerturbationOptions } from './rules/mgd/settings.ts'
export { type MgdOptions, mgd } from './rules/mgd.ts'
export { type MgdAnalogOptions, mgdAnalog } from './rules/mgd-analog.ts'
export { type MgdOnChipOptions, mgdOnChip } from './rules/mgd-on-chip.ts'
export { type MgdReplayOptions, mgdReplay } from './rules/mgd-replay.ts'
export { type NudgedOptions, nudged } from './rules/nudged.ts'
export { type ProbabilisticSynapsesOptions, probabilisticSynapses } from './rules/probabilistic-synapses.ts'
export { type RecurrentEchoOptions, recurrentEcho } from './rules/recurrent-echo.ts'
export {
  type Estimate,
  type Health,
  type Lesson,
  type LessonSource,
  missing,
  offered,
  type Rule,
} from './rules/rule.ts'
export { sequenceLessons } from './rules/sequences.ts'
export { type SignSymmetryOptions, signSymmetry } from './rules/sign-symmetry.ts'
export { type SpikeTimingOptions, spikeTiming } from './rules/spike-timing.ts'
export type { TimingHealth, TimingOptions } from './rules/timing/crossings.ts'
export { type SpikeWindow, spikeTimeGradient } from './rules/timing/gradient.ts'
export { type SpikingLayer, spikingLayerOf } from './rules/timing/layer.ts'
export type { TimingSlopes } from './rules/timing/paths.ts'
export { type StepReport, type TrainOptions, train } from './rules/train.ts'
// The record of a run.
export * from './run/index.ts'
// Streams.
export { type Chain, type ChainOf, type ChainOptions, chain } from './streams/chain.ts'
export { type Conversion, type Converted, converted } from './streams/converted.ts'
export type { FreeBanks } from './streams/free-banks.ts'
export { type Frozen, frozen } from './streams/frozen.ts'
export { reports } from './streams/reports.ts'
export { type Passed, type ThroughOptions, through } from './streams/through.ts'
// Twins: models of machines to differentiate.
export * from './twins/index.ts'
export { checkUnits, compileExpression, type Formula, isUnit, quantity, type Schema, settings } from './units/index.ts'
// Channels, for authors of drivers.
export type { Channel, ChannelListener } from './wire/channel.ts'

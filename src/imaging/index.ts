// What `insitu/imaging` offers: images from one detector, and patterns that are chosen while measuring.

// Waves.
export { angularSpectrum, type Path, type PropagationOptions, type Propagator } from '../optics/angular-spectrum.ts'
export { emptyField, type Field, type Plane } from '../optics/plane.ts'
// Patterns.
export { type FamilyOptions, PATTERN_FAMILIES, patternsOf } from '../patterns/family.ts'
export { frames } from '../patterns/frames.ts'
export { type MatrixOptions, matrixPatterns } from '../patterns/matrix.ts'
export type { Patterns } from '../patterns/patterns.ts'
// Scenes.
export * from '../scenes/index.ts'
// Patterns that are chosen while measuring.
export { type Belief, copied, observe, trace } from '../sensing/belief.ts'
export { byGradient, type GradientPlanOptions } from '../sensing/gradient-planner.ts'
export { type Hypotheses, hypotheses } from '../sensing/hypotheses.ts'
export { type Estimate, mostProbable, type Readings } from '../sensing/most-probable.ts'
export { pixelated } from '../sensing/pixelated.ts'
export { best, type Choice, expectedGain, greedy, inOrder, type Planner } from '../sensing/planner.ts'
export { type PosteriorTrace, posteriorTrace } from '../sensing/posterior-trace.ts'
export { measuredPrior, type SmoothPrior, smoothPrior } from '../sensing/prior.ts'
export { directSensor, type SensorModel, type SensorOptions, tangent, tangentSensor } from '../sensing/sensor.ts'
export { type SensingEnd, type StopRule, stopRule } from '../sensing/stop.ts'
// From readings to an image.
export { differentialGhost } from './differential-ghost.ts'
export { type TotalVariationOptions, totalVariation } from './fista.ts'
export {
  joinedMeasurements,
  type MeasurePatternsOptions,
  measurePatterns,
  type PatternDevice,
} from './measure-patterns.ts'
export type { Measurement, Reconstruction, ReconstructionStep, Stopped } from './measurement.ts'
export { directModel, type ImageModel, waveModel } from './model.ts'
export { type Example, type Implicit, type ImplicitOptions, trainImplicit } from './network/implicit.ts'
export { type UntrainedOptions, untrainedNetwork } from './network/untrained.ts'
export type { MethodOptions } from './options.ts'
export { type PseudoInverseOptions, pseudoInverse } from './pseudo-inverse.ts'
export { type RegisteredOptions, type Registration, registered } from './registered.ts'
export { type Score, score } from './score.ts'
export { type WaveTotalVariationOptions, waveTotalVariation } from './wave-total-variation.ts'

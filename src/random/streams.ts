/**
 * Every stream of random numbers in the project, one number each: the second key word of the generator.
 *
 * Numbers below 16 are shared with firmware (`docs/reference/codes.md`). A new use takes a new number here; two uses
 * never share one, and inside a stream the counter tells the draws apart.
 */
export const STREAM = {
  randomCode: 1,
  sequentialOrder: 2,
  walshRows: 3,
  sinusoidFrequency: 4,
  sinusoidPhase: 5,
  initialValues: 16,
  sampleOrder: 17,
  dataSplit: 18,
  syntheticData: 19,
  costNoise: 20,
  baselineNoise: 21,
  updateNoise: 22,
  commonUpdateNoise: 23,
  activationDefects: 24,
  weightGain: 25,
  weightOffset: 26,
  deadElements: 27,
  readNoise: 28,
  drift: 29,
  linkFaults: 30,
  weightInit: 31,
  codeSeeds: 32,
  testInputs: 33,
  bondScatter: 34,
  loadAngle: 35,
  cameraNoise: 36,
  markerDropout: 37,
  frequencyScatter: 38,
  mirrorAmplitude: 39,
  mirrorPhase: 40,
  mirrorJitter: 41,
  actionNoise: 42,
  echoNoise: 43,
  inputNoise: 44,
  /** Times 65536 plus the number of the core: one stream per core. */
  coreTick: 45,
  coreInput: 46,
  coreSynapses: 47,
  thresholdMismatch: 48,
  synapseGain: 49,
  spikeJitter: 50,
  coreMembers: 51,
  coreWeights: 52,
  coreLeaks: 53,
  coreStuck: 54,
  coreLoss: 55,
  coreThresholds: 56,
  coreSigns: 57,
  lessonSpikes: 58,
} as const

export type Stream = (typeof STREAM)[keyof typeof STREAM]

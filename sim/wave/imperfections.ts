/** Everything that may be wrong with a simulated wave field. */
export interface WaveImperfections {
  /** Rate at which the energy of the evaluation field is lost, per unit of time: friction, or decay of a cavity. */
  readonly loss: number
  /** The same for the learning field, while waves run; masses lose it by their momentum. */
  readonly learningLoss: number
  /** Standard deviation of the static scatter of frequencies: of the stiffness at the sites, or of detunings. */
  readonly disorder: number
  /** Phase conjugation: standard deviations per mode of the relative amplitude and of the phase (rad), the same in every echo. */
  readonly mirrorAmplitude: number
  readonly mirrorPhase: number
  /** Standard deviation of the relative amplitude per mode, new in every echo. */
  readonly mirrorJitter: number
  /** Standard deviation of the moment at which the mirror acts, in units of time, new in every echo. */
  readonly timingJitter: number
  /** An injection x becomes x / sqrt(1 + x^2 / limit^2); Infinity for none. */
  readonly injectionLimit: number
  /** Steps in which injections come; 0 leaves it to the converters. */
  readonly injectionStep: number
  /** The shift x of a parameter in a decay becomes x / sqrt(1 + x^2 / limit^2); Infinity for none. */
  readonly shiftLimit: number
  /** Standard deviations of a reading (outputs, and what returns) and of a local reading. */
  readonly readNoise: number
  readonly localNoise: number
}

export const NO_IMPERFECTIONS: WaveImperfections = {
  loss: 0,
  learningLoss: 0,
  disorder: 0,
  mirrorAmplitude: 0,
  mirrorPhase: 0,
  mirrorJitter: 0,
  timingJitter: 0,
  injectionLimit: Number.POSITIVE_INFINITY,
  injectionStep: 0,
  shiftLimit: Number.POSITIVE_INFINITY,
  readNoise: 0,
  localNoise: 0,
}

/** What a lock-in amplifier gives to the experiment around it. */
export interface Drives {
  /** Rms amplitude of its sine output, in V; 0 while it is off. */
  readonly oscillator: number
  /** Reference frequency, in Hz. */
  readonly frequency: number
  /** Its auxiliary outputs, in V. */
  readonly aux: readonly number[]
}

/** What the experiment gives back at the reference frequency. */
export interface Signal {
  /** Rms amplitude at the input in V, in phase with the reference, under these drives; constant between jumps. */
  volts(drives: Drives, seconds: number): number
  /** Asks to be told right before the amplitude jumps for a reason of its own. */
  beforeJump?(call: () => void): void
}

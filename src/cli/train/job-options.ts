/** Whether a twin is calibrated: not at all, as it was kept for this machine and code, or now. */
export type Calibrating = 'none' | 'kept' | 'fresh'

/** What is asked of a training, beside the task and the machine. */
export interface JobOptions {
  /** A rule by name, where not the usual one of the machine. */
  readonly rule: string | undefined
  readonly calibrate: Calibrating
  /** Folder in which calibrations are kept. */
  readonly calibrations: string
  readonly seed: number
  readonly reads: number | undefined
}

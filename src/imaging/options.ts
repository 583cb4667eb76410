import type { ReconstructionStep } from './measurement.ts'

/** What every iterative method takes. */
export interface MethodOptions {
  /** Most iterations. */
  readonly iterations?: number
  readonly signal?: AbortSignal
  /** Told of every iteration. */
  readonly onStep?: (step: ReconstructionStep) => void
}

/** Iterations between two looks at the signal. */
const EVERY = 16

/** Lets others run now and then, and throws the signal's reason once it is aborted. */
export async function breathe(iteration: number, signal: AbortSignal | undefined): Promise<void> {
  if (iteration % EVERY !== 0) return
  // A timer would wait; a message is handled as soon as what is due has run.
  await new Promise<void>((resume) => setImmediate(resume))
  signal?.throwIfAborted()
}

import { performance } from 'node:perf_hooks'
import type { RunClock } from '../run/index.ts'

/** The clocks of this computer. */
export const systemClock: RunClock = {
  monotonic: () => performance.now() / 1000,
  wall: () => new Date(),
}

import type { Clock } from '../../src/wire/channel.ts'

/** The machine's monotonic clock. */
export const monotonic: Clock = {
  now: () => performance.now(),
  after(ms, call, background) {
    const timer = setTimeout(call, ms)
    if (background !== undefined) timer.unref()
    return () => clearTimeout(timer)
  },
}

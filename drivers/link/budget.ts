import type { Clock } from '../../src/wire/channel.ts'

/** Resolves when work has ended in any way, or its time is up: teardown must not wait for a device that is gone. */
export function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve)
    const end = () => {
      cancel()
      resolve()
    }
    work.then(end, end)
  })
}

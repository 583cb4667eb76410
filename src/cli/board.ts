import type { BoardOptions } from '../../sim/bench/index.ts'
import { startBoard } from '../../sim/bench/index.ts'
import { systemClock } from './clock.ts'
import type { Console } from './console.ts'

/** Keeps a board running until a signal comes; its port is printed first. */
export async function runBoard(options: BoardOptions, console: Console): Promise<undefined> {
  const began = systemClock.monotonic()
  await using board = await startBoard(options)
  console.say(`board on ${board.path} (process ${board.pid}); Ctrl-C ends it`)
  console.say(`  insitu train --device serial:${board.path}`)
  console.result({ path: board.path, pid: board.pid })
  await signalled()
  const counters = Object.entries(await board.counters()).map(
    ([name, count]) => `${name} ${count.toLocaleString('en')}`,
  )
  console.say(`\nended after ${(systemClock.monotonic() - began).toFixed(0)} s: ${counters.join(', ')}`)
  return undefined
}

/** Resolves at the first signal that asks to end; keeps the process alive until then. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    // A signal handler alone does not keep a process alive.
    const alive = setInterval(() => {}, 1 << 30)
    const end = () => {
      clearInterval(alive)
      resolve()
    }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, end)
  })
}

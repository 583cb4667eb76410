import { lstatSync, unlinkSync } from 'node:fs'
import type { BoardOptions } from '../../sim/bench/index.ts'
import { startBoard } from '../../sim/bench/index.ts'
import { InsituError } from '../errors.ts'
import { systemClock } from './clock.ts'
import type { Console } from './console.ts'

/** Keeps a board running until a signal comes; its port is printed first. */
export async function runBoard(options: BoardOptions, console: Console): Promise<undefined> {
  const began = systemClock.monotonic()
  await using board = await startBoard(options)
  console.say(`board on ${board.path} (process ${board.pid}); Ctrl-C ends it`)
  console.say(`  insitu train --device serial:${board.path}`)
  console.result({ path: board.path, pid: board.pid })
  if ((await signalOr(board.ended)) === 'ended') {
    // Its own link is cleared away by the board; one that was killed could not.
    if (options.link !== undefined && lstatSync(options.link, { throwIfNoEntry: false })?.isSymbolicLink())
      unlinkSync(options.link)
    throw new InsituError('LINK_LOST', `board ${board.path}: its process ${board.pid} has ended`, {
      port: board.path,
      hint: 'start it again; a program that was using it has lost its machine',
    })
  }
  const counters = Object.entries(await board.counters()).map(
    ([name, count]) => `${name} ${count.toLocaleString('en')}`,
  )
  console.say(`\nended after ${(systemClock.monotonic() - began).toFixed(0)} s: ${counters.join(', ')}`)
  return undefined
}

/** Resolves at the first signal that asks to end, or when the board has ended; keeps the process alive until then. */
function signalOr(ended: Promise<void>): Promise<'signal' | 'ended'> {
  return new Promise((resolve) => {
    // A signal handler alone does not keep a process alive.
    const alive = setInterval(() => {}, 1 << 30)
    const finish = (why: 'signal' | 'ended') => {
      clearInterval(alive)
      resolve(why)
    }
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => finish('signal'))
    ended.then(() => finish('ended'))
  })
}

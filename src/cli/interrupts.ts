import { EXIT } from './failure.ts'

/** The signals that ask a program to end; the last one says that nobody reads its output any more. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const

/** A terminal sends Ctrl-C to a whole group and npm passes it on once more: signals this close, in ms, are one. */
const ONE_PRESS = 150

/** What a run looks at to know that it should end. */
export interface Interrupts extends Disposable {
  /** The first signal came: end after this step. */
  readonly stopping: boolean
  /** Fires at the second signal: leave what is under way. */
  readonly signal: AbortSignal
}

export interface InterruptActions {
  /** Told of each signal but the last: "stop" or "abort". */
  heard(signal: string, action: 'stop' | 'abort'): void
  /** The third signal: whatever can be done without waiting, before the process exits. */
  halt(): void
}

/** Watches for signals: the first stops after this step, the second aborts now, the third halts. */
export function watchInterrupts(actions: InterruptActions): Interrupts {
  const abort = new AbortController()
  let count = 0
  let last = Number.NEGATIVE_INFINITY
  const onSignal = (name: string) => {
    const now = performance.now()
    if (now - last < ONE_PRESS) return
    last = now
    count++
    if (count >= 3) {
      actions.halt()
      process.exit(EXIT.interrupted)
    }
    actions.heard(name, count === 1 ? 'stop' : 'abort')
    if (count === 2) abort.abort(new Interrupted())
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return {
    get stopping() {
      return count > 0
    },
    signal: abort.signal,
    [Symbol.dispose]() {
      // Once interrupted, the process is on its way out: one more press must not end it in the middle of that.
      if (count > 0) return
      for (const name of SIGNALS) process.off(name, onSignal)
    },
  }
}

/** The reason an aborted call rejects with when the user asked for it. */
export class Interrupted extends Error {
  constructor() {
    super('aborted by the user')
    this.name = 'Interrupted'
  }
}

/**
 * Where a reader has seen enough, as in `insitu train | head -n 1`, a run ends in order, its machine at its safe values;
 * commands that end by themselves go on without words.
 */
export function endWithReader(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.emit('SIGPIPE')
      else if (error.code !== 'ERR_STREAM_DESTROYED') throw error
    })
  }
}

import type { Clock } from '../../src/wire/channel.ts'

interface Timer {
  readonly due: number
  readonly order: number
  readonly background: boolean
  readonly call: () => void
}

/**
 * A clock that jumps from one timer to the next as soon as nobody has anything left to do.
 *
 * One timer rings in each turn of the event loop, so that promises settle between them; everything that is to wait for one
 * another has to wait on this clock, lines included (`clockedLine`). Timers in the background do not make it run.
 */
export class VirtualClock implements Clock {
  #now = 0
  #made = 0
  #timers: Timer[] = []
  #turning = false

  now(): number {
    return this.#now
  }

  after(ms: number, call: () => void, background?: 'background'): () => void {
    const timer: Timer = {
      due: this.#now + Math.max(0, ms),
      order: this.#made++,
      background: background !== undefined,
      call,
    }
    this.#insert(timer)
    this.#turn()
    return () => {
      const at = this.#timers.indexOf(timer)
      if (at >= 0) this.#timers.splice(at, 1)
    }
  }

  /** Lets so much time pass, with what falls due in it. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve))
  }

  #insert(timer: Timer): void {
    let at = this.#timers.length
    while (at > 0 && later(this.#timers[at - 1], timer)) at--
    this.#timers.splice(at, 0, timer)
  }

  #turn(): void {
    if (this.#turning || this.#timers.every(({ background }) => background)) return
    this.#turning = true
    setImmediate(() => {
      this.#turning = false
      if (this.#timers.every(({ background }) => background)) return
      const timer = this.#timers.shift() as Timer
      this.#now = Math.max(this.#now, timer.due)
      timer.call()
      this.#turn()
    })
  }
}

function later(a: Timer, b: Timer): boolean {
  return a.due > b.due || (a.due === b.due && a.order > b.order)
}

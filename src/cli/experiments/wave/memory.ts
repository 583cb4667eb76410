import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Rounds after which nothing more was found to go: memory of WebAssembly is let go some turns after its collection. */
const ROUNDS = 3

/**
 * The most bytes that a gradient holds, on the heap and in arrays, beside what was there before; what is out of reach is
 * collected first. Looked at when it has its readings and is about to ask for the slopes, where backpropagation has its whole
 * trajectory, and at its end, with all that it returns.
 */
export async function bytesHeld<T>(gradient: (look: () => void) => T | Promise<T>): Promise<number> {
  const collect = collector()
  for (let n = 0; n < ROUNDS; n++) {
    collect()
    await setImmediate()
  }
  const before = inUse()
  let most = before
  const look = () => {
    collect()
    most = Math.max(most, inUse())
  }
  const found = await gradient(look)
  look()
  // Held until here.
  return found === undefined ? 0 : most - before
}

function inUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The engine's collector: the engine takes this flag at any time, and contexts made after it have the function. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return () => {
    collect()
    // Arrays are let go by another thread, which the next collection waits for.
    collect()
  }
}

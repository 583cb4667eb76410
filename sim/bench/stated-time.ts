import type { Backend, CallOptions, Receipt } from '../../src/contract/backend.ts'
import type { Facets } from '../../src/contract/facets.ts'

/**
 * A simulator whose exchanges take as long as its data sheet states: slots x `slotSeconds`, the time of computing them included.
 *
 * That holds of blocks measured, with readings between layers or without; other calls take what they take.
 */
export function inStatedTime<B extends Backend & Partial<Facets>>(backend: B): B {
  const timed = async (slots: number, opts: CallOptions | undefined, call: () => Promise<Receipt>) => {
    const until = performance.now() + 1000 * slots * backend.sheet.slotSeconds
    const receipt = await call()
    await waitUntil(until, opts?.signal)
    return receipt
  }
  const { taps } = backend
  return {
    ...backend,
    measure: (block, into, opts) => timed(block.slots, opts, () => backend.measure(block, into, opts)),
    ...(taps && {
      taps: {
        layers: taps.layers,
        read: (block, into, inner, opts) => timed(block.slots, opts, () => taps.read(block, into, inner, opts)),
      },
    }),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  } satisfies Backend & Partial<Facets> as B
}

/** Rejects with the signal's reason when that fires first. */
function waitUntil(end: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', stop)
        resolve()
      },
      Math.max(0, end - performance.now()),
    )
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })
}

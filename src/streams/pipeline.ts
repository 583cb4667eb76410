/** Which of two machines in a row. */
export type End = 'a' | 'b'

/** What went wrong first, and at which end; what the other end then said was a consequence. */
export interface Failure {
  readonly end: End
  readonly error: unknown
}

/** What each end does with piece n. */
export type Work = { readonly [E in End]: (n: number, signal: AbortSignal | undefined) => Promise<void> }

/**
 * Lets a machine work on piece n + 1 while the next one works on piece n: every end takes the pieces one at a time and in order.
 *
 * `depth` pieces that `a` is done with may wait while `b` works on another; then `a` waits. A failure of one end aborts the other and is
 * returned; the reason of `signal` is thrown. Nothing is under way when the promise settles.
 */
export async function pipeline(
  pieces: number,
  depth: number,
  work: Work,
  signal: AbortSignal | undefined,
): Promise<Failure | undefined> {
  if (pieces === 1) return inTurn(work, signal)
  const abort = new AbortController()
  const stop = () => abort.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  let failure: Failure | undefined
  const run = async (end: End, n: number) => {
    abort.signal.throwIfAborted()
    try {
      await work[end](n, abort.signal)
    } catch (error) {
      if (!abort.signal.aborted) {
        failure = { end, error }
        abort.abort(error)
      }
      throw error
    }
  }
  const ended: Promise<void>[] = []
  let last = Promise.resolve()
  try {
    signal?.throwIfAborted()
    for (let n = 0; n < pieces; n++) {
      if (n > depth) await ended[n - 1 - depth]
      await run('a', n)
      last = last.then(() => run('b', n))
      // Its failure is seen at the end; until then nobody looks.
      last.catch(() => {})
      ended.push(last)
    }
    await last
  } catch (error) {
    await last.catch(() => {})
    if (failure === undefined) throw error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
  return failure
}

/** A single piece: there is nothing to overlap, and nobody to abort but the caller. */
async function inTurn(work: Work, signal: AbortSignal | undefined): Promise<Failure | undefined> {
  for (const end of ['a', 'b'] as const) {
    signal?.throwIfAborted()
    try {
      await work[end](0, signal)
    } catch (error) {
      if (signal?.aborted) throw error
      return { end, error }
    }
  }
  return undefined
}

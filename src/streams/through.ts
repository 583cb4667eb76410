import { Observable, type OperatorFunction, takeWhile } from 'rxjs'
import type { Receipt } from '../contract/backend.ts'
import type { Block } from '../contract/block.ts'
import type { CheckedDevice } from '../contract/device.ts'
import { InsituError } from '../errors.ts'

/** What came of one block: readings, or the fault that took their place. Faults are values: the stream goes on. */
export type Passed =
  | { readonly kind: 'readings'; readonly block: Block; readonly readings: Float64Array; readonly receipt: Receipt }
  | { readonly kind: 'fault'; readonly block: Block; readonly error: InsituError }

export interface ThroughOptions {
  /** Blocks that may wait while one is in flight (default 8); one more ends the stream with `OVERRUN`. */
  readonly depth?: number
}

/**
 * Carries signal blocks through a machine: one in flight, order kept, a bounded queue instead of an endless one.
 *
 * Unsubscribing aborts the block in flight. An `InsituError` of the machine is passed on as a fault; any other error
 * is a mistake in the program and ends the stream.
 */
export function through(device: CheckedDevice, options: ThroughOptions = {}): OperatorFunction<Block, Passed> {
  const depth = options.depth ?? 8
  return (source) =>
    new Observable<Passed>((subscriber) => {
      const waiting: Block[] = []
      const abort = new AbortController()
      let busy = false
      let ended = false
      const pump = async () => {
        busy = true
        for (let block = waiting.shift(); block !== undefined && !subscriber.closed; block = waiting.shift()) {
          const passed = await pass(device, block, abort.signal)
          if (subscriber.closed) return
          subscriber.next(passed)
        }
        busy = false
        if (ended) subscriber.complete()
      }
      // A source that never pauses has to be stopped from inside: it hears of no unsubscription.
      const input = source.pipe(takeWhile(() => !subscriber.closed)).subscribe({
        next: (block) => {
          if (waiting.length >= depth && busy) {
            subscriber.error(
              new InsituError(
                'OVERRUN',
                `${device.name}: ${waiting.length} blocks wait and another came; the depth limit is ${depth}`,
                {
                  device: device.sheet.machine,
                  hint: 'slow the source down, send longer blocks, or raise depth',
                },
              ),
            )
            return
          }
          waiting.push(block)
          if (!busy) pump().catch((error: unknown) => subscriber.error(error))
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          ended = true
          if (!busy) subscriber.complete()
        },
      })
      return () => {
        input.unsubscribe()
        abort.abort(new InsituError('DISPOSED', `${device.name}: the stream was unsubscribed`))
      }
    })
}

async function pass(device: CheckedDevice, block: Block, signal: AbortSignal): Promise<Passed> {
  const readings = new Float64Array(block.slots * device.sheet.sense.width)
  try {
    const receipt = await device.measure(block, readings, { signal })
    return { kind: 'readings', block, readings, receipt }
  } catch (error) {
    if (error instanceof InsituError) return { kind: 'fault', block, error }
    throw error
  }
}

import { Observable } from 'rxjs'

/**
 * Turns the pull of a training loop into a push of its reports, for plots, logs and guards.
 *
 * The loop runs once, for the one subscriber; unsubscribing ends it after the step under way. Share it with RxJS'
 * `share()` for several readers.
 */
export function reports<T>(loop: AsyncGenerator<T, void>): Observable<T> {
  return new Observable<T>((subscriber) => {
    let open = true
    const pump = async () => {
      for await (const report of loop) {
        if (!open) break
        subscriber.next(report)
      }
    }
    pump().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    )
    return () => {
      open = false
    }
  })
}

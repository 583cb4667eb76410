import { InsituError } from '../errors.ts'

/** Learning rate at update number n, from 0. */
export type Schedule = (n: number) => number

export function constant(rate: number): Schedule {
  positive('rate', rate)
  return () => rate
}

/** rate / (1 + decay n). */
export function inverse(rate: number, decay: number): Schedule {
  positive('rate', rate)
  positive('decay', decay)
  return (n) => rate / (1 + decay * n)
}

/** Half a cosine from `rate` at 0 to `last` at `updates`, then `last`. */
export function cosine(rate: number, updates: number, last = 0): Schedule {
  positive('rate', rate)
  positive('updates', updates)
  return (n) => (n >= updates ? last : last + ((rate - last) * (1 + Math.cos((Math.PI * n) / updates))) / 2)
}

/** rate * factor^floor(n / every). */
export function stepwise(rate: number, factor: number, every: number): Schedule {
  positive('rate', rate)
  positive('factor', factor)
  positive('every', every)
  return (n) => rate * factor ** Math.floor(n / every)
}

/** Another schedule, its first `updates` rates scaled up in a line: update n by (n + 1) / (updates + 1). */
export function warmed(schedule: Schedule, updates: number): Schedule {
  if (!(updates >= 0)) throw new InsituError('CONFIG', `schedule: updates to warm up must be from 0, got ${updates}`)
  return (n) => schedule(n) * Math.min(1, (n + 1) / (updates + 1))
}

/** 0 in the first half of the updates, then rising in a line to `last`: a pull that waits until it is known what to pull. */
export function late(last: number, updates: number): Schedule {
  positive('updates', updates)
  return (n) => last * Math.max(0, (2 * n) / updates - 1)
}

/** A number is a constant schedule. */
export function scheduled(rate: number | Schedule): Schedule {
  return typeof rate === 'function' ? rate : constant(rate)
}

function positive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return
  throw new InsituError('CONFIG', `schedule: ${name} must be a positive number, got ${value}`)
}

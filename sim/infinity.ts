/** JSON has no word for infinity: options that travel to a board write this one. */
const INFINITE = 'Infinity'

/** A copy whose infinities, at any depth, are written as text. */
export function withoutInfinity<T>(value: T): T {
  return rewritten(value, Number.POSITIVE_INFINITY, INFINITE)
}

/** The value behind what `withoutInfinity` has written. */
export function withInfinity<T>(value: T): T {
  return rewritten(value, INFINITE, Number.POSITIVE_INFINITY)
}

/** A copy in which one value stands for another, at any depth. */
function rewritten<T>(value: T, from: unknown, to: unknown): T {
  if (value === from) return to as T
  if (Array.isArray(value)) return value.map((each) => rewritten(each, from, to)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rewritten(each, from, to)])) as T
}

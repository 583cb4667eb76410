import { type Converter, convert } from '../converter.ts'

/** What the injector makes of wanted kicks: they saturate, and come in the steps of its port. */
export function injected(kicks: Float64Array, limit: number, port: Converter): Float64Array {
  return kicks.map((kick) => convert(saturated(kick, limit), port))
}

/** x / sqrt(1 + x^2 / limit^2): x where it is small, never beyond the limit. */
export function saturated(x: number, limit: number): number {
  return limit === Number.POSITIVE_INFINITY ? x : x / Math.sqrt(1 + (x / limit) ** 2)
}

/** Static disorder of a field: `size` times one standard normal number per place. */
export interface Scatter {
  readonly size: number
  readonly normal: (place: number) => number
}

export const NO_SCATTER: Scatter = { size: 0, normal: () => 0 }

/** The disorder of `count` places. */
export function scattered({ size, normal }: Scatter, count: number): Float64Array {
  const values = new Float64Array(count)
  if (size > 0) for (let i = 0; i < count; i++) values[i] = size * normal(i)
  return values
}

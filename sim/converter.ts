/** A range and the step within it, 0 if continuous. */
export interface Converter {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** A converter's output for a wanted value: the nearest step, half up, within the range. */
export function convert(value: number, { min, max, step }: Converter): number {
  return step === 0 ? value : Math.min(Math.max(Math.floor(value / step + 0.5) * step, min), max)
}

/** One line of a table: how fast something is, in `unit`. */
export interface Row {
  readonly name: string
  readonly rate: number
  readonly unit: string
}

/** A quotient that must not fall below (or, with `most`, rise above) its bar. */
export interface Ratio {
  readonly name: string
  readonly value: number
  readonly least?: number
  readonly most?: number
}

export interface Result {
  readonly part: string
  readonly rows: readonly Row[]
  readonly ratios: readonly Ratio[]
  /** What was left out, each with its reason. */
  readonly skipped: readonly string[]
}

export interface BenchOptions {
  /** A few seconds instead of a minute; ratios scatter more. */
  readonly short: boolean
}

export interface Part {
  readonly name: string
  readonly about: string
  run(options: BenchOptions): Promise<readonly Result[]>
}

/** Whether a ratio keeps its bar; those without one always do. */
export function kept(ratio: Ratio): boolean {
  return (
    ratio.value >= (ratio.least ?? Number.NEGATIVE_INFINITY) && ratio.value <= (ratio.most ?? Number.POSITIVE_INFINITY)
  )
}

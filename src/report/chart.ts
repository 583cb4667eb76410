export interface Point {
  readonly x: number
  readonly y: number
  /** Where repetitions of the same lie, from lowest to highest. */
  readonly low?: number
  readonly high?: number
}

/** One line of a chart. */
export interface Curve {
  readonly name: string
  /** Number of the colour in the style sheet, from 1; 0 is a thin line among many, without a name. */
  readonly color: number
  readonly points: readonly Point[]
  /** Marks every point: they are settings that were tried, and the line only joins them. */
  readonly dots?: boolean
  /** However many points: no running mean over them, they are no noise. */
  readonly plain?: boolean
  /** How `low` and `high` are drawn: as an area along the curve (if nothing is said), or as a bar at every point. */
  readonly spread?: 'area' | 'bars'
}

export interface Band {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** A line y ~ x^slope through a point. */
export interface Guide {
  /** 'slope 2' */
  readonly name: string
  readonly slope: number
  readonly through: { readonly x: number; readonly y: number }
}

export interface Chart {
  readonly title: string
  /** What is on the horizontal axis; default "reads". */
  readonly x?: string
  /** What is on the vertical axis, with its unit. */
  readonly y: string
  readonly curves: readonly Curve[]
  readonly scale?: 'linear' | 'log' | 'share'
  /** Default 'linear'. On a logarithmic axis, points at or below 0 are left out. */
  readonly xScale?: 'linear' | 'log'
  /** Stretches of the horizontal axis that stand out: the window in which something works. */
  readonly bands?: readonly Band[]
  /** Power laws to compare with, for two logarithmic axes. */
  readonly guides?: readonly Guide[]
  /** A level to compare with. */
  readonly level?: { readonly name: string; readonly y: number }
  /** One sentence under the chart. */
  readonly note?: string
}

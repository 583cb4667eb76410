import type { Score } from '../../../imaging/score.ts'
import type { Loudness } from './image-case.ts'
import type { ImageMethod, Made } from './image-methods.ts'

/** A choice of sampling ratio and noise, and what came of it. */
export interface Case {
  readonly name: string
  readonly ratio: number
  readonly patterns: number
  readonly loudness?: Loudness
  readonly images: Readonly<Partial<Record<ImageMethod, readonly Scored[]>>>
}

export interface Scored extends Made {
  /** Absent where there is no truth. */
  readonly score?: Score
}

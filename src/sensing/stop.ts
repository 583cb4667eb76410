import { InsituError } from '../errors.ts'

export interface StopRule {
  /** Ends where the next reading is expected to take away less than this part of the variance that is left; default 0: never. */
  readonly leastGain?: number
  /** Ends where this part of the variance before the first reading is left; default 0: never. */
  readonly leastLeft?: number
  /** Readings at most. */
  readonly most: number
}

/** Why no further pattern is shown. */
export type SensingEnd = 'gain' | 'variance' | 'patterns'

/** Decides whether one more reading is worth it; nothing if it is. Throws `CONFIG` for parts outside 0 to 1. */
export function stopRule({ leastGain = 0, leastLeft = 0, most }: StopRule) {
  for (const [name, value] of Object.entries({ leastGain, leastLeft }))
    if (!(value >= 0 && value < 1))
      throw new InsituError('CONFIG', `stop rule: ${name} must be from 0 to below 1, got ${value}`)
  return (now: {
    readonly shown: number
    /** Variance before the first reading, and what is left of it. */
    readonly before: number
    readonly left: number
    /** Expected of the next reading; left out where no pattern has been chosen yet. */
    readonly gain?: number
  }): SensingEnd | undefined => {
    if (now.shown >= most) return 'patterns'
    if (now.left <= leastLeft * now.before) return 'variance'
    return now.gain !== undefined && now.gain < leastGain * now.left ? 'gain' : undefined
  }
}

import { InsituError } from '../errors.ts'
import type { Surrogate } from './layers.ts'

/** Curves of neurons whose slope can be told from what they put out; `linear` has none. */
export type Curve = 'sigmoid' | 'tanh' | 'relu' | 'linear'

/** Ends of the range of outputs. */
const RANGES: { readonly [C in Curve]: readonly [number, number] } = {
  sigmoid: [0, 1],
  tanh: [-1, 1],
  relu: [0, Number.POSITIVE_INFINITY],
  linear: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
}

/** A neuron that is nearer than this to an end of its range counts as being there, in the unit of its output. */
const MARGIN = 0.02

/**
 * The slope that stands for that of a neuron, from its measured output y in units of the curve.
 *
 * `linear` is 1 everywhere (LinBP, Li et al. 2021). `box` is 1 inside the range of outputs and 0 within 0.02 of an end of it or
 * beyond. `nominal` is the slope of the curve where it puts out y, 0 at the ends and beyond. Throws `CONFIG` for a name there is not.
 */
export function slopeOf(curve: Curve, surrogate: Surrogate): (y: number) => number {
  if (!Object.hasOwn(RANGES, curve))
    throw new InsituError('CONFIG', `activation must be ${Object.keys(RANGES).join(', ')}, got ${String(curve)}`)
  if (surrogate === 'linear') return () => 1
  if (surrogate === 'nominal') return NOMINAL[curve]
  if (surrogate !== 'box')
    throw new InsituError(
      'CONFIG',
      `surrogate must be linear, box or nominal, got ${String(surrogate satisfies never)}`,
    )
  const low = RANGES[curve][0] + MARGIN
  const high = RANGES[curve][1] - MARGIN
  return (y) => (y > low && y < high ? 1 : 0)
}

/** Noise and gain carry readings beyond the range: a slope that then turned negative would push the wrong way. */
const NOMINAL: { readonly [C in Curve]: (y: number) => number } = {
  sigmoid: (y) => Math.max(0, y * (1 - y)),
  tanh: (y) => Math.max(0, 1 - y * y),
  relu: (y) => (y > 0 ? 1 : 0),
  linear: () => 1,
}

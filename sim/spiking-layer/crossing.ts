import { exp } from '../../src/kernels/exp.ts'
import { type Membrane, peakTime, potential } from '../../src/kernels/membrane.ts'

/** When a potential that begins at `v` under the current `i` first reaches the threshold; Infinity if not by `horizon`. */
export type Crossing = (v: number, i: number, threshold: number, horizon: number) => number

/** The way to find crossings that suits the time constants. */
export function crossingOf(membrane: Membrane): Crossing {
  return membrane.tauM === 2 * membrane.tauS ? closedForm(membrane) : newton(membrane)
}

/** Whether the potential rises at first under a current that can lift it to a threshold above 0. */
const rises = ({ tauM }: Membrane, v: number, i: number) => i > 0 && i * tauM > v

/** Steps after which a step that still moves is rounding: they double the digits, or halve the miss where V only grazes. */
const STEPS = 100

/**
 * Newton's method from the left, for any time constants.
 *
 * The potential between two input spikes has one maximum at most: if it is below the threshold there, or at the horizon
 * before it, nothing crosses; a rise and fall between two inputs is not missed. Up to the maximum V is concave
 * (V'' = -I / tauS - V' / tauM), so every tangent meets the threshold before V does and no step goes too far.
 */
export function newton(membrane: Membrane): Crossing {
  const { tauM, tauS } = membrane
  return (v, i, threshold, horizon) => {
    if (v >= threshold) return 0
    if (!rises(membrane, v, i)) return Number.POSITIVE_INFINITY
    const highest = Math.min(peakTime(membrane, v, i), horizon)
    if (potential(membrane, v, i, highest) < threshold) return Number.POSITIVE_INFINITY
    let t = 0
    for (let n = 0; n < STEPS; n++) {
      const now = potential(membrane, v, i, t)
      const slope = i * exp(-t / tauS) - now / tauM
      const next = Math.min(t + (threshold - now) / slope, highest)
      // At the top of a graze the slope is nothing, and so may the step be.
      if (!(next > t)) break
      t = next
    }
    return t
  }
}

/** tauM = 2 tauS: with y = e^(-t / tauM) the potential is (v + i tauM) y - i tauM y^2, and the larger root comes first. */
export function closedForm(membrane: Membrane): Crossing {
  const { tauM } = membrane
  return (v, i, threshold, horizon) => {
    if (v >= threshold) return 0
    if (!rises(membrane, v, i)) return Number.POSITIVE_INFINITY
    const a = i * tauM
    const b = v + a
    const under = b * b - 4 * a * threshold
    if (under < 0) return Number.POSITIVE_INFINITY
    const t = -tauM * Math.log((b + Math.sqrt(under)) / (2 * a))
    return t <= horizon ? t : Number.POSITIVE_INFINITY
  }
}

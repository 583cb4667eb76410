import type { NirNeurons } from '../../src/exchange/nir/index.ts'
import type { Membrane } from './exact-membrane.ts'
import { risingRoot } from './root.ts'

/** A membrane whose synaptic current goes on from tick to tick. */
export interface CurrentMembrane extends Membrane {
  /** Moves the current of the neuron that was turned to. */
  pass(time: number): void
}

/**
 * CubaLIF and CubaLI: tauSyn I' = -I + wIn S, tauMem v' = vLeak - v + r I.
 *
 * With S constant, I = end + (I0 - end) e^(-t / tauSyn), and v is its rest plus two exponentials, or plus t e^(-t / tau)
 * where both time constants are equal. Its slope changes sign once at most, which brackets the first crossing.
 */
export function currentBased(neurons: NirNeurons, tauMems: Float64Array, tauSyns: Float64Array): CurrentMembrane {
  const { r, vLeak, wIn } = neurons
  const currents = new Float64Array(r.length)
  let neuron = 0
  let tauMem = 1
  let tauSyn = 1
  /** Where v ends with this input, and how far r I still is from its own end. */
  let rest = 0
  let excess = 0
  let end = 0
  /** Difference of the two rates, 1/s. */
  let gap = 0

  /** Response of the membrane to a unit of excess: (e^(-t/tauSyn) - e^(-t/tauMem)) / (gap tauMem). */
  const response = (time: number) => {
    const x = gap * time
    if (Math.abs(x) > 1) return (Math.exp(-time / tauSyn) - Math.exp(-time / tauMem)) / (gap * tauMem)
    return Math.exp(-time / tauMem) * (time / tauMem) * (x === 0 ? 1 : Math.expm1(x) / x)
  }
  const after = (v: number, time: number) => rest + (v - rest) * Math.exp(-time / tauMem) + excess * response(time)
  const slope = (v: number, time: number) => (rest - after(v, time) + excess * Math.exp(-time / tauSyn)) / tauMem

  /** When the membrane turns round; `Infinity` where it never does. */
  const turning = (v: number) => {
    const ratio = ((rest - v + excess) / excess) * (tauSyn / tauMem)
    const x = ratio * gap * tauMem
    if (!(x > -1)) return Number.POSITIVE_INFINITY
    const time = gap === 0 ? ratio * tauMem : Math.log1p(x) / gap
    return time >= 0 ? time : Number.POSITIVE_INFINITY
  }

  return {
    turn(which, input) {
      neuron = which
      tauMem = tauMems[neuron]
      tauSyn = tauSyns[neuron]
      end = wIn[neuron] * input
      rest = vLeak[neuron] + r[neuron] * end
      excess = r[neuron] * (currents[neuron] - end)
      gap = 1 / tauMem - 1 / tauSyn
    },
    pass(time) {
      currents[neuron] = end + (currents[neuron] - end) * Math.exp(-time / tauSyn)
      excess = r[neuron] * (currents[neuron] - end)
    },
    after,
    crossing(v, threshold, within) {
      // The same sum as in `turning`: from rest it is 0, the turn is now, and only then does the membrane rise.
      const rising = rest - v + excess > 0
      if (v > threshold || (v === threshold && rising)) return 0
      const turn = Math.min(turning(v), within)
      // Up, then perhaps down: the top decides. Down, then perhaps up: the end decides.
      const [from, to] = rising ? [0, turn] : [turn, within]
      if (!(after(v, to) > threshold)) return Number.POSITIVE_INFINITY
      return risingRoot(
        (t) => after(v, t) - threshold,
        (t) => slope(v, t),
        from,
        to,
      )
    },
  }
}

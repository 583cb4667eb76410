import type { Cells, Reset } from './cells.ts'
import type { Population } from './network.ts'

/**
 * Neurons advanced by forward Euler, one step a tick, as most frameworks do: the current first, then the membrane with the
 * new current, then the threshold. One spike a tick at most, at its end.
 */
export function eulerCells({ size, neurons }: Population, dt: number, reset: Reset): Cells {
  const { r, tauMem, tauSyn, vLeak, wIn, vThreshold, vReset } = neurons
  const membranes = new Float64Array(size)
  const currents = new Float64Array(size)
  const spikes = new Int32Array(size)
  return {
    membranes,
    readings: membranes,
    spikes,
    step(input, spiked) {
      for (let i = 0; i < size; i++) {
        if (tauSyn === undefined) currents[i] = input[i]
        else currents[i] += (dt / tauSyn[i]) * (wIn[i] * input[i] - currents[i])
        let v = membranes[i]
        if (tauMem === undefined) v += dt * r[i] * currents[i]
        else v += (dt / tauMem[i]) * (vLeak[i] - v + r[i] * currents[i])
        const spike = v > vThreshold[i]
        spikes[i] = spike ? 1 : 0
        if (spike) {
          spiked(i, dt)
          v = reset === 'zero' ? vReset[i] : v - (vThreshold[i] - vReset[i])
        }
        membranes[i] = v
      }
    },
  }
}

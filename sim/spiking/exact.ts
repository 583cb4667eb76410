import { InsituError } from '../../src/errors.ts'
import type { Cells, Reset } from './cells.ts'
import { currentBased } from './exact-current.ts'
import { leaky, type Membrane, ramp } from './exact-membrane.ts'
import type { Population } from './network.ts'

/** Spikes of one neuron in one tick; more means that the tick is far too long for the network. */
const MOST_SPIKES = 1000

/**
 * Neurons that follow the closed form of their equation through the tick; spikes are found where they happen.
 *
 * A tick may hold several spikes of a neuron. Throws `LIMIT` for more than 1,000.
 */
export function exactCells({ name, size, neurons }: Population, dt: number, reset: Reset): Cells {
  const { vThreshold, vReset, tauMem, tauSyn } = neurons
  const membranes = new Float64Array(size)
  const spikes = new Int32Array(size)
  const current = tauMem !== undefined && tauSyn !== undefined ? currentBased(neurons, tauMem, tauSyn) : undefined
  const membrane: Membrane = current ?? (tauMem === undefined ? ramp(neurons) : leaky(neurons, tauMem))

  return {
    membranes,
    readings: membranes,
    spikes,
    step(input, spiked) {
      spikes.fill(0)
      for (let i = 0; i < size; i++) {
        membrane.turn(i, input[i])
        const threshold = vThreshold[i]
        let v = membranes[i]
        let left = dt
        for (let wait = membrane.crossing(v, threshold, left); wait <= left; ) {
          if (++spikes[i] > MOST_SPIKES) {
            throw new InsituError('LIMIT', `node "${name}": neuron ${i} spikes over ${MOST_SPIKES} times in a tick`, {
              hint: 'choose a shorter dt, or a weaker drive',
            })
          }
          left -= wait
          spiked(i, dt - left)
          // Without waiting the membrane began above its threshold; it may still be there after a subtraction.
          const above = wait === 0 ? v : threshold
          v = reset === 'zero' ? vReset[i] : above - (threshold - vReset[i])
          current?.pass(wait)
          wait = membrane.crossing(v, threshold, left)
        }
        membranes[i] = membrane.after(v, left)
        current?.pass(left)
      }
    },
  }
}

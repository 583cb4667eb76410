import { coreLayout } from '../../devices/neuromorphic-core/theta.ts'
import { memberSeed, SynapseDraws } from '../../src/kernels/core/member.ts'
import type { TwinPoint } from '../../src/twins/twin.ts'
import type { NeuromorphicCoreOptions } from '../core/core.ts'

const TWO_32 = 4294967296

/** Probability at which a crossing that is a bit closes. */
const HALF = 0.5

/** Of which machine, and whether its steps are left out. */
export interface CoreStepOptions extends Pick<NeuromorphicCoreOptions, 'network' | 'synapses' | 'seed' | 'member'> {
  readonly smooth?: boolean
}

/**
 * Makes of what is stored what acts on the machine, as a net of probabilities takes it: bits where it has bits, `blur` away from 0
 * and 1, and whole leaks less what whole thresholds lie above those of the network. What it returns is used again.
 */
export function coreSteps(
  options: CoreStepOptions,
): (point: Pick<TwinPoint, 'theta' | 'parameters'>, blur: number) => Float64Array {
  const { network, synapses = 'bits', seed = network.seed ?? 0, member = 0, smooth = false } = options
  const layout = coreLayout(network)
  const stated = Float64Array.from(network.cores.flatMap(({ neurons }) => neurons.map(({ threshold }) => threshold)))
  const bits = !smooth && synapses !== 'fresh'
  const draws = bits ? drawsOf(synapses, memberSeed(seed, member), layout.synapses) : new Float64Array(0)
  const whole = smooth ? (value: number) => value : (value: number) => Math.floor(value + 0.5)
  const acting = new Float64Array(layout.paramCount)
  return ({ theta, parameters }, blur) => {
    acting.set(theta)
    const [open, shut] = [blur, 1 - blur]
    for (let i = 0; i < draws.length; i++) acting[i] = theta[i] > draws[i] ? shut : open
    for (let n = 0; n < layout.neurons; n++) {
      const raised = whole(theta[layout.threshold + n]) - stated[n] + parameters[n]
      acting[layout.leak + n] = whole(theta[layout.leak + n]) - raised
    }
    return acting
  }
}

/** What each number must be above for its bit to be closed. */
function drawsOf(synapses: 'bits' | 'held', seed: number, count: number): Float64Array {
  // At a half itself a bit is closed.
  if (synapses === 'bits') return new Float64Array(count).fill(HALF - Number.EPSILON / 4)
  return Float64Array.from(new SynapseDraws(seed).words(0, new Uint32Array(count)), (word) => word / TWO_32)
}

import { probabilisticNet } from '../../devices/neuromorphic-core/probabilistic-net.ts'
import { coreLayout } from '../../devices/neuromorphic-core/theta.ts'
import { closed, memberSeed, SynapseDraws } from '../../src/kernels/core/member.ts'
import { groupSizes, type ProbabilisticEngine, type ProbabilisticNet } from '../../src/kernels/probabilistic/net.ts'
import { probabilisticOracle } from '../../src/kernels/probabilistic/oracle.ts'
import { probabilisticSimd } from '../../src/kernels/probabilistic/simd.ts'
import type { Twin, TwinPoint } from '../../src/twins/twin.ts'
import type { NeuromorphicCoreOptions } from '../core/core.ts'
import { requireEqualWays } from '../core/ways.ts'

/** What a machine was made with, and what is not known of it. */
export interface CoreTwinOptions
  extends Pick<NeuromorphicCoreOptions, 'network' | 'ticks' | 'synapses' | 'seed' | 'member'> {
  /** Standard deviation that thresholds may be off by, in units of potential; default 0.5. */
  readonly spread?: number
  /** Default the kernel in single precision; the oracle in double precision for checks. */
  readonly engine?: (net: ProbabilisticNet) => ProbabilisticEngine
}

/**
 * The twin of neuromorphic cores whose neurons have no memory: spikes are counted to be as many as the Gaussian approximation
 * of their input sums gives (Esser et al. 2015), 0 to ticks x neurons of a line.
 *
 * It is asked at the synapses that the machine has: the bits of `bits` and `held`, which for `held` follow from seed and member
 * as on the machine, and the probabilities of `fresh`. A bit is a step of its number, which has no slope: the slope by the bit
 * stands for it (straight through). Its own parameters say by how much each threshold lies above what is stored.
 *
 * Throws one `CONFIG` for all places where neurons remember, as `probabilisticNet` does, and for ways of unequal length.
 * Slopes by the drive are taken in double precision and are slow.
 */
export function coreTwin(options: CoreTwinOptions): Twin {
  const { network, ticks = 1, synapses = 'bits', spread = 0.5, engine: make = probabilisticSimd } = options
  const { seed = network.seed ?? 0, member = 0 } = options
  requireEqualWays(network)
  const net = probabilisticNet(network, 'half')
  const layout = coreLayout(network)
  const stated = Float64Array.from(network.cores.flatMap(({ neurons }) => neurons.map(({ threshold }) => threshold)))
  const most = Float64Array.from(groupSizes(net), (size) => ticks * size)
  const words =
    synapses === 'held'
      ? new SynapseDraws(memberSeed(seed, member)).words(0, new Uint32Array(layout.synapses))
      : undefined
  const engine = make(net)
  const exact = probabilisticOracle(net)

  /** Parameters as the net takes them: synapses as they are on the machine, and leaks less what thresholds lie higher. */
  const acting = ({ theta, parameters }: TwinPoint): Float64Array => {
    const at = theta.slice()
    if (words !== undefined) for (let i = 0; i < words.length; i++) at[i] = closed(words[i], theta[i]) ? 1 : 0
    else if (synapses === 'bits') for (let i = 0; i < layout.synapses; i++) at[i] = theta[i] >= 0.5 ? 1 : 0
    for (let n = 0; n < layout.neurons; n++)
      at[layout.leak + n] -= theta[layout.threshold + n] - stated[n] + parameters[n]
    return at
  }
  return {
    name: `${network.cores.length} cores as probabilities, ${synapses}`,
    width: { theta: layout.paramCount, drive: net.inputs, sense: net.groups },
    banks: [{ name: 'threshold', width: layout.neurons, unit: '1', start: 0, spread }],
    forward(point, sense) {
      const means = engine.forward(acting(point), point.drive, point.rows)
      for (let n = 0; n < sense.length; n++) sense[n] = most[n % net.groups] * means[n]
    },
    vjp(point, _measured, cotangent, into) {
      const { drive, rows } = point
      const slopes = cotangent.map((value, n) => value * most[n % net.groups])
      // The kernel keeps no slopes by what is shown.
      const asked = into.drive === undefined ? engine : exact
      asked.forward(acting(point), drive, rows)
      const found = asked.backward(slopes, into.drive)
      const { leak, threshold, neurons } = layout
      if (into.theta !== undefined) {
        into.theta.set(found.subarray(0, threshold))
        for (let n = 0; n < neurons; n++) into.theta[threshold + n] = -found[leak + n]
      }
      if (into.parameters !== undefined) for (let n = 0; n < neurons; n++) into.parameters[n] = -found[leak + n]
    },
  }
}

import { probabilisticNet } from '../../devices/neuromorphic-core/probabilistic-net.ts'
import { coreLayout } from '../../devices/neuromorphic-core/theta.ts'
import { groupSizes, type ProbabilisticEngine, type ProbabilisticNet } from '../../src/kernels/probabilistic/net.ts'
import { probabilisticOracle } from '../../src/kernels/probabilistic/oracle.ts'
import { probabilisticSimd } from '../../src/kernels/probabilistic/simd.ts'
import type { Twin } from '../../src/twins/twin.ts'
import type { NeuromorphicCoreOptions } from '../core/core.ts'
import { requireEqualWays } from '../core/ways.ts'
import { coreSteps } from './neuromorphic-core-steps.ts'

/** What a machine was made with, and what is not known of it. */
export interface CoreTwinOptions
  extends Pick<NeuromorphicCoreOptions, 'network' | 'ticks' | 'synapses' | 'input' | 'seed' | 'member'> {
  /**
   * Standard deviation that thresholds may be off by, in units of potential; default 1, which leaves room for what the
   * approximation lacks: neurons that hear the same spikes do not draw theirs by themselves.
   */
  readonly spread?: number
  /**
   * Slopes take a bit for a probability that is so far from 0 or 1; default 0.1 for an input of spikes, whose sums would
   * have no slope else, and 0 for one of rates.
   */
  readonly blur?: number
  /**
   * Leaves the steps of the machine out: synapses are probabilities, leaks and thresholds what they are. For a comparison of
   * slopes with differences, which steps do not have; default false.
   */
  readonly smooth?: boolean
  /** Default the kernel in single precision; the oracle in double precision for checks. */
  readonly engine?: (net: ProbabilisticNet) => ProbabilisticEngine
}

/**
 * The twin of neuromorphic cores whose neurons have no memory: it expects as many spikes as the Gaussian approximation of their
 * input sums gives (Esser et al. 2015), 0 to ticks x neurons of a line. With an input of spikes and synapses that are bits nothing
 * is left to chance, and it expects the counts of the machine.
 *
 * It is asked at what the machine has: the bits of `bits` and `held`, which for `held` follow from seed and member as on the
 * machine, and whole leaks and thresholds. A step has no slope: that by the bit, or by the whole number, stands for it (straight
 * through). Its own parameters say how far each threshold lies above what is stored; with a leak less by as much, readings are
 * the same.
 *
 * Throws one `CONFIG` for all places where neurons remember, as `probabilisticNet` does, and for ways of unequal length. Slopes
 * by the drive are taken in double precision and are slow.
 */
export function coreTwin(options: CoreTwinOptions): Twin {
  const {
    network,
    ticks = 1,
    synapses = 'bits',
    input = 'rates',
    spread = 1,
    engine: make = probabilisticSimd,
  } = options
  const { blur = input === 'spikes' ? 0.1 : 0 } = options
  requireEqualWays(network)
  const net = probabilisticNet(network, 'half')
  const { leak, threshold, neurons, paramCount } = coreLayout(network)
  const acting = coreSteps(options)
  const { groups } = net
  /** Rows of the net that a row of the drive makes, and how many ticks each stands for. */
  const [parts, each] = input === 'spikes' ? [ticks, 1] : [1, ticks]
  const most = Float64Array.from(groupSizes(net), (size) => each * size)
  const engine = make(net)
  const exact = probabilisticOracle(net)
  /** Where number n of parts x rows x groups belongs in rows x groups. */
  const place = (n: number) => Math.floor(n / (parts * groups)) * groups + (n % groups)
  return {
    name: `${network.cores.length} cores, ${synapses}, ${input}`,
    width: { theta: paramCount, drive: parts * net.inputs, sense: groups },
    banks: [{ name: 'threshold', width: neurons, unit: '1', start: 0, spread }],
    forward(point, sense) {
      const means = engine.forward(acting(point, 0), point.drive, parts * point.rows)
      sense.fill(0)
      for (let n = 0; n < means.length; n++) sense[place(n)] += most[n % groups] * means[n]
    },
    vjp(point, _measured, cotangent, into) {
      const slopes = new Float64Array(parts * cotangent.length)
      for (let n = 0; n < slopes.length; n++) slopes[n] = most[n % groups] * cotangent[place(n)]
      // The kernel keeps no slopes by what is shown.
      const asked = into.drive === undefined ? engine : exact
      asked.forward(acting(point, blur), point.drive, parts * point.rows)
      const found = asked.backward(slopes, into.drive)
      if (into.theta !== undefined) {
        into.theta.set(found.subarray(0, threshold))
        for (let n = 0; n < neurons; n++) into.theta[threshold + n] = -found[leak + n]
      }
      if (into.parameters !== undefined) for (let n = 0; n < neurons; n++) into.parameters[n] = -found[leak + n]
    },
  }
}

import { TYPES } from '../core/settings.ts'
import { normalCumulative, normalDensity } from './gaussian.ts'
import {
  groupSizes,
  type ProbabilisticCore,
  type ProbabilisticInputEngine,
  type ProbabilisticNet,
  SILENT,
  UNREAD,
  VARIANCE_FLOOR,
} from './net.ts'

/**
 * The Gaussian approximation of a network of stochastic synapses (Esser et al. 2015), term by term, in double precision.
 *
 * The input sum of neuron j has the mean sum_i x_i c_ij s_ij + b_j and the variance sum_i x_i c_ij (1 - x_i c_ij) s_ij^2
 * plus a floor; n_j is the probability that it lies above the bound.
 */
export function probabilisticOracle(net: ProbabilisticNet): ProbabilisticInputEngine {
  const sizes = groupSizes(net)
  const firsts: number[] = []
  let width = net.inputs
  for (const { neurons } of net.cores) {
    firsts.push(width)
    width += neurons
  }
  let rows = 0
  let theta: Float64Array = new Float64Array(0)
  /** Probabilities of inputs and neurons, d n / d mean and mean / (2 variance) of neurons; rows x width. */
  let [signal, slope, ratio] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)]

  const forwardCore = (core: ProbabilisticCore, first: number, r: number) => {
    const { axons, neurons, sources, types, weights, bounds, crossings, leaks } = core
    for (let j = 0; j < neurons; j++) {
      let mean = theta[leaks + j] - bounds[j]
      let variance = VARIANCE_FLOOR
      for (let i = 0; i < axons; i++) {
        if (sources[i] === SILENT) continue
        const s = weights[j * TYPES + types[i]]
        const passed = signal[r * width + sources[i]] * theta[crossings + i * neurons + j]
        mean += s * passed
        variance += s * s * passed * (1 - passed)
      }
      const sigma = Math.sqrt(variance)
      const at = r * width + first + j
      signal[at] = normalCumulative(mean / sigma)
      slope[at] = normalDensity(mean / sigma) / sigma
      ratio[at] = mean / (2 * variance)
    }
  }
  const backwardCore = (core: ProbabilisticCore, first: number, r: number, error: Float64Array, into: Float64Array) => {
    const { axons, neurons, sources, types, weights, crossings, leaks } = core
    for (let j = 0; j < neurons; j++) {
      const g = error[first + j] * slope[r * width + first + j]
      const h = g * ratio[r * width + first + j]
      into[leaks + j] += g
      for (let i = 0; i < axons; i++) {
        if (sources[i] === SILENT) continue
        const s = weights[j * TYPES + types[i]]
        const [x, at] = [signal[r * width + sources[i]], crossings + i * neurons + j]
        const passed = g * s - h * s * s * (1 - 2 * x * theta[at])
        into[at] += x * passed
        error[sources[i]] += theta[at] * passed
      }
    }
  }
  return {
    forward(given, drive, count) {
      rows = count
      theta = given
      if (signal.length < rows * width)
        [signal, slope, ratio] = Array.from({ length: 3 }, () => new Float64Array(rows * width))
      const means = new Float64Array(rows * net.groups)
      for (let r = 0; r < rows; r++) {
        signal.set(drive.subarray(r * net.inputs, (r + 1) * net.inputs), r * width)
        net.cores.forEach((core, c) => {
          forwardCore(core, firsts[c], r)
          core.groups.forEach((group, j) => {
            if (group !== UNREAD) means[r * net.groups + group] += signal[r * width + firsts[c] + j] / sizes[group]
          })
        })
      }
      return means
    },
    backward(slopes, drive) {
      const gradient = new Float64Array(net.parameters)
      const error = new Float64Array(width)
      for (let r = 0; r < rows; r++) {
        error.fill(0)
        net.cores.forEach(({ groups }, c) => {
          groups.forEach((group, j) => {
            if (group !== UNREAD) error[firsts[c] + j] = slopes[r * net.groups + group] / sizes[group]
          })
        })
        for (let c = net.cores.length - 1; c >= 0; c--) backwardCore(net.cores[c], firsts[c], r, error, gradient)
        drive?.set(error.subarray(0, net.inputs), r * net.inputs)
      }
      return gradient
    },
  }
}

import {
  type ProbabilisticCore,
  type ProbabilisticNet,
  SILENT,
  UNREAD,
} from '../../../src/kernels/probabilistic/net.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

/** Three cores of odd sizes: uneven types, weights of several sizes, a silent axon, a way around the second core. */
export function oddNet(): ProbabilisticNet {
  const random = draws(3, STREAM.testInputs)
  let drawn = 0
  let end = 0
  const inputs = 7
  const below = (n: number) => Math.floor(random.uniform(drawn++) * n)
  const core = (axons: number, neurons: number, heard: number, groups: number): ProbabilisticCore => {
    const crossings = end
    end += axons * neurons
    const sources = Int32Array.from({ length: axons }, (_, i) => (i === 2 ? SILENT : below(heard)))
    return {
      ...{ axons, neurons, sources, crossings, leaks: 0, thresholds: 0 },
      types: Uint8Array.from({ length: axons }, () => below(4)),
      weights: Float64Array.from({ length: neurons * 4 }, () => below(5) - 2),
      bounds: Float64Array.from({ length: neurons }, () => below(3) / 2 - 0.5),
      groups: Int32Array.from({ length: neurons }, (_, j) => (groups > 0 && j % 4 > 0 ? j % groups : UNREAD)),
    }
  }
  const cores = [core(19, 13, inputs, 0), core(11, 9, inputs + 13, 0), core(21, 14, inputs + 22, 3)]
  const placed = cores.map((one) => {
    const leaks = end
    end += 2 * one.neurons
    return { ...one, leaks, thresholds: leaks + one.neurons }
  })
  return { inputs, cores: placed, groups: 3, parameters: end }
}

/** Crossings in [0, 1], small leaks. */
export function startOf(net: ProbabilisticNet, seed: number): Float64Array {
  const random = draws(seed, STREAM.initialValues)
  const theta = Float64Array.from({ length: net.parameters }, (_, i) => random.uniform(i))
  for (const { leaks, neurons } of net.cores) for (let j = 0; j < neurons; j++) theta[leaks + j] -= 0.5
  return theta
}

/** Probabilities to show: uniform, but for a 0 and a 1. */
export function driveOf(net: ProbabilisticNet, rows: number): Float64Array {
  const random = draws(5, STREAM.testInputs)
  const drive = Float64Array.from({ length: rows * net.inputs }, (_, i) => random.uniform(i))
  drive[0] = 0
  drive[1] = 1
  return drive
}

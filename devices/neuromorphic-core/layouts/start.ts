import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'
import type { CoreNetwork } from '../network.ts'
import { coreLayout, initialTheta } from '../theta.ts'

/** Where training begins: every crossing closed with a probability drawn from [0, 1), leaks and thresholds of the network. */
export function uniformCrossings(network: CoreNetwork, seed: number): Float64Array {
  const theta = initialTheta(network)
  const random = draws(seed, STREAM.initialValues)
  const { synapses } = coreLayout(network)
  for (let i = 0; i < synapses; i++) theta[i] = random.uniform(i)
  return theta
}

import type { CoreNetwork } from './network.ts'
import { coresInOrder, reachedCores } from './order.ts'

/** Time of one tick, s. */
export const TICK_SECONDS = 1e-3

/**
 * How a row is shown: potentials at rest, then spikes in the first `ticks` ticks; output spikes are counted in as many,
 * from tick `drain` on, when the first of them can have come through.
 */
export interface Presentation {
  readonly ticks: number
  readonly drain: number
}

/** All ticks of a presentation. */
export function span({ ticks, drain }: Presentation): number {
  return ticks + drain
}

/**
 * Ticks that a spike takes through the network: the sum of delays on the longest way, core by core, from an input to an
 * output. Throws `CONFIG` for a network that goes round in circles, which has no longest way.
 */
export function drainOf(network: CoreNetwork): number {
  const { cores, inputs } = network
  const reached = reachedCores(network)
  // Below 0: no input comes there.
  const longest = new Int32Array(cores.length).fill(-1)
  for (const axons of inputs) for (const { core } of axons) longest[core] = 0
  for (const core of coresInOrder(network))
    for (const [next, delay] of reached[core])
      if (longest[core] >= 0) longest[next] = Math.max(longest[next], longest[core] + delay)
  const read = (core: number) => cores[core].neurons.some(({ target }) => target !== undefined && 'output' in target)
  return longest.reduce((most, ticks, core) => (ticks > most && read(core) ? ticks : most), 0)
}

import { InsituError } from '../../src/errors.ts'
import type { CoreNetwork } from './network.ts'

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
 * Ticks that a spike takes through the network: the sum of delays on the longest way from an input to an output. Throws
 * `CONFIG` for a network that goes round in circles, which has no longest way.
 */
export function drainOf({ cores }: CoreNetwork): number {
  const from = cores.map(() => new Map<number, number>())
  cores.forEach(({ neurons }, c) => {
    for (const { target } of neurons)
      if (target !== undefined && 'core' in target)
        from[c].set(target.core, Math.max(from[c].get(target.core) ?? 0, target.delay))
  })
  const longest = new Map<number, number>()
  const walk = (core: number, way: readonly number[]): number => {
    const known = longest.get(core)
    if (known !== undefined) return known
    if (way.includes(core))
      throw new InsituError(
        'CONFIG',
        `neuromorphic-core: core ${core} reaches itself (${[...way.slice(way.indexOf(core)), core].join(' to ')}), so no drain follows from the network`,
        { hint: 'state drain: the ticks after which output spikes count' },
      )
    let most = 0
    for (const [next, delay] of from[core]) most = Math.max(most, delay + walk(next, [...way, core]))
    longest.set(core, most)
    return most
  }
  return Math.max(0, ...cores.map((_, c) => walk(c, [])))
}

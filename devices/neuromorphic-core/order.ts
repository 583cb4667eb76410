import { InsituError } from '../../src/errors.ts'
import { findCycle } from '../../src/exchange/nir/cycle.ts'
import type { CoreNetwork } from './network.ts'

/** Per core the cores that its neurons reach, each with the longest of their delays. */
export function reachedCores({ cores }: CoreNetwork): readonly ReadonlyMap<number, number>[] {
  return cores.map(({ neurons }) => {
    const delays = new Map<number, number>()
    for (const { target } of neurons)
      if (target !== undefined && 'core' in target)
        delays.set(target.core, Math.max(delays.get(target.core) ?? 0, target.delay))
    return delays
  })
}

/** Cores so that each comes after all that reach it; throws `CONFIG` for a network that goes round in circles. */
export function coresInOrder(network: CoreNetwork): readonly number[] {
  const reached = reachedCores(network)
  const waiting = new Uint32Array(reached.length)
  for (const delays of reached) for (const core of delays.keys()) waiting[core]++
  const order = [...waiting.keys()].filter((core) => waiting[core] === 0)
  // The list grows while it is walked.
  for (const core of order) for (const next of reached[core].keys()) if (--waiting[next] === 0) order.push(next)
  if (order.length === reached.length) return order
  throw circle(reached)
}

function circle(reached: readonly ReadonlyMap<number, number>[]): InsituError {
  const names = [...reached.keys()].map(String)
  const way = findCycle(names, (name) => [...reached[Number(name)].keys()].map(String)) ?? []
  return new InsituError(
    'CONFIG',
    `neuromorphic-core: core ${way[0]} reaches itself (${way.join(' to ')}), so its cores have no order`,
    {
      hint: 'a machine of it needs drain stated, the ticks after which output spikes count; as probabilities it cannot be trained',
    },
  )
}

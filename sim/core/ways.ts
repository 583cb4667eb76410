import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import { coresInOrder } from '../../devices/neuromorphic-core/order.ts'
import { drainOf } from '../../devices/neuromorphic-core/presentation.ts'
import { InsituError } from '../../src/errors.ts'

/**
 * Throws `CONFIG` unless every way from an input to an output takes as many ticks: then a tick of the outputs follows from
 * one tick of the inputs. Cores that hear nothing count as cores that hear inputs.
 */
export function requireEqualWays(network: CoreNetwork): void {
  const { cores, inputs } = network
  const arrival = new Map<number, number>()
  const arrive = (core: number, ticks: number) => {
    const before = arrival.get(core) ?? ticks
    if (before !== ticks) throw uneven(`core ${core} hears of the inputs`, before, ticks)
    arrival.set(core, ticks)
  }
  for (const axons of inputs) for (const { core } of axons) arrive(core, 0)
  const drain = drainOf(network)
  for (const c of coresInOrder(network)) {
    const ticks = arrival.get(c) ?? 0
    for (const { target } of cores[c].neurons) {
      if (target === undefined) continue
      if ('core' in target) arrive(target.core, ticks + target.delay)
      else if (ticks !== drain) throw uneven(`output ${target.output} hears of the inputs`, ticks, drain)
    }
  }
}

function uneven(who: string, one: number, other: number): InsituError {
  return new InsituError('CONFIG', `ensemble: ${who} on ways of ${one} and of ${other} ticks, wanted equal ways`, {
    hint: 'measure the machine itself',
  })
}

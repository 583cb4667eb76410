import { InsituError } from '../../src/errors.ts'
import type { Cells } from './cells.ts'
import type { SpikingNetwork } from './network.ts'
import { deliver } from './synapses.ts'

/** A network that runs tick by tick. */
export interface SpikingModel {
  readonly name: ModelName
  readonly network: SpikingNetwork
  /** Length of a tick, s. */
  readonly dt: number
  /** Ticks between a row of the drive and the tick in which it is felt. */
  readonly lag: 0 | 1
  /** The neurons of each population of the network. */
  readonly cells: readonly Cells[]
  /** What people should know before they trust the numbers. */
  readonly warnings: readonly string[]
  /** Times that a number of fixed width did not hold its value, so far; chips alone. */
  readonly overflow?: Readonly<Overflow>
  /** One tick; `spiked` is told the population, the neuron and the time since the tick began, in s. Throws `SHAPE`. */
  step(drive: ArrayLike<number>, spiked?: (population: number, neuron: number, time: number) => void): void
}

export interface Overflow {
  /** Currents that came out on the other side of their range. */
  wrapped: number
  /** Membranes that stopped at the end of theirs. */
  saturated: number
}

export type ModelName = 'exact' | 'euler' | 'loihi2'

/**
 * Passes spikes along: what a neuron sends in one tick is held as input of its targets through the next, whichever way the
 * edge runs, so that no spike acts before it happened and the order of nodes is of no importance.
 */
export function engine(parts: Omit<SpikingModel, 'step'>): SpikingModel {
  const { network, cells, lag } = parts
  const { inputs, populations, projections } = network
  const arriving = populations.map(({ size }) => new Float64Array(size))
  const held = new Float64Array(inputs)
  const silent = () => {}
  return {
    ...parts,
    step(drive, spiked = silent) {
      if (drive.length !== inputs) {
        throw new InsituError('SHAPE', `${network.name}: a row of the drive has ${drive.length}, wanted ${inputs}`)
      }
      for (const [p, { bias }] of populations.entries()) arriving[p].set(bias)
      const felt = lag === 0 ? drive : held
      for (const { from, to, synapses } of projections) {
        deliver(synapses, from === 'drive' ? felt : cells[from].spikes, arriving[to])
      }
      held.set(drive)
      for (const [p, each] of cells.entries()) each.step(arriving[p], (neuron, time) => spiked(p, neuron, time))
    },
  }
}

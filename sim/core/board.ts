import type { CoreNetwork } from '../../devices/neuromorphic-core/network.ts'
import type { SimulatorTarget } from '../bench/board-kinds.ts'
import { type CoreSimulator, type NeuromorphicCoreOptions, neuromorphicCore } from './core.ts'

/** Largest frame of the board: a core's crossbar goes in one, as bits. */
const MAX_FRAME = 65535

/** What travels to a board: everything but the code that runs the cores. */
export type NeuromorphicBoardOptions = Omit<NeuromorphicCoreOptions, 'input' | 'engine'>

/**
 * Neuromorphic cores as a board, as `startBoard` takes it: a process of its own behind a pseudo-terminal that takes spikes and
 * gives counts. `encoded` makes a machine of it that takes probabilities. Bits and counts travel packed, probabilities of
 * synapses as doubles.
 */
export function neuromorphicBoard(options: NeuromorphicBoardOptions): SimulatorTarget {
  const { synapses = 'bits' } = options
  return {
    target: 'simulator',
    module: import.meta.url,
    export: 'servedCore',
    args: [{ ...options, network: unconnected(options.network) }],
    format: synapses === 'bits' ? 'packed' : 'f64',
    maxFrame: MAX_FRAME,
  }
}

/** The machine inside that process. */
export function servedCore(options: NeuromorphicBoardOptions): CoreSimulator {
  return neuromorphicCore({ ...options, input: 'spikes' })
}

/** Crossings are parameters, which the host stores: as lists they would be most of what travels. */
function unconnected(network: CoreNetwork): CoreNetwork {
  return {
    ...network,
    cores: network.cores.map((core) => ({ ...core, crossbar: core.crossbar.map(() => []) })),
  }
}

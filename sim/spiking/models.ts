import { InsituError } from '../../src/errors.ts'
import type { NirGraph } from '../../src/exchange/nir/index.ts'
import type { Reset } from './cells.ts'
import { compileNetwork } from './compile.ts'
import { engine, type ModelName, type SpikingModel } from './engine.ts'
import { eulerCells } from './euler.ts'
import { exactCells } from './exact.ts'
import { coreModel } from './loihi2/model.ts'
import type { SpikingNetwork } from './network.ts'
import { hasTimeConstants, requireFineTicks, slowNeurons } from './tick.ts'

export interface SpikingOptions {
  /** Length of a tick, s; by default 1e-4, or 1 where nothing has a time constant and the network counts ticks. */
  readonly dt?: number
  /** `zero` goes to the reset value of the file, 0 where it has none; `subtract` takes threshold minus reset away. */
  readonly reset?: Reset
  /** loihi2 alone: steps of a threshold or weight per unit of the membrane, a power of two; by default 256. */
  readonly scale?: number
}

/**
 * A network that runs tick by tick: `exact` by closed forms, `euler` as most frameworks run it, `loihi2` in the integers
 * of a chip. Membranes and currents begin at 0.
 *
 * Throws `CONFIG` or `LIMIT` where the model cannot hold the network or its ticks are too coarse, naming the node.
 */
export function spikingModel(
  name: ModelName,
  source: NirGraph | SpikingNetwork,
  options: SpikingOptions = {},
): SpikingModel {
  const network = 'populations' in source ? source : compileNetwork(source)
  const { reset = 'zero', scale = 256, dt = hasTimeConstants(network) ? 1e-4 : 1 } = options
  if (!(dt > 0 && Number.isFinite(dt))) throw new InsituError('CONFIG', `${name}: dt must be above 0 s, got ${dt}`)
  if (name === 'loihi2') return coreModel(network, { dt, reset, scale })
  const cellsOf = name === 'exact' ? exactCells : eulerCells
  const coarse = name === 'exact' ? [] : requireFineTicks(name, dt, network)
  return engine({
    name,
    network,
    dt,
    lag: 0,
    cells: network.populations.map((population) => cellsOf(population, dt, reset)),
    warnings: [...coarse, ...slowNeurons(dt, network)],
  })
}

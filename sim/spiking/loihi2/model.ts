import { InsituError } from '../../../src/errors.ts'
import type { Reset } from '../cells.ts'
import { engine, type Overflow, type SpikingModel } from '../engine.ts'
import type { SpikingNetwork } from '../network.ts'
import { mapWeights } from '../synapses.ts'
import { requireFineTicks } from '../tick.ts'
import { coreCells } from './cells.ts'
import { FORMAT } from './format.ts'
import { registers } from './registers.ts'
import { quantiseBias, quantiseWeights } from './weights.ts'

export interface CoreOptions {
  readonly dt: number
  readonly reset: Reset
  /** Steps of a threshold or weight per unit of the file's membrane, a power of two from 1 to 131072. */
  readonly scale: number
}

/**
 * A network on a core of fixed-point leaky integrate-and-fire neurons, as the Loihi 2 chip has them.
 *
 * Throws `CONFIG` and `LIMIT` for whatever the core cannot hold, naming the node. Source: Lava's bit-accurate model
 * (lava-nc/lava, process lif), and how the network of Pedersen et al. 2024 was put on the chip.
 */
export function coreModel(network: SpikingNetwork, { dt, reset, scale }: CoreOptions): SpikingModel {
  if (!Number.isInteger(Math.log2(scale)) || scale < 1 || scale > FORMAT.mostThreshold + 1) {
    throw new InsituError('CONFIG', `loihi2: scale must be a power of two from 1 to 131072, got ${scale}`)
  }
  const warnings = requireFineTicks('loihi2', dt, network)
  const unit = scale * FORMAT.alignment
  const overflow: Overflow = { wrapped: 0, saturated: 0 }
  const settings = network.populations.map((population) => registers(population, dt, scale, network.name))
  const populations = network.populations.map((population, p) => {
    const steps = population.bias.map((bias, i) => bias * settings[p].gain[i] * unit)
    return { ...population, bias: quantiseBias(steps, `${network.name}: node "${population.name}"`).values }
  })
  const projections = network.projections.map((projection) => {
    const { gain } = settings[projection.to]
    const steps = mapWeights(projection.synapses, (weight, target) => weight * gain[target] * scale)
    const { values } = quantiseWeights(steps.weights, `${network.name}: ${projection.path}`)
    const lost = values.filter((value, k) => value === 0 && steps.weights[k] !== 0).length
    if (2 * lost > values.length) {
      warnings.push(`${network.name}: ${projection.path}: ${lost} of ${values.length} weights are below one step`)
    }
    return { ...projection, synapses: { ...steps, weights: values.map((value) => value * FORMAT.alignment) } }
  })
  const model = engine({
    name: 'loihi2',
    network: { ...network, populations, projections },
    dt,
    lag: 1,
    cells: settings.map((each) => coreCells(each, unit, reset, overflow, dt)),
    warnings,
    overflow,
  })
  return { ...model, step: (drive, spiked) => model.step(wholeNumbers(drive), spiked) }
}

/** Spikes on the core carry whole numbers of up to 24 bits. */
function wholeNumbers(drive: ArrayLike<number>): ArrayLike<number> {
  for (let i = 0; i < drive.length; i++) {
    if (Number.isInteger(drive[i]) && Math.abs(drive[i]) < FORMAT.stateRange) continue
    throw new InsituError('CONFIG', `loihi2: input ${i} of the drive is ${drive[i]}; spikes carry whole numbers`, {
      hint: 'take the exact or the euler model for currents',
    })
  }
  return drive
}

import { InsituError } from '../../src/errors.ts'
import { TICK_SECONDS } from './presentation.ts'

/**
 * What a core is declared to use; nothing here is measured. 55 uW per core: 0.268 uJ on 5 cores and 108 uJ on 1920 cores at
 * 1000 images a second, the abstract of Esser et al. (2015); the proceedings page has 0.408 uJ and 121 uJ for the same
 * networks. 22 pJ per synaptic operation: 46 G of them a second and watt, Cassidy et al. (2014).
 */
export const CORE_ENERGY = { wattsPerCore: 55e-6, joulesPerOperation: 22e-12 } as const

export type EnergyModel = { readonly [K in keyof typeof CORE_ENERGY]: number }

/** What was counted of some presentations. */
export interface CoreWork {
  /** Cores in use, members of an ensemble included. */
  readonly cores: number
  /** Ticks of one presentation, those in which spikes are still under way included. */
  readonly ticks: number
  /** Presentations, and the synaptic operations of all of them. */
  readonly images: number
  readonly operations: number
}

/** Energy of all images by the declared model, J: cores x power x time + energy x operations. */
export function energyOf({ cores, ticks, images, operations }: CoreWork, model: EnergyModel = CORE_ENERGY): number {
  return images * cores * model.wattsPerCore * ticks * TICK_SECONDS + model.joulesPerOperation * operations
}

/** The same for one of them; throws `CONFIG` if there are none. */
export function energyPerImage(work: CoreWork, model: EnergyModel = CORE_ENERGY): number {
  if (work.images > 0) return energyOf(work, model) / work.images
  throw new InsituError('CONFIG', `neuromorphic-core: energy per image of ${work.images} images`)
}

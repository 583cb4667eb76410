import { differentialGhost } from '../../../imaging/differential-ghost.ts'
import { totalVariation } from '../../../imaging/fista.ts'
import type { Measurement, Reconstruction } from '../../../imaging/measurement.ts'
import { directModel, type ImageModel } from '../../../imaging/model.ts'
import { untrainedNetwork } from '../../../imaging/network/untrained.ts'
import type { MethodOptions } from '../../../imaging/options.ts'
import { pseudoInverse } from '../../../imaging/pseudo-inverse.ts'
import { waveTotalVariation } from '../../../imaging/wave-total-variation.ts'

interface Method {
  /** Whether another seed makes another image. */
  readonly seeded: boolean
  run(
    measurement: Measurement,
    model: ImageModel,
    options: MethodOptions & { readonly seed: number },
  ): Promise<Reconstruction>
}

const direct = ({ rows, columns }: ImageModel) => directModel(rows, columns)

/** Ways from values to an image. Those that know the wave take the model, the others see an intensity on the wafer. */
const METHODS = {
  pinv: { seeded: false, run: (measurement, _, options) => pseudoInverse(measurement, options) },
  dgi: { seeded: false, run: async (measurement) => differentialGhost(measurement) },
  tv: { seeded: false, run: (measurement, _, options) => totalVariation(measurement, options) },
  'tv-wave': { seeded: false, run: waveTotalVariation },
  cnn: { seeded: true, run: (measurement, model, options) => untrainedNetwork(measurement, direct(model), options) },
  'cnn-wave': { seeded: true, run: untrainedNetwork },
} as const satisfies Readonly<Record<string, Method>>

export type ImageMethod = keyof typeof METHODS

export const IMAGE_METHODS = Object.keys(METHODS) as ImageMethod[]

/** An image and what it cost. */
export interface Made extends Reconstruction {
  readonly cpuSeconds: number
}

/** Makes an image for every seed; once where the seed does not matter. */
export async function makeImages(
  method: ImageMethod,
  measurement: Measurement,
  model: ImageModel,
  options: MethodOptions,
  seeds: readonly number[],
): Promise<readonly Made[]> {
  const { seeded, run }: Method = METHODS[method]
  const made: Made[] = []
  for (const seed of seeded ? seeds : seeds.slice(0, 1)) {
    const start = process.cpuUsage()
    const image = await run(measurement, model, { ...options, seed })
    const { user, system } = process.cpuUsage(start)
    made.push({ ...image, cpuSeconds: (user + system) / 1e6 })
  }
  return made
}

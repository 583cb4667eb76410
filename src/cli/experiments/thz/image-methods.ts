import { InsituError } from '../../../errors.ts'
import { differentialGhost } from '../../../imaging/differential-ghost.ts'
import { totalVariation } from '../../../imaging/fista.ts'
import type { Measurement, Reconstruction } from '../../../imaging/measurement.ts'
import { directModel, type ImageModel } from '../../../imaging/model.ts'
import { type Example, trainImplicit } from '../../../imaging/network/implicit.ts'
import { untrainedNetwork } from '../../../imaging/network/untrained.ts'
import type { MethodOptions } from '../../../imaging/options.ts'
import { pseudoInverse } from '../../../imaging/pseudo-inverse.ts'
import { waveTotalVariation } from '../../../imaging/wave-total-variation.ts'

interface Method {
  /** Whether it is tried from several seeds. */
  readonly seeded: boolean
  run(
    measurement: Measurement,
    model: ImageModel,
    options: MethodOptions & { readonly seed: number },
    examples: Examples,
  ): Promise<Reconstruction>
}

/** Measured objects that are known, for what learns from them. */
export type Examples = () => Promise<readonly Example[]>

/** Passes over the examples. */
const PASSES = 10

const direct = ({ rows, columns }: ImageModel) => directModel(rows, columns)

/** Ways from values to an image. Those that know the wave take the model, the others see an intensity on the wafer. */
const METHODS = {
  pinv: { seeded: false, run: (measurement, _, options) => pseudoInverse(measurement, options) },
  dgi: { seeded: false, run: async (measurement) => differentialGhost(measurement) },
  tv: { seeded: false, run: (measurement, _, options) => totalVariation(measurement, options) },
  'tv-wave': { seeded: false, run: waveTotalVariation },
  cnn: { seeded: true, run: (measurement, model, options) => untrainedNetwork(measurement, direct(model), options) },
  'cnn-wave': { seeded: true, run: untrainedNetwork },
  implicit: {
    seeded: false,
    async run(measurement, model, { iterations: epochs = PASSES, seed, ...rest }, examples) {
      const learned = await trainImplicit(await examples(), model, { epochs, seed })
      return learned.reconstruct(measurement, model, rest)
    },
  },
} as const satisfies Readonly<Record<string, Method>>

export type ImageMethod = keyof typeof METHODS

export const IMAGE_METHODS = Object.keys(METHODS) as ImageMethod[]

/** Those that need no examples. */
export const UNTAUGHT_METHODS = IMAGE_METHODS.filter((method) => method !== 'implicit')

/** An image and what it cost. */
export interface Made extends Reconstruction {
  readonly cpuSeconds: number
}

/** Makes an image for every seed, or one. Learning counts as its cost, making examples does not. */
export async function makeImages(
  method: ImageMethod,
  measurement: Measurement,
  model: ImageModel,
  options: MethodOptions,
  seeds: readonly number[],
  examples: Examples = noExamples,
): Promise<readonly Made[]> {
  const { seeded, run }: Method = METHODS[method]
  const made: Made[] = []
  const known = method === 'implicit' ? await examples() : []
  for (const seed of seeded ? seeds : seeds.slice(0, 1)) {
    const start = process.cpuUsage()
    const image = await run(measurement, model, { ...options, seed }, async () => known)
    const { user, system } = process.cpuUsage(start)
    made.push({ ...image, cpuSeconds: (user + system) / 1e6 })
  }
  return made
}

async function noExamples(): Promise<readonly Example[]> {
  throw new InsituError('CONFIG', 'a method that learns wants examples, and there are none')
}

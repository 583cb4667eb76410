import { type LinearReadoutSpec, linearReadoutLayers } from '../../../../devices/index.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { Lesson } from '../../../rules/rule.ts'

/** Sizes of a data set of random inputs. */
export interface RandomData {
  readonly samples: number
  readonly inputs: number
  /** `random`: targets are drawn too. `linear`: a linear teacher. */
  readonly targets: 'random' | 'linear'
}

/** Inputs from N(0, 1 / inputs), of a length about 1, and targets from N(0, 1) or of a teacher that makes them so. */
export function randomLesson({ samples, inputs, targets }: RandomData, seed: number): Lesson {
  const source = draws(seed, STREAM.syntheticData)
  const drive = new Float64Array(samples * inputs).map((_, i) => source.normal(i) / Math.sqrt(inputs))
  const next = drive.length
  if (targets === 'random')
    return { rows: samples, drive, target: new Float64Array(samples).map((_, i) => source.normal(next + i)) }
  const target = new Float64Array(samples)
  for (let r = 0; r < samples; r++)
    for (let j = 0; j < inputs; j++) target[r] += drive[r * inputs + j] * source.normal(next + j)
  return { rows: samples, drive, target }
}

/** All beta from N(0, 1), all w from N(0, spread^2). */
export function randomStart(spec: LinearReadoutSpec, spread: number, seed: number): Float64Array {
  const [first, second] = linearReadoutLayers(spec)
  const source = draws(seed, STREAM.weightInit)
  const count = second.w + second.inputs * second.outputs
  const weights = first.inputs * first.outputs
  return new Float64Array(count).map((_, i) => (i < weights ? spread : 1) * source.normal(i))
}

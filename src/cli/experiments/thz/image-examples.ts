import type { Example } from '../../../imaging/network/implicit.ts'
import type { Patterns } from '../../../patterns/patterns.ts'
import { childSeed, draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { LETTER_NAMES, letter } from '../../../scenes/letters.ts'
import { type Loudness, measured, placed } from './image-case.ts'
import type { ImagerValues } from './image-settings.ts'

/** How far examples stand from the middle at most, over the side of the image. */
const REACH = 0.06

/** All letters but the object, each somewhere else, measured with the same patterns and noise. */
export async function letterExamples(
  object: string,
  settings: ImagerValues,
  patterns: Patterns,
  loudness: Loudness,
  seed: number,
): Promise<readonly Example[]> {
  const { grid, pitchUm } = settings
  const place = draws(seed, STREAM.imageExamples)
  const examples: Example[] = []
  for (const [n, name] of LETTER_NAMES.filter((one) => one !== object).entries()) {
    const shift = REACH * grid * (2 * place.uniform(n) - 1)
    const scene = placed(letter(name, grid * pitchUm * 1e-6), { ...settings, shift })
    const noise = childSeed(seed, STREAM.imageExamples, LETTER_NAMES.length + n)
    examples.push({ truth: scene.truth, measurement: await measured(settings, scene, patterns, loudness, noise) })
  }
  return examples
}

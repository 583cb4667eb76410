import type { Measurement } from '../../../imaging/measurement.ts'
import { score } from '../../../imaging/score.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { openScene } from '../../scene.ts'
import { type Context, experiment } from '../experiment.ts'
import { believed, type Loudness, measured, type Placed, placed, planes } from './image-case.ts'
import { letterExamples } from './image-examples.ts'
import { drawImages } from './image-figures.ts'
import { type Examples, type ImageMethod, makeImages } from './image-methods.ts'
import { imageMetrics } from './image-metrics.ts'
import type { Case, Scored } from './image-result.ts'
import { IMAGE_SETTINGS, type ImageValues } from './image-settings.ts'
import { ownMeasurement } from './own-values.ts'
import { orderedPatterns } from './pattern-setting.ts'

export const thzImage = experiment({
  name: 'thz-image',
  summary:
    'an image below the diffraction limit from one detector: patterns behind a silicon wafer, and seven ways back',
  source:
    'letter F, 64 x 64, 1 % noise, derived with programs of our own on the same grid: zero-filled inverse 12.4 dB at 1/64 and 14.4 at 1/16, TV with the wave 16.8 to 17.4 and 18.0 to 18.8; truth on a finer grid, untrained network with the wave: 21.7 to 23.5 and 29.2 to 29.6 dB; the star from 1/64: below 10 dB by every method. The idea: Zhu et al., arXiv 2505.07839',
  settings: IMAGE_SETTINGS,
  short: { grid: 32, pitchUm: 80, fineness: 2, samplingRatio: [1 / 16], method: ['pinv', 'dgi', 'tv', 'tv-wave'] },
  async run(settings, context) {
    if (settings.values !== 'none') return fromOwnValues(settings, context)
    const { grid, pitchUm, object } = settings
    const scene = placed(await openScene(object, grid * pitchUm * 1e-6), settings)
    const cases: Case[] = []
    for (const ratio of settings.samplingRatio)
      for (const loudness of loudnesses(settings)) cases.push(await oneCase(settings, scene, ratio, loudness, context))
    drawImages(settings, scene, cases, context)
    const { image } = planes(settings)
    const full = score(scene.intensity, scene.truth, image)
    return {
      ...imageMetrics(settings, cases),
      // What the wafer shows, every pixel of it and without noise: more than that nobody sees who does not undo the wave.
      intensity: { psnrDb: full.psnrDb, ssim: full.ssim },
      memoryMb: process.resourceUsage().maxRSS / 1024,
    }
  },
})

function loudnesses({ noise, snrDb }: ImageValues): readonly Loudness[] {
  return snrDb.some((value) => value > 0)
    ? snrDb.map((value) => ({ snrDb: value }))
    : noise.map((value) => ({ noise: value }))
}

async function oneCase(
  settings: ImageValues,
  scene: Placed,
  ratio: number,
  loudness: Loudness,
  context: Context,
): Promise<Case> {
  const { grid, order } = settings
  const patterns = orderedPatterns(order, grid, Math.max(1, Math.round(ratio * grid * grid)))
  const measurement = await measured(settings, scene, patterns, loudness, childSeed(context.seed, STREAM.thzNoise, 0))
  const noise = 'snrDb' in loudness ? `${loudness.snrDb} dB` : `noise ${loudness.noise}`
  const name = `${patterns.count} patterns, ${noise}`
  const examples = () => letterExamples(settings.object, settings, patterns, loudness, context.seed)
  const images = await allImages(settings, measurement, { truth: scene.truth, examples }, name, context)
  return { name, ratio, patterns: patterns.count, loudness, images }
}

async function allImages(
  settings: ImageValues,
  measurement: Measurement,
  { truth, examples }: { readonly truth?: Float64Array; readonly examples?: Examples },
  name: string,
  { seed, progress }: Context,
): Promise<Case['images']> {
  const { method, iterations, reconstructionIndex, index, seeds } = settings
  const model = believed(settings, reconstructionIndex || index)
  const starts = Array.from({ length: seeds }, (_, n) => childSeed(seed, STREAM.weightInit, n))
  const images: Partial<Record<ImageMethod, readonly Scored[]>> = {}
  for (const one of method) {
    const made = await makeImages(one, measurement, model, iterations > 0 ? { iterations } : {}, starts, examples)
    const scored = made.map((image) => ({
      ...image,
      ...(truth !== undefined && { score: score(image.image, truth, model) }),
    }))
    images[one] = scored
    for (const { score: found, cpuSeconds, iterations: steps, stopped } of scored) {
      const quality = found === undefined ? '' : `${found.psnrDb.toFixed(1)} dB, SSIM ${found.ssim.toFixed(2)}, `
      progress(
        `${name}, ${one}: ${quality}${cpuSeconds.toFixed(2)} CPU s, ${steps} ${steps === 1 ? 'iteration' : 'iterations'} (${stopped})`,
      )
    }
  }
  return images
}

/** Values from somewhere else: the images are all there is to show. */
async function fromOwnValues(settings: ImageValues, context: Context) {
  const measurement = ownMeasurement(settings)
  const { count } = measurement.patterns
  const images = await allImages(settings, measurement, {}, `${count} patterns`, context)
  const one = { name: `${count} patterns`, ratio: count / settings.grid ** 2, patterns: count, images }
  drawImages(settings, undefined, [one], context)
  return imageMetrics(settings, [one])
}

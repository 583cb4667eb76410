import type { Measurement } from '../../../imaging/measurement.ts'
import { score } from '../../../imaging/score.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { Scene } from '../../../scenes/scene.ts'
import { openScene } from '../../scene.ts'
import { type Context, experiment } from '../experiment.ts'
import { makeImages } from './image-methods.ts'
import { type Calibrated, calibrateMachine, calibrateModel } from './mismatch-calibration.ts'
import { drawMismatch, drawSweep, type Imaged } from './mismatch-figures.ts'
import {
  AS_BELIEVED,
  imageOf,
  machineWith,
  modelOf,
  type Truth,
  truthOf,
  twinWith,
  valuesOf,
} from './mismatch-machine.ts'
import { MISMATCH_SETTINGS, type MismatchSettings } from './mismatch-settings.ts'
import { sweepCases } from './mismatch-sweep.ts'

export const thzMismatch = experiment({
  name: 'thz-mismatch',
  summary:
    'An imager that is not what its reconstruction believes: what each fault costs, and calibration by perturb and measure',
  source:
    'from programs of our own, qualitative: index and registration matter most (the vacuum index destroys the image, a shift of one pixel already costs), below 35 dB the plain inverse beats the fit through the wave, errors of the distance of 5 % and carriers that spread less than a pixel are harmless. Not borne out here: the distance matters, and what is best in little light depends on the object (docs/how-to/calibrate-an-imager.md, docs/explanation/imaging.md)',
  settings: MISMATCH_SETTINGS,
  short: {
    grid: 16,
    pitchUm: 160,
    patterns: 64,
    calibrationPatterns: 16,
    fineness: 4,
    modelFineness: 2,
    iterations: 100,
  },
  async run(settings, context) {
    const size = settings.grid * settings.pitchUm * 1e-6
    const scene = await openScene(settings.object, size)
    if (settings.sweep === 'yes') return await sweep(scene, settings, context)
    const known = await openScene(settings.calibrationObject, size)
    const { calibrate } = settings
    const truth = truthOf(settings)
    const seed = (n: number) => childSeed(context.seed, STREAM.thzNoise, n)
    const image = imageOf(scene, settings)
    const images: Record<string, Imaged> = {}
    const make = async (name: string, measurement: Measurement, believed: Truth, as = settings) => {
      images[name] = await imaged(measurement, as, believed, image, context.seed)
      const { psnrDb, ssim } = images[name].score
      context.progress(`${name}: ${psnrDb.toFixed(1)} dB, SSIM ${ssim.toFixed(2)}`)
    }
    // What is believed wrongly on purpose stays wrong: of the ideal it is taken off.
    const right = { ...settings, indexError: 0 }
    const measured = await measure(scene, settings, truth, seed(0))
    await make('before', measured, AS_BELIEVED)
    const found: Record<string, Calibrated> = {}
    if (calibrate === 'machine' || calibrate === 'both') {
      await using machine = await machineWith(known, settings, truth, seed(1))
      const { theta, ...calibrated } = await calibrateMachine(machine, twinWith(known, settings), settings, truth)
      found.machine = calibrated
      await make('machine', await measure(scene, settings, truth, seed(0), theta), AS_BELIEVED)
    }
    if (calibrate === 'model' || calibrate === 'both') {
      await using machine = await machineWith(known, settings, truth, seed(1))
      const { believed, ...calibrated } = await calibrateModel(machine, twinWith(known, settings), settings, truth)
      found.model = calibrated
      await make('model', measured, believed)
    }
    await make('ideal', await measure(scene, settings, AS_BELIEVED, seed(0)), AS_BELIEVED, right)
    drawMismatch(image, images, settings, context)
    const of = (key: 'psnrDb' | 'ssim') =>
      Object.fromEntries(Object.entries(images).map(([name, one]) => [name, one.score[key]]))
    return { psnrDb: of('psnrDb'), ssim: of('ssim'), ...found }
  },
})

/** Values of the patterns with the scene in the machine, at parameters other than the nominal ones where some are given. */
async function measure(scene: Scene, settings: MismatchSettings, truth: Truth, seed: number, theta?: Float64Array) {
  await using machine = await machineWith(scene, settings, truth, seed)
  if (theta !== undefined) await machine.store(theta)
  return await valuesOf(machine, settings)
}

async function imaged(
  measurement: Measurement,
  settings: MismatchSettings,
  believed: Truth,
  truth: Float64Array,
  seed: number,
): Promise<Imaged> {
  const { method, iterations } = settings
  const model = modelOf(settings, believed)
  const [made] = await makeImages(method, measurement, model, iterations > 0 ? { iterations } : {}, [seed])
  return { score: score(made.image, truth, model) }
}

/** One mismatch after the other, each on its own, none of them calibrated; medians over the draws of the noise. */
async function sweep(scene: Scene, settings: MismatchSettings, context: Context) {
  const truth = imageOf(scene, settings)
  const found: Record<string, readonly Imaged[]> = {}
  for (const { name, settings: one } of sweepCases(settings)) {
    const runs: Imaged[] = []
    for (let n = 0; n < settings.repeats; n++) {
      const measurement = await measure(scene, one, truthOf(one), childSeed(context.seed, STREAM.thzNoise, n))
      runs.push(await imaged(measurement, one, AS_BELIEVED, truth, context.seed))
    }
    found[name] = runs.sort((a, b) => a.score.psnrDb - b.score.psnrDb)
    context.progress(`${name}: ${psnr(middle(runs)).toFixed(1)} dB`)
  }
  drawSweep(
    truth,
    Object.fromEntries(Object.entries(found).map(([name, runs]) => [name, middle(runs)])),
    settings,
    context,
  )
  const best = psnr(middle(found.none))
  return {
    cases: Object.fromEntries(
      Object.entries(found).map(([name, runs]) => [
        name,
        {
          psnrDb: psnr(middle(runs)),
          from: psnr(runs[0]),
          to: psnr(runs[runs.length - 1]),
          ssim: middle(runs).score.ssim,
          lossDb: best - psnr(middle(runs)),
        },
      ]),
    ),
    worstFirst: Object.entries(found)
      .sort(([, a], [, b]) => psnr(middle(a)) - psnr(middle(b)))
      .map(([name]) => name),
  }
}

function middle(sorted: readonly Imaged[]): Imaged {
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

function psnr({ score: one }: Imaged): number {
  return one.psnrDb
}

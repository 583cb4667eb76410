import { imagerTheta } from '../../../../devices/thz-imager.ts'
import { thzImager, WAVELENGTH } from '../../../../sim/thz/index.ts'
import { attach } from '../../../contract/device.ts'
import { type ImageModel, waveModel } from '../../../imaging/model.ts'
import { angularSpectrum } from '../../../optics/angular-spectrum.ts'
import type { Plane } from '../../../optics/plane.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { LETTER_NAMES, letter } from '../../../scenes/letters.ts'
import { rasterScene } from '../../../scenes/pixels.ts'
import { sampled } from '../../../scenes/sampled.ts'
import type { Scene } from '../../../scenes/scene.ts'
import type { Belief } from '../../../sensing/belief.ts'
import { pixelMeans } from '../../../sensing/pixelated.ts'
import { drawn, measuredPrior, smoothPrior } from '../../../sensing/prior.ts'
import { openScene } from '../../scene.ts'
import { type ActiveSettings, namesIn } from './active-settings.ts'

/** Each letter of a measured prior is seen at so many places. */
const PLACES = 30

/** Something that stands in the machine, and what is to be found. */
export interface ActiveObject {
  readonly name: string
  /** From what is believed, rather than a scene with a name. */
  readonly drawn: boolean
  readonly scene: Scene
  readonly truth: Float64Array
}

/** Size of things in the settings' terms. */
export function sizes({ side, sizeUm, fineness }: ActiveSettings) {
  const size = sizeUm * 1e-6
  return {
    size,
    pitch: size / side,
    fine: { rows: side * fineness, columns: side * fineness, pitch: size / side / fineness },
  }
}

/** The named scenes, then the drawn ones. */
export async function activeObjects(settings: ActiveSettings, seed: number): Promise<readonly ActiveObject[]> {
  const { size } = sizes(settings)
  const named = await Promise.all(namesIn(settings.objects).map((name) => openScene(name, size)))
  const random = draws(seed, STREAM.sceneDraws)
  const { side, wave } = settings
  const prior = kernels(settings)[0]
  const made = Array.from({ length: settings.draws }, (_, n) => {
    const values = drawn(prior, random, n * side * side).map((value) => {
      const held = Math.min(1, Math.max(0, value))
      // A scene is given by its amplitude; what was drawn is the intensity where there is no wave in the model.
      return wave === 'none' ? Math.sqrt(held) : held
    })
    return rasterScene(`drawn ${n + 1}`, { rows: side, columns: side, values }, size)
  })
  const see = seer(settings)
  return [...named, ...made].map((scene, n) => ({
    name: scene.name,
    drawn: n >= named.length,
    scene,
    truth: see(scene),
  }))
}

/** What is to be found of a scene: the intensity that the patterns meet, or the transmission, as a mean over each pixel. */
function seer(settings: ActiveSettings) {
  const { side, wave, fineness } = settings
  const { fine, pitch } = sizes(settings)
  if (wave !== 'none')
    return (scene: Scene, shift = { x: 0, y: 0 }) => sampled(scene, { rows: side, columns: side, pitch }, { shift })
  const model = modelOn(settings, fine)
  const power = new Float64Array(fine.rows * fine.columns)
  return (scene: Scene, shift = { x: 0, y: 0 }) => {
    model.forward(sampled(scene, fine, { shift }), power)
    return pixelMeans(power, fine.rows, fine.columns, fineness)
  }
}

/** From the transmission on a plane to the intensity that the patterns meet. */
export function modelOn({ index, distanceUm }: ActiveSettings, plane: Plane): ImageModel {
  return waveModel(angularSpectrum({ plane, wavelength: WAVELENGTH, index, distance: distanceUm * 1e-6 }))
}

/** The kernels that are believed in, one for each length. */
function kernels({ side, lengths, mean, deviation, prior }: ActiveSettings): readonly Belief[] {
  const kernel = prior === 'exponential' ? 'exponential' : 'gaussian'
  return lengths.map((length) => smoothPrior({ rows: side, columns: side, kernel, length, mean, deviation }))
}

/** What is believed of an object before anything is read. A measured prior has never seen the letter it is asked about. */
export function priorsFor(object: ActiveObject, settings: ActiveSettings, seed: number): readonly Belief[] {
  const smooth = kernels(settings)
  if (settings.prior !== 'letters') return smooth
  const { size, pitch } = sizes(settings)
  const see = seer(settings)
  const random = draws(seed, STREAM.sceneDraws)
  // Draws of scenes count from 0 on; places from here.
  const first = 2 ** 32
  const others = LETTER_NAMES.filter((name) => name !== object.name)
  const images = others.flatMap((name, n) =>
    Array.from({ length: PLACES }, (_, place) => {
      const at = first + 2 * (n * PLACES + place)
      const move = (k: number) => 2 * pitch * (random.uniform(at + k) - 0.5)
      return see(letter(name, size), { x: move(0), y: move(1) })
    }),
  )
  return smooth.map((one) => measuredPrior(images, one, settings.shrink))
}

/**
 * The imager with an object in it; `read` shows a mask of what is to pass, and gives the sum of mask times intensity, in units of a pixel
 * of the open beam.
 */
export async function activeMachine({ scene }: ActiveObject, settings: ActiveSettings, seed: number) {
  const { side, fineness, index, distanceUm, deviation } = settings
  const { fine, pitch } = sizes(settings)
  const scale = side * side
  const distance = distanceUm * 1e-6
  const machine = attach(
    thzImager({
      ...{ pixels: side, pitch, fineness, seed, object: sampled(scene, fine) },
      // The patterns are on its back face, so it is as thick as they are far; without a way the usual one stands there.
      wafer: { index, ...(distance > 0 && { thickness: distance }) },
      detector: { noise: (settings.noise * deviation) / scale },
    }),
  )
  await machine.store(imagerTheta(machine.sheet, { distance }))
  const into = new Float64Array(1)
  return {
    machine,
    async read(mask: Float64Array): Promise<number> {
      // What is to be dark is lit.
      const drive = { kind: 'track', data: mask.map((value) => 1 - value), hold: 1 } as const
      await machine.measure({ slots: 1, drive }, into)
      return scale * into[0]
    },
  }
}

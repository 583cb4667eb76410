import { imagerTheta } from '../../../../devices/thz-imager.ts'
import { thzImager, WAVELENGTH } from '../../../../sim/thz/index.ts'
import { attach } from '../../../contract/device.ts'
import { InsituError } from '../../../errors.ts'
import { measurePatterns, noiseFactor } from '../../../imaging/measure-patterns.ts'
import type { Measurement } from '../../../imaging/measurement.ts'
import { type ImageModel, waveModel } from '../../../imaging/model.ts'
import { angularSpectrum } from '../../../optics/angular-spectrum.ts'
import type { Plane } from '../../../optics/plane.ts'
import type { Patterns } from '../../../patterns/patterns.ts'
import { sampled } from '../../../scenes/sampled.ts'
import type { Scene } from '../../../scenes/scene.ts'
import { deviation } from '../statistics.ts'
import type { ImagerValues } from './image-settings.ts'

/** An object in the beam: as the machine has it, as an image of it would be, and its intensity on the wafer, pixel by pixel. */
export interface Placed {
  readonly object: Float64Array
  readonly truth: Float64Array
  readonly intensity: Float64Array
}

/** Sizes of the image and of the finer grid on which the machine is simulated. */
export function planes({ grid, pitchUm, fineness }: ImagerValues): { readonly image: Plane; readonly fine: Plane } {
  const pitch = pitchUm * 1e-6
  const side = grid * fineness
  return {
    image: { rows: grid, columns: grid, pitch },
    fine: { rows: side, columns: side, pitch: pitch / fineness },
  }
}

/** Puts a scene into the beam, off the grid of the image. */
export function placed(scene: Scene, settings: ImagerValues): Placed {
  const { image, fine } = planes(settings)
  const off = settings.shift * image.pitch
  const shift = { x: off, y: off }
  const object = sampled(scene, fine, { shift })
  const power = new Float64Array(object.length)
  waveModel(angularSpectrum({ ...path(settings, settings.index), plane: fine, padding: settings.padding })).forward(
    object,
    power,
  )
  return { object, truth: sampled(scene, image, { shift }), intensity: means(power, fine.rows, settings.fineness) }
}

/** What the reconstruction believes of the wave: the coarse grid of the image, and an index of its own. */
export function believed(settings: ImagerValues, index: number): ImageModel {
  const padding = settings.modelPadding || settings.padding
  return waveModel(angularSpectrum({ ...path(settings, index), plane: planes(settings).image, padding }))
}

function path({ thicknessUm }: ImagerValues, index: number) {
  return { wavelength: WAVELENGTH, index, distance: thicknessUm * 1e-6 }
}

function means(power: Float64Array, side: number, fineness: number): Float64Array {
  const grid = side / fineness
  const into = new Float64Array(grid * grid)
  for (let r = 0, at = 0; r < side; r++)
    for (let c = 0; c < side; c++, at++) into[Math.floor(r / fineness) * grid + Math.floor(c / fineness)] += power[at]
  for (let p = 0; p < into.length; p++) into[p] /= fineness * fineness
  return into
}

/** How loud the detector is: relative to the values, or light over the noise of a frame in dB. */
export type Loudness = { readonly noise: number } | { readonly snrDb: number }

/** Shows the patterns to a machine with the object in it. */
export async function measured(
  settings: ImagerValues,
  { object, intensity }: Placed,
  patterns: Patterns,
  loudness: Loudness,
  seed: number,
): Promise<Measurement> {
  const { grid, thicknessUm, index, preset, lifetimeUs, pairing, hold, settle, fineness, padding } = settings
  if (settle >= hold)
    throw new InsituError('CONFIG', `thz imager: settle must be below hold, got ${settle} and ${hold}`)
  // One pixel of the open beam changes the reading of 1 V by so much.
  const perPixel = 1 / (grid * grid)
  const light = intensity.reduce((sum, power) => sum + power, 0)
  const noise =
    'snrDb' in loudness
      ? light * perPixel * 10 ** (-loudness.snrDb / 20)
      : (loudness.noise * perPixel * Math.sqrt(hold - settle) * spread(patterns, intensity)) /
        noiseFactor(patterns, pairing)
  await using machine = attach(
    thzImager({
      ...{ object, pixels: grid, pitch: settings.pitchUm * 1e-6, fineness, padding, preset, seed },
      wafer: { thickness: thicknessUm * 1e-6, index, ...(lifetimeUs > 0 && { lifetime: lifetimeUs * 1e-6 }) },
      ...(lifetimeUs > 0 && preset === 'ideal' && { modulator: SPREADING }),
      ...(noise > 0 && { detector: { noise } }),
    }),
  )
  await machine.store(imagerTheta(machine.sheet))
  return await measurePatterns(machine, patterns, { pairing, hold, settle, perPixel })
}

/** A modulator whose carriers spread, and which takes nearly all of the power. */
const SPREADING = { law: 'sheet', depth: 0.99, saturation: Number.POSITIVE_INFINITY, collision: 0 } as const

/** Standard deviation of the ideal values, without that of an even pattern, which is the light itself. */
function spread(patterns: Patterns, intensity: Float64Array): number {
  const values = new Float64Array(patterns.count)
  const sums = new Float64Array(patterns.count)
  patterns.project(intensity, values)
  patterns.project(new Float64Array(intensity.length).fill(1), sums)
  const even = Math.max(Math.abs(patterns.min), Math.abs(patterns.max)) * intensity.length
  const rest = [...values].filter((_, k) => Math.abs(sums[k]) < 0.7 * even)
  return rest.length < 2 ? Math.abs(values[0]) : deviation(rest)
}

import { THZ_PRESETS } from '../../../../sim/thz/index.ts'
import { scene } from '../../scene.ts'
import { choice, real, text, type Values, whole } from '../settings.ts'
import { IMAGE_METHODS } from './image-methods.ts'
import { numberList, someOf } from './lists.ts'
import { patternOrder } from './pattern-setting.ts'

/** The machine and what it shows, for every experiment with an imager. */
export const IMAGER_SETTINGS = {
  grid: whole(64, 'pixels of a side of pattern and image', 4),
  pitchUm: real(40, 'distance of neighbouring pixels, um', 1e-3),
  thicknessUm: real(500, 'of the wafer, from the object to the patterns, um'),
  index: real(3.418, 'refractive index of the wafer', 1),
  preset: choice(Object.keys(THZ_PRESETS), 'ideal', 'imperfections of the machine'),
  lifetimeUs: real(0, 'lifetime of the carriers that make the patterns, us: they spread; 0 takes what the preset has'),
  order: patternOrder('hadamard cake-cutting', 'which patterns are shown, and in which order'),
  pairing: choice(
    ['opposite', 'single'],
    'opposite',
    'whether every pattern is shown with its opposite (two frames) or on its own',
  ),
  hold: whole(1, 'frames that each pattern is held for; their readings are averaged'),
  settle: whole(0, 'of them left out, for a detector that remembers', 0),
  fineness: whole(4, 'fine samples along a pixel at which wave and object are simulated'),
  shift: real(0.5, 'pixels that the object stands off the grid of the image, right and down', Number.NEGATIVE_INFINITY),
  padding: real(4, 'how many times wider than the image the grid of the wave is', 1),
  modelPadding: real(2, 'the same for the reconstruction, 1 or more; 0 takes that of the machine'),
} as const

export const IMAGE_SETTINGS = {
  object: scene('F', 'what stands in the beam'),
  ...IMAGER_SETTINGS,
  samplingRatio: numberList([1 / 64], 'patterns over pixels; several make a sweep', { above: true }),
  noise: numberList(
    [0.01],
    'noise of a value over the deviation of the values (without the even pattern); several make a sweep',
  ),
  snrDb: numberList(
    [0],
    'instead of noise: light over the noise of one frame, dB; 0 takes noise, several make a sweep',
  ),
  method: someOf(IMAGE_METHODS, 'tv-wave', 'how the image is made'),
  iterations: whole(0, 'of the method; 0 takes its own number', 0),
  reconstructionIndex: real(0, 'index that the image is made with; 0 takes that of the wafer'),
  seeds: whole(3, 'starts of a network, each tried'),
  failDb: real(10, 'an image below this PSNR has failed'),
  values: text(
    'none',
    'none, or a .csv file with one value a line, or two readings: a pattern and its opposite',
    'values that were measured, in place of the simulated machine; there is no truth to compare with then',
  ),
} as const

export type ImagerValues = Values<typeof IMAGER_SETTINGS>
export type ImageValues = Values<typeof IMAGE_SETTINGS>

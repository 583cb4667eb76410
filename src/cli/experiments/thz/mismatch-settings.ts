import { scene } from '../../scene.ts'
import { choice, numbers, real, type Values, whole } from '../settings.ts'
import { IMAGE_METHODS } from './image-methods.ts'
import { patternOrder } from './pattern-setting.ts'

export const MISMATCH_SETTINGS = {
  object: scene('F', 'what stands in the beam'),
  grid: whole(64, 'pixels of a side of pattern and image', 4),
  pitchUm: real(40, 'distance of neighbouring pixels, um', 1e-3),
  thicknessUm: real(500, 'of the wafer, from the object to the patterns, um', 1),
  index: real(3.418, 'refractive index of the wafer', 1),
  order: patternOrder('hadamard cake-cutting', 'which patterns are shown, each with its opposite'),
  patterns: whole(256, 'patterns shown to the object'),
  shiftUm: numbers([30, -20], 'how far the frame lies to the right and down, um'),
  rotationMrad: real(8, 'how far it is turned, mrad', Number.NEGATIVE_INFINITY),
  magnification: real(0.005, 'by what part it is too large', Number.NEGATIVE_INFINITY),
  distanceError: real(0.03, 'by what part the wave runs farther than is believed', Number.NEGATIVE_INFINITY),
  indexError: real(0, 'by what part the index believed is too large; -0.7074 believes in a vacuum', -0.99),
  lifetimeUs: real(
    0,
    'of the carriers, us: they spread, and the light makes a conducting sheet; 0: they stay where they are',
  ),
  depth: real(1, 'part of its power that full light takes from the wave; 1 is believed'),
  snrDb: real(60, 'light over the noise of one frame, dB', Number.NEGATIVE_INFINITY),
  calibrate: choice(
    ['both', 'none', 'machine', 'model'],
    'both',
    'machine: its own parameters are moved until it reads what it should; model: a twin is fitted and the image made with what it says',
  ),
  calibrationObject: scene('star', 'known object that stands in the beam for the calibration'),
  calibrationPatterns: whole(64, 'patterns shown to it, each with its opposite', 8),
  fineness: whole(4, 'fine samples along a pixel at which the machine is simulated'),
  modelFineness: whole(2, 'the same for twin and reconstruction'),
  method: choice(IMAGE_METHODS, 'tv-wave', 'how images are made'),
  iterations: whole(0, 'of the method; 0 takes its own number', 0),
  sweep: choice(
    ['no', 'yes'],
    'no',
    'yes: one mismatch after the other on its own, for the table of what matters most',
  ),
  repeats: whole(3, 'sweep: draws of the noise for each'),
} as const

export type MismatchSettings = Values<typeof MISMATCH_SETTINGS>

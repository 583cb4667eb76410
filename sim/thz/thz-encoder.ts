import { thzEncoderSheet } from '../../devices/thz-encoder.ts'
import { withoutInfinity } from '../infinity.ts'
import { type Simulator, simulator } from '../simulator.ts'
import { Detector, frameNoise } from './detector.ts'
import { EncoderBody } from './encoder-body.ts'
import { EncoderOptics } from './encoder-optics.ts'
import { LitFace } from './lit-face.ts'
import { LIGHT, type ThzOptions, WAVELENGTH } from './options.ts'
import { imperfectionsOf } from './presets.ts'
import { thzWave } from './wave.ts'

export interface ThzEncoderOptions extends ThzOptions {
  /** Distance of neighbouring pixels, m; default 320 um. */
  readonly pitch?: number
  /** How many patterns are shown to each scene. */
  readonly patterns: number
  /** Whether each is shown as a pair of opposites, whose readings are subtracted; default true. */
  readonly differential?: boolean
  /** Reading of the open beam on a wafer that lets everything through, V; default 4. */
  readonly gain?: number
}

/** A simulated THz encoder (`devices/thz-encoder.ts` says what it means), with `codes` and `state`. */
export function thzEncoder(options: ThzEncoderOptions): Simulator {
  return simulator(thzEncoderBody(options))
}

/** Its body, for wrappers and servers. */
export function thzEncoderBody(options: ThzEncoderOptions): EncoderBody {
  const { pixels, patterns, pitch = 320e-6, differential = true, gain = 4 } = options
  const { fineness = 2, wavelength = WAVELENGTH, preset = 'ideal', seed = 1 } = options
  const { maxSlots = 4096, frameSeconds = 1e-3 } = options
  const imperfections = imperfectionsOf(preset, options)
  const { wafer, beam, detector, converters } = imperfections
  const noise = frameNoise(detector, frameSeconds)
  const sheet = thzEncoderSheet(
    { pixels, pitch, patterns, differential, gain },
    {
      kind: 'simulator',
      identity: `${patterns} of ${pixels}x${pixels} at ${Math.round(pitch * 1e9) / 1e3} um, ${preset}, machine ${seed}`,
      converters,
      noise: differential ? Math.SQRT2 * noise : noise,
      maxSlots,
      slotSeconds: frameSeconds * patterns * (differential ? 2 : 1),
      settings: { preset, imperfections: withoutInfinity(imperfections), fineness, wavelength, seed },
    },
  )
  const wave = thzWave({ ...options, pitch, wafer, beam })
  const omega = (2 * Math.PI * LIGHT) / wavelength
  const face = new LitFace({ pixels, pitch, fineness, plane: wave.plane, omega, imperfections })
  const optics = new EncoderOptics({ pixels, patterns, differential, fineness, wave, face, imperfections })
  const ending = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, step: sheet.sense.step }
  return new EncoderBody({
    sheet,
    optics,
    detector: new Detector({ options: detector, ending, frameSeconds, seed }),
    gain,
    differential,
  })
}

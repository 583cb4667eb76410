import { thzImagerSheet } from '../../devices/thz-imager.ts'
import type { CodePort, PatternPort } from '../../src/contract/facets.ts'
import { InsituError } from '../../src/errors.ts'
import type { Field } from '../../src/optics/plane.ts'
import { withoutInfinity } from '../infinity.ts'
import { type Simulator, simulator } from '../simulator.ts'
import { Detector, frameNoise } from './detector.ts'
import { ImagerBody } from './imager-body.ts'
import { ImagerOptics } from './imager-optics.ts'
import { imagerPatterns } from './imager-patterns.ts'
import { LitFace } from './lit-face.ts'
import { LIGHT, type ThzOptions, WAVELENGTH } from './options.ts'
import { imperfectionsOf } from './presets.ts'
import { thzWave, type Wave } from './wave.ts'

export interface ThzImagerOptions extends ThzOptions {
  /** Distance of neighbouring pixels, m; default 40 um. */
  readonly pitch?: number
  /**
   * What stands in the beam: transmission of the amplitude on the fine grid, (pixels * fineness)^2 numbers, real or complex.
   */
  readonly object: Float64Array | Field
  /** Zones of a side with their own level of light; default 1. */
  readonly zones?: number
  /** Reading of the open beam on the unlit wafer, V; default 1. */
  readonly gain?: number
}

/** An imager behind the contract; one rate for lengths, angles and levels would make no sense, so it does not learn on board. */
export interface ThzImagerSimulator extends Omit<Simulator, 'learn'> {
  readonly codes: CodePort & { readonly patterns: PatternPort }
}

/**
 * A simulated THz imager (`devices/thz-imager.ts` says what it means), with `codes`, which make patterns too, and `state`.
 *
 * It starts at the safe values, at which the light is off: store `imagerTheta(sheet)` first.
 */
export function thzImager(options: ThzImagerOptions): ThzImagerSimulator {
  const body = thzImagerBody(options)
  const { learn: _, ...machine } = simulator(body)
  return { ...machine, codes: { ...machine.codes, patterns: imagerPatterns(body, options.pixels) } }
}

/** Its body, for wrappers and servers. */
export function thzImagerBody(options: ThzImagerOptions): ImagerBody {
  const { pixels, pitch = 40e-6, zones = 1, gain = 1, fineness = 2, wavelength = WAVELENGTH } = options
  const { preset = 'ideal', seed = 1, maxSlots = 4096, frameSeconds = 1e-3 } = options
  const imperfections = imperfectionsOf(preset, options)
  const { wafer, beam, detector, converters } = imperfections
  const sheet = thzImagerSheet(
    { pixels, pitch, zones, distance: wafer.thickness, gain },
    {
      kind: 'simulator',
      identity: `${pixels}x${pixels} at ${Math.round(pitch * 1e9) / 1e3} um, ${preset}, machine ${seed}`,
      converters,
      noise: frameNoise(detector, frameSeconds),
      maxSlots,
      slotSeconds: frameSeconds,
      settings: { preset, imperfections: withoutInfinity(imperfections), fineness, wavelength, seed },
    },
  )
  const wave = thzWave({ ...options, pitch, wafer, beam })
  const face = new LitFace({
    pixels,
    pitch,
    fineness,
    plane: wave.plane,
    omega: (2 * Math.PI * LIGHT) / wavelength,
    imperfections,
  })
  const optics = new ImagerOptics({ pixels, zones, source: lit(options.object, wave), wave, face, imperfections })
  return new ImagerBody(
    sheet,
    optics,
    new Detector({ options: detector, ending: sheet.sense, frameSeconds, seed }),
    gain,
  )
}

/** The wave right behind the object. */
function lit(object: Float64Array | Field, { plane, beam }: Wave): Field {
  const { re, im } = object instanceof Float64Array ? { re: object, im: undefined } : object
  const count = plane.rows * plane.columns
  if (re.length !== count || (im !== undefined && im.length !== count))
    throw new InsituError(
      'SHAPE',
      `thz-imager: the object takes ${plane.rows} x ${plane.columns} = ${count} numbers, got ${re.length}`,
      { hint: 'sample it on the fine grid: pixels x fineness a side' },
    )
  return { re: re.map((t, n) => t * beam[n]), im: im?.map((t, n) => t * beam[n]) ?? new Float64Array(count) }
}

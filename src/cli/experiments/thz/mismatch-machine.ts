import { imagerTheta } from '../../../../devices/thz-imager.ts'
import { carrierSpread } from '../../../../sim/thz/carriers.ts'
import { type ThzImagerOptions, thzImager, WAVELENGTH } from '../../../../sim/thz/index.ts'
import { thzImagerTwin } from '../../../../sim/twins/thz-imager.ts'
import { attach } from '../../../contract/device.ts'
import { measurePatterns, type PatternDevice } from '../../../imaging/measure-patterns.ts'
import type { Measurement } from '../../../imaging/measurement.ts'
import { type ImageModel, waveModel } from '../../../imaging/model.ts'
import { REGISTERED, type Registration, registered } from '../../../imaging/registered.ts'
import { angularSpectrum } from '../../../optics/angular-spectrum.ts'
import { sampled } from '../../../scenes/sampled.ts'
import type { Scene } from '../../../scenes/scene.ts'
import type { Twin } from '../../../twins/twin.ts'
import type { MismatchSettings } from './mismatch-settings.ts'
import { orderedPatterns } from './pattern-setting.ts'

/** Ambipolar diffusion of carriers in silicon, m^2/s. */
const DIFFUSION = 18e-4

/** Deviations from what is believed; what is left out is as believed. */
export interface Truth {
  readonly registration: Registration
  /** Relative. */
  readonly distance: number
  /** Length over which carriers spread, m; 0 where they stay. */
  readonly spread: number
  readonly depth: number
}

export const AS_BELIEVED: Truth = { registration: REGISTERED, distance: 0, spread: 0, depth: 1 }

/** What the settings say of the machine. */
export function truthOf(settings: MismatchSettings): Truth {
  const { shiftUm, rotationMrad, magnification, distanceError, lifetimeUs, depth } = settings
  const [x, y] = shiftUm.map((um) => um * 1e-6)
  return {
    registration: { shiftX: x, shiftY: y, rotation: rotationMrad * 1e-3, magnification: 1 + magnification },
    distance: distanceError,
    spread: Math.sqrt(lifetimeUs * 1e-6 * DIFFUSION),
    depth,
  }
}

function shape({ grid, pitchUm }: MismatchSettings, fineness: number) {
  const pitch = pitchUm * 1e-6
  return { pitch, plane: { rows: grid * fineness, columns: grid * fineness, pitch: pitch / fineness } }
}

/** A scene half a pixel off the grid, as an image has it. */
export function imageOf(scene: Scene, settings: MismatchSettings): Float64Array {
  return onGrid(scene, settings, 1)
}

function onGrid(scene: Scene, settings: MismatchSettings, fineness: number): Float64Array {
  const { pitch, plane } = shape(settings, fineness)
  return sampled(scene, plane, { shift: { x: pitch / 2, y: pitch / 2 } })
}

function optics(scene: Scene, settings: MismatchSettings, fineness: number, spreads: boolean): ThzImagerOptions {
  const { grid, thicknessUm, index } = settings
  return {
    pixels: grid,
    pitch: shape(settings, fineness).pitch,
    fineness,
    object: onGrid(scene, settings, fineness),
    wafer: { thickness: thicknessUm * 1e-6, index, diffusion: DIFFUSION, lifetime: 0 },
    // A sheet that takes all of the power conducts without limit.
    modulator: { law: spreads ? 'sheet' : 'linear', depth: spreads ? 0.99 : 1 },
  }
}

/** The machine with a scene in it, full light on; it is the caller's to close. */
export async function machineWith(scene: Scene, settings: MismatchSettings, truth: Truth, seed: number) {
  const { snrDb, fineness, grid } = settings
  const spreads = truth.spread > 0
  const { wafer, modulator, ...rest } = optics(scene, settings, fineness, spreads)
  const { shiftX, shiftY, rotation, magnification } = truth.registration
  const open = onGrid(scene, settings, 1).reduce((sum, t) => sum + t * t, 0) / (grid * grid)
  const machine = attach(
    thzImager({
      ...rest,
      seed,
      wafer: { ...wafer, lifetime: truth.spread ** 2 / DIFFUSION },
      modulator: { ...modulator, depth: Math.min(truth.depth, spreads ? 0.99 : 1) },
      misplaced: { shift: [shiftX, shiftY], rotation, magnification: magnification - 1, distance: truth.distance },
      detector: { noise: open * 10 ** (-snrDb / 20) },
    }),
  )
  await machine.store(imagerTheta(machine.sheet))
  return machine
}

/** The twin with a known scene in it, on a coarser grid than the machine's. */
export function twinWith(scene: Scene, settings: MismatchSettings): Twin {
  const { lifetimeUs, modelFineness } = settings
  const { pitch } = shape(settings, modelFineness)
  const spreads = lifetimeUs > 0
  const design = optics(scene, settings, modelFineness, spreads)
  // That carriers spread is known where they do, but not how far: a pixel is believed.
  const lifetime = spreads ? pitch ** 2 / DIFFUSION : 0
  return thzImagerTwin({ ...design, wafer: { ...design.wafer, lifetime } })
}

/** Values of the patterns, with the object in the machine. */
export async function valuesOf(machine: PatternDevice, settings: MismatchSettings): Promise<Measurement> {
  const { grid, order, patterns } = settings
  const shown = orderedPatterns(order, grid, patterns)
  return await measurePatterns(machine, shown, { pairing: 'opposite', perPixel: 1 / (grid * grid) })
}

/** What the reconstruction is told about the machine. */
export function modelOf(settings: MismatchSettings, believed: Truth): ImageModel {
  const { grid, thicknessUm, index, indexError, modelFineness } = settings
  const { plane } = shape(settings, modelFineness)
  const wave = waveModel(
    angularSpectrum({
      plane,
      wavelength: WAVELENGTH,
      index: index * (1 + indexError),
      distance: thicknessUm * 1e-6 * (1 + believed.distance),
    }),
  )
  const spread =
    believed.spread > 0
      ? carrierSpread(plane, { lifetime: believed.spread ** 2 / DIFFUSION, diffusion: DIFFUSION, recombination: 0 })
      : undefined
  return registered(wave, {
    plane,
    pixels: grid,
    registration: believed.registration,
    ...(spread !== undefined && { spread }),
  })
}

import { COUNTED_THZ, IDEAL_THZ } from '../../devices/thz-parts.ts'
import { InsituError } from '../../src/errors.ts'
import type { ThzChanges, ThzImperfections, WaferOptions } from './options.ts'

export interface ThzPreset {
  /** Where the numbers come from. */
  readonly source: string
  readonly imperfections: ThzImperfections
}

/** 500 um of high-resistivity silicon, index 3.418; D = 18 cm^2/s is the usual ambipolar figure, the lifetime that of bare wafers. */
const silicon: WaferOptions = {
  thickness: 500e-6,
  index: 3.418,
  absorption: 0,
  etalon: false,
  lifetime: 10e-6,
  diffusion: 18e-4,
  recombination: 0,
}

const ideal: ThzImperfections = {
  wafer: silicon,
  modulator: { law: 'linear', depth: 1, saturation: Number.POSITIVE_INFINITY, collision: 0 },
  beam: { wave: Number.POSITIVE_INFINITY, light: Number.POSITIVE_INFINITY },
  detector: {
    mode: 'bucket',
    noise: 0,
    nep: 0,
    responsivity: 0,
    lockIn: 0,
    offset: 0,
    flicker: 0,
    sourceRate: 0,
    sourceFlicker: 0,
  },
  misplaced: { shift: [0, 0], rotation: 0, magnification: 0, distance: 0 },
  converters: IDEAL_THZ,
}

/** A sheet of carriers; 0.1 ps between collisions is the class of silicon at room temperature, saturation a round number. */
const sheet = { law: 'sheet', saturation: 5, collision: 1e-13 } as const

/** Named machines, each with its source. */
export const THZ_PRESETS = {
  ideal: {
    source: 'propagation through 500 um of silicon, then a modulator that takes the gray level of the power; no noise',
    imperfections: ideal,
  },
  reference: {
    source:
      'the ideal machine with noise of 1 % of the deviation of the Hadamard coefficients of the letter F: .107 of its power, which is .148 of the open beam, over root two for one frame of a pair',
    imperfections: { ...ideal, detector: { ...ideal.detector, noise: 1.12e-4 } },
  },
  bare: {
    source: 'bare silicon takes about .3 of the power (Appl. Sci. 10, 2427); its lifetime is a round number of ours',
    imperfections: { ...ideal, modulator: { ...sheet, depth: 0.3 } },
  },
  annealed: {
    source: 'annealed silicon: depth 51 %, lifetime below 1 us, response about 1 us; the lifetime is taken as 1 us',
    imperfections: { ...ideal, wafer: { ...silicon, lifetime: 1e-6 }, modulator: { ...sheet, depth: 0.51 } },
  },
  passivated: {
    source:
      'silicon passivated by its oxide takes .9 (Appl. Sci. 10, 2427) because its carriers live long: 100 us is a round number of ours',
    imperfections: { ...ideal, wafer: { ...silicon, lifetime: 100e-6 }, modulator: { ...sheet, depth: 0.9 } },
  },
  bench: {
    source:
      'the annealed wafer with its etalon; detector, beams, misplacement and drifts are round numbers of ours in the range of room-temperature detectors and careful alignment; readings of 16 bits, gray levels of 8',
    imperfections: {
      wafer: { ...silicon, lifetime: 1e-6, absorption: 5, etalon: true },
      modulator: { ...sheet, depth: 0.51 },
      beam: { wave: 5e-3, light: 5e-3 },
      detector: {
        mode: 'bucket',
        noise: 0,
        nep: 1e-9,
        responsivity: 1e3,
        lockIn: 1e-4,
        offset: 2e-3,
        flicker: 1e-5,
        sourceRate: 1e-5,
        sourceFlicker: 1e-3,
      },
      misplaced: { shift: [8e-6, -5e-6], rotation: 2e-3, magnification: 2e-3, distance: 0.01 },
      converters: COUNTED_THZ,
    },
  },
} as const satisfies Record<string, ThzPreset>

/** Finds a preset by name; `CONFIG` names the known ones. */
export function thzPreset(name: string): ThzPreset {
  if (Object.hasOwn(THZ_PRESETS, name)) return THZ_PRESETS[name as keyof typeof THZ_PRESETS]
  throw new InsituError('CONFIG', `thz: preset must be one of ${Object.keys(THZ_PRESETS).join(', ')}, got ${name}`)
}

/** A preset with changes, part by part. */
export function imperfectionsOf(preset: string, changes: ThzChanges): ThzImperfections {
  const base = thzPreset(preset).imperfections
  const { wafer, modulator, beam, detector, misplaced, converters } = changes
  return {
    wafer: { ...base.wafer, ...wafer },
    modulator: { ...base.modulator, ...modulator },
    beam: { ...base.beam, ...beam },
    detector: { ...base.detector, ...detector },
    misplaced: { ...base.misplaced, ...misplaced },
    converters: { ...base.converters, ...converters },
  }
}

import { IDEAL_THZ } from '../../devices/thz-parts.ts'
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
  modulator: { law: 'linear' },
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

/** Named machines, each with its source. */
export const THZ_PRESETS = {
  ideal: {
    source: 'propagation through 500 um of silicon, then a modulator that takes the gray level of the power; no noise',
    imperfections: ideal,
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
  const { wafer, beam, detector, misplaced, converters, modulator = base.modulator } = changes
  return {
    wafer: { ...base.wafer, ...wafer },
    beam: { ...base.beam, ...beam },
    detector: { ...base.detector, ...detector },
    misplaced: { ...base.misplaced, ...misplaced },
    converters: { ...base.converters, ...converters },
    modulator,
  }
}

import { InsituError } from '../../src/errors.ts'
import { NO_IMPERFECTIONS, type WaveImperfections } from './imperfections.ts'

export interface WavePreset {
  /** Where the numbers come from. */
  readonly source: string
  readonly imperfections: WaveImperfections
}

/** Named wave fields, each with its source. */
export const WAVE_PRESETS = {
  ideal: { source: 'no loss, a perfect mirror, readings as they are', imperfections: NO_IMPERFECTIONS },
  published: {
    source: 'every shift of a parameter saturates at 0.1, as in the code of López-Pastor and Marquardt (2023)',
    imperfections: { ...NO_IMPERFECTIONS, shiftLimit: 0.1 },
  },
  disordered: {
    source: 'frequencies scattered by 0.03, the most of the disorder notebook of López-Pastor and Marquardt (2023)',
    imperfections: { ...NO_IMPERFECTIONS, disorder: 0.03 },
  },
  bench: {
    source:
      'scatter 0.01, energy lost by 0.1 % per unit of time, mirror off by 0.2 % and 2 mrad, readings to 1e-4: round numbers of ours, each small enough for an echo over T = 20',
    imperfections: {
      ...NO_IMPERFECTIONS,
      disorder: 0.01,
      loss: 1e-3,
      mirrorAmplitude: 2e-3,
      mirrorPhase: 2e-3,
      readNoise: 1e-4,
      localNoise: 1e-4,
    },
  },
} as const satisfies Record<string, WavePreset>

/** Finds a preset by name; `CONFIG` names the known ones. */
export function wavePreset(name: string): WavePreset {
  if (Object.hasOwn(WAVE_PRESETS, name)) return WAVE_PRESETS[name as keyof typeof WAVE_PRESETS]
  throw new InsituError(
    'CONFIG',
    `wave-field: preset must be one of ${Object.keys(WAVE_PRESETS).join(', ')}, got ${name}`,
  )
}

import { type ChipConverters, FIRMWARE_CONVERTERS, IDEAL_CONVERTERS } from '../../devices/mgd-chip.ts'
import { InsituError } from '../../src/errors.ts'
import type { GainDriftOptions } from './gain-drift.ts'
import type { MismatchOptions } from './mismatch.ts'

/** Everything that may be wrong with a simulated chip. */
export interface Imperfections extends MismatchOptions, GainDriftOptions {
  /** Standard deviation of one reading, V. */
  readonly readNoise: number
  /** Random walk of each output's zero, V per square root of a second. */
  readonly readDrift: number
  /** Time constant with which stored voltages leak towards 0 V, seconds. */
  readonly leakSeconds: number
  readonly converters: ChipConverters
}

export interface Preset {
  /** Where the numbers come from. */
  readonly source: string
  readonly imperfections: Imperfections
}

const ideal: Imperfections = {
  activation: 0,
  weightGain: 0,
  weightOffset: 0,
  dead: 0,
  readNoise: 0,
  readDrift: 0,
  leakSeconds: Number.POSITIVE_INFINITY,
  gainDrift: 0,
  gainDriftCommon: 0,
  converters: IDEAL_CONVERTERS,
}

/** Two's complement: -2048 to 2047 steps. */
const twelveBit = (full: number) => ({ min: -full, max: (2047 / 2048) * full, step: full / 2048 })

const DEFECTS = 'McCaughan et al., APL Mach. Learn. 1, 026118 (2023), four-way activation defects as in the code'

/** Named sets of imperfections, each with its source. */
export const CHIP_PRESETS = {
  ideal: { source: 'arithmetic without limits but the ranges', imperfections: ideal },
  'defects-0.1': { source: `${DEFECTS}, sigma 0.1`, imperfections: { ...ideal, activation: 0.1 } },
  'defects-0.25': { source: `${DEFECTS}, sigma 0.25`, imperfections: { ...ideal, activation: 0.25 } },
  firmware: {
    source: 'converters of the reference firmware, docs/reference/wire.md',
    imperfections: { ...ideal, converters: FIRMWARE_CONVERTERS },
  },
  bench: {
    source:
      '12-bit converters and one least significant bit of noise, the class of MCP4728 (DAC) and MCP3208 (ADC); mismatch and drift are round numbers of ours',
    imperfections: {
      ...ideal,
      activation: 0.02,
      weightGain: 0.02,
      weightOffset: 0.02,
      readNoise: 1 / 2048,
      readDrift: 1e-3,
      converters: { parameter: twelveBit(8), drive: twelveBit(2), sense: twelveBit(1) },
    },
  },
} as const satisfies Record<string, Preset>

export type ChipPreset = keyof typeof CHIP_PRESETS

/** Finds a preset by name; `CONFIG` names the known ones. */
export function chipPreset(name: string): Preset {
  if (Object.hasOwn(CHIP_PRESETS, name)) return CHIP_PRESETS[name as ChipPreset]
  throw new InsituError(
    'CONFIG',
    `mgd-chip: preset must be one of ${Object.keys(CHIP_PRESETS).join(', ')}, got ${name}`,
  )
}

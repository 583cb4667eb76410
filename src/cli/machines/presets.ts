import type { CHIP_PRESETS, CORE_PRESETS, LATTICE_PRESETS, THZ_PRESETS, WAVE_PRESETS } from '../../../sim/index.ts'

/** Presets by name, for help: the simulators that have them are loaded only when one is wanted. The default first. */
export const LATTICE_PRESET_NAMES = [
  'bench',
  'ideal',
  'finite',
  'camera',
  'counted',
  'swinging',
  'rubber',
] as const satisfies readonly (keyof typeof LATTICE_PRESETS)[]

export const CHIP_PRESET_NAMES = [
  'ideal',
  'defects-0.1',
  'defects-0.25',
  'firmware',
  'bench',
] as const satisfies readonly (keyof typeof CHIP_PRESETS)[]

export const WAVE_PRESET_NAMES = [
  'ideal',
  'published',
  'disordered',
  'bench',
] as const satisfies readonly (keyof typeof WAVE_PRESETS)[]

export const CORE_PRESET_NAMES = [
  'ideal',
  'mismatched',
  'stuck',
  'lossy',
] as const satisfies readonly (keyof typeof CORE_PRESETS)[]

export const THZ_PRESET_NAMES = [
  'ideal',
  'reference',
  'bare',
  'annealed',
  'passivated',
  'bench',
] as const satisfies readonly (keyof typeof THZ_PRESETS)[]

/** A lattice as one would meet it: a camera of 10 um, finite strain, bonds that differ. */
export const LATTICE_PRESET = LATTICE_PRESET_NAMES[0]
export const CHIP_PRESET = CHIP_PRESET_NAMES[0]
export const WAVE_PRESET = WAVE_PRESET_NAMES[0]
export const CORE_PRESET = CORE_PRESET_NAMES[0]
export const THZ_PRESET = THZ_PRESET_NAMES[0]

/** 'bench (default), ideal or rubber'. */
export function presetWords([usual, ...others]: readonly string[]): string {
  return `${[`${usual} (default)`, ...others.slice(0, -1)].join(', ')} or ${others.at(-1)}`
}

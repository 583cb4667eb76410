import type { ThzConverters } from '../../devices/thz-parts.ts'

/** The wafer between object and detector, and its carriers. SI units. */
export interface WaferOptions {
  /** From the object to the lit face, m. */
  readonly thickness: number
  /** Refractive index for the wave. */
  readonly index: number
  /** Loss of the wave's power, 1/m. */
  readonly absorption: number
  /** Whether the wave that both faces send back once more is added, coherently. */
  readonly etalon: boolean
  /** Lifetime of the carriers, s. */
  readonly lifetime: number
  /** Their (ambipolar) diffusion, m^2/s. */
  readonly diffusion: number
  /** Their recombination at the lit face, m/s. */
  readonly recombination: number
}

/** What light does to the wave. */
export interface ModulatorOptions {
  /**
   * `linear`: a lit pixel lets 1 - depth * level of the power through, whatever is beside it. `sheet`: carriers spread, make a
   * conducting sheet, and that reflects.
   */
  readonly law: 'linear' | 'sheet'
  /** Part of its power that the wave loses under full, even light (of a sheet: before saturation). */
  readonly depth: number
  /** Of a sheet: carriers per area that can never be passed, as a multiple of those under full, even light; Infinity if none. */
  readonly saturation: number
  /** Of a sheet: time between collisions of the carriers, s; 0 leaves the conductance real. */
  readonly collision: number
}

export interface BeamOptions {
  /** Radius at which the amplitude of the wave at the object is 1/e of that on the axis, m; Infinity for an even one. */
  readonly wave: number
  /** The same for the light that writes the patterns, of its power, m. */
  readonly light: number
}

export interface DetectorOptions {
  /** `bucket`: all the power that leaves the wafer. `single-mode`: the power in the beam's own mode, on axis, coherently. */
  readonly mode: 'bucket' | 'single-mode'
  /** White noise of one frame's reading that is not named below, standard deviation, V. */
  readonly noise: number
  /** Noise equivalent power, W/Hz^0.5. */
  readonly nep: number
  /** V/W; the open beam then carries gain / responsivity watts. */
  readonly responsivity: number
  /** Time constant of the lock-in, s: it keeps exp(-frame / tau) of the reading before; 0 for none. */
  readonly lockIn: number
  /** Reading in the dark, V. */
  readonly offset: number
  /** Standard deviation of the 1/f noise over 2^19 frames, V. */
  readonly flicker: number
  /** Relative change of the source per second. */
  readonly sourceRate: number
  /** Standard deviation of the source's slow 1/f noise over 2^19 frames, relative. */
  readonly sourceFlicker: number
}

/** How the frame lies on the wafer without anybody's doing, on top of what the parameters say. */
export interface Misplacement {
  /** m. */
  readonly shift: readonly [x: number, y: number]
  /** rad. */
  readonly rotation: number
  /** Relative: 0.01 for a frame one percent too large. */
  readonly magnification: number
  /** Relative error of the distance from object to lit face. */
  readonly distance: number
}

/** Everything that a simulated THz machine may suffer from. */
export interface ThzImperfections {
  readonly wafer: WaferOptions
  readonly modulator: ModulatorOptions
  readonly beam: BeamOptions
  readonly detector: DetectorOptions
  readonly misplaced: Misplacement
  readonly converters: ThzConverters
}

/** Changes to a preset, part by part; what is not named stays. */
export type ThzChanges = { readonly [P in keyof ThzImperfections]?: Partial<ThzImperfections[P]> }

/** What both faces of the machine have in common. */
export interface ThzOptions extends ThzChanges {
  /** Pixels of a side of a frame. */
  readonly pixels: number
  /** Fine samples along a pixel at which the wave is simulated; default 2. */
  readonly fineness?: number
  /** In vacuum, m; default that of 0.36 THz. */
  readonly wavelength?: number
  /** How many times wider than the aperture the wave's grid is; default 2. */
  readonly padding?: number
  /** A name from `THZ_PRESETS`; default "ideal". */
  readonly preset?: string
  /** Which machine: its noise; default 1. */
  readonly seed?: number
  /** Most slots per exchange; default 4096. */
  readonly maxSlots?: number
  /** Time of one frame, s; default 1 ms. */
  readonly frameSeconds?: number
}

/** Speed of light in vacuum, m/s. */
export const LIGHT = 299_792_458
/** 0.36 THz in vacuum, m. */
export const WAVELENGTH = LIGHT / 0.36e12

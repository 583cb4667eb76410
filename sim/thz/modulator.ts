import { InsituError } from '../../src/errors.ts'
import type { Field } from '../../src/optics/plane.ts'
import type { ModulatorOptions } from './options.ts'

/** Impedance of vacuum, ohm. */
export const VACUUM_IMPEDANCE = 376.730313668

/**
 * Amplitude of what passes a face of index n with a sheet of this conductance (siemens, real) on it, relative to the bare face:
 * (n + 1) / (n + 1 + Z0 Gs), the thin-film formula of Tinkham.
 */
export function sheetRatio(index: number, conductance: number): number {
  return (index + 1) / (index + 1 + VACUUM_IMPEDANCE * conductance)
}

/** The conductance (S) of a sheet that takes this part of the power. */
export function conductanceFor(index: number, depth: number): number {
  return ((index + 1) / VACUUM_IMPEDANCE) * (1 / Math.sqrt(1 - depth) - 1)
}

/** Drude's conductance of a sheet at an angular frequency over that at rest, 1 / (1 - i omega t): real and imaginary part. */
export function drude(omega: number, collision: number): readonly [re: number, im: number] {
  const x = omega * collision
  return [1 / (1 + x * x), x / (1 + x * x)]
}

/** From light (1 where it is full) to the amplitude ratio of the wave behind it, cell by cell, `light` already spread. */
export type Modulator = (light: Float64Array, into: Field) => void

/** Throws `CONFIG` for a law that makes no sense. */
export function modulator(options: ModulatorOptions, index: number, omega: number): Modulator {
  const { law, depth, saturation, collision } = options
  const wanted: readonly (readonly [string, unknown, boolean, string])[] = [
    ['law', law, law === 'linear' || law === 'sheet', 'linear or sheet'],
    ['depth', depth, depth >= 0 && (depth < 1 || (depth === 1 && law === 'linear')), 'from 0 to below 1'],
    ['saturation', saturation, saturation > 0, 'positive'],
    ['collision', collision, collision >= 0, 'zero or positive, in s'],
  ]
  for (const [name, value, good, what] of wanted)
    if (!good) throw new InsituError('CONFIG', `thz modulator: ${name} must be ${what}, got ${value}`)
  if (law === 'linear')
    return (light, into) => {
      into.im.fill(0)
      for (let n = 0; n < light.length; n++) into.re[n] = Math.sqrt(Math.max(0, 1 - depth * light[n]))
    }
  const [c, s] = drude(omega, collision)
  const full = fullConductance(index, depth, c, s) * (VACUUM_IMPEDANCE / (index + 1))
  return (light, into) => {
    for (let n = 0; n < light.length; n++) {
      // Carriers that are ever harder to add: N / (1 + N / N_sat).
      const y = (full * light[n]) / (1 + light[n] / saturation)
      const [x, z] = [1 + y * c, y * s]
      const size = x * x + z * z
      into.re[n] = x / size
      into.im[n] = -z / size
    }
  }
}

/** The conductance at rest (S) whose sheet takes `depth` of the power: |1 + y (c + i s)|^2 = 1 / (1 - depth), solved for y. */
function fullConductance(index: number, depth: number, c: number, s: number): number {
  const size = c * c + s * s
  const y = (Math.sqrt(c * c + size * (1 / (1 - depth) - 1)) - c) / size
  return (y * (index + 1)) / VACUUM_IMPEDANCE
}

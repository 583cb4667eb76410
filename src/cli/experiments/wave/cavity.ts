import type { WaveOptions } from '../../../../sim/index.ts'
import { draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { norm } from '../../../reference/norm.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import type { Values } from '../settings.ts'
import { choice, real, whole } from '../settings.ts'

export const CAVITY_SETTINGS = {
  eta: real(6e-4, 'strength of the injection -i eta d|psi - y|^2 / d psi*, at the beginning'),
  lastEta: real(3e-4, 'the same at the end, along half a cosine'),
  mass: real(1 / 300, 'mass of the learning field in its decay: eta / mass is the rate of descent'),
  decay: real(100, 'how long it decays: e^-decay of the momentum is left'),
  form: choice(['averaged', 'simple'], 'averaged', 'two echoes with opposite signs, or one'),
  iterations: whole(1500, 'steps, each with one of the four rows'),
  amplitude: real(0.64, 'input amplitude at intensity 1'),
  thetaNorm: real(1, 'norm of the learning field at the start'),
  shiftLimit: real(0.1, 'every shift of a parameter saturates at this; 0 for no limit'),
  hopping: real(10, 'J'),
  coupling: real(0.3, 'kappa, of a port to its cavity'),
  g: real(-2, 'Kerr coefficient', Number.NEGATIVE_INFINITY),
  time: real(20, 'how long a wave runs'),
  dt: real(0.04, 'step of the integrator'),
} as const

export type CavityValues = Values<typeof CAVITY_SETTINGS>

/** What may be wrong with the array in a run. */
export interface CavityFaults {
  readonly disorder?: number
  readonly loss?: number
  readonly mirrorAmplitude?: number
  readonly readNoise?: number
}

/** The four rows of XOR: +-amplitude on two ports, +-amplitude / 2 wanted on the fourth, real. */
export function xorTable(amplitude: number): LessonTable {
  const signs = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ]
  return {
    rows: 4,
    drive: Float64Array.from(signs.flat(), (sign) => sign * amplitude),
    target: Float64Array.from(signs.flatMap(([a, b]) => [(a * b * amplitude) / 2, 0])),
  }
}

/** The array with two ports that are driven and one that is read, as the command line and the experiments set it up. */
export function cavityMachine({ mass, decay, hopping, coupling, g, time, dt }: CavityValues) {
  return {
    field: { kind: 'kerr-cavities', hopping, coupling, g },
    inputs: ['0.q', '1.q'],
    outputs: ['3.q', '3.p'],
    time,
    step: dt,
    learning: { mass, decay },
  } as const satisfies WaveOptions
}

/** The array at its start: 16 real amplitudes drawn evenly around zero, of the given norm. */
export function cavityTheta({ thetaNorm }: Pick<CavityValues, 'thetaNorm'>, seed: number): Float64Array {
  const theta = fillUniform(draws(seed, STREAM.initialValues), -1, 1, new Float64Array(16))
  const size = norm(theta)
  for (let i = 0; i < theta.length; i++) theta[i] *= thetaNorm / size
  return theta
}

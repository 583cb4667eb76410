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
  read: choice(
    ['in-phase', 'both'],
    'in-phase',
    'what is read of the output port: its amplitude in phase with the inputs, or both quadratures as published',
  ),
  thetaNorm: real(1.25, 'norm of the learning field at the start; 1 as published'),
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

/** Signs of two inputs, four rows; XOR asks for their product. */
export const XOR_SIGNS = [
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const

/** The four rows of XOR: +-amplitude on two ports, +-amplitude / 2 wanted on the fourth, and nothing in its other quadrature. */
export function xorTable(amplitude: number, read: CavityValues['read']): LessonTable {
  return {
    rows: XOR_SIGNS.length,
    drive: Float64Array.from(XOR_SIGNS.flat(), (sign) => sign * amplitude),
    target: Float64Array.from(
      XOR_SIGNS.flatMap(([a, b]) => [(a * b * amplitude) / 2, 0].slice(0, cavityOutputs(read).length)),
    ),
  }
}

/** What is read of the output port. */
export function cavityOutputs(read: CavityValues['read']): readonly string[] {
  return read === 'both' ? ['3.q', '3.p'] : ['3.q']
}

/** The array with two ports that are driven and one that is read, as the command line and the experiments set it up. */
export function cavityMachine({ mass, decay, hopping, coupling, g, time, dt, read }: CavityValues) {
  return {
    field: { kind: 'kerr-cavities', hopping, coupling, g },
    inputs: ['0.q', '1.q'],
    outputs: cavityOutputs(read),
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

import { waveSimulator } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { squaredError } from '../../../cost/squared-error.ts'
import { cosine } from '../../../optim/schedule.ts'
import { draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { norm } from '../../../reference/norm.ts'
import { hamiltonianEcho } from '../../../rules/hamiltonian-echo.ts'
import { type LessonTable, shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { answers } from '../chip-run.ts'
import type { Values } from '../settings.ts'
import { choice, real, whole } from '../settings.ts'

export const CAVITY_SETTINGS = {
  eta: real(1e-4, 'strength of the injection -i eta d|psi - y|^2 / d psi*, at the beginning'),
  lastEta: real(1e-4, 'the same at the end, along half a cosine'),
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

/** How one array learned. */
export interface CavityRun {
  /** Mean of |psi - y|^2 / amplitude^2 over the four rows, every `LOOK` iterations from 0. */
  readonly costs: readonly number[]
  /** psi_3 / y of the four rows at the end, real and imaginary part. */
  readonly outputs: readonly (readonly [re: number, im: number])[]
  /** Largest |psi - y| / |y| of the four rows at the end. */
  readonly worst: number
  readonly theta: Float64Array
}

/** Iterations between two looks at all four rows. */
export const LOOK = 50

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

/** A cavity array at its start: 16 real amplitudes drawn evenly around zero, of the given norm. */
export function openCavities(settings: CavityValues, seed: number, faults: CavityFaults = {}) {
  const { mass, decay, hopping, coupling, g, time, dt, thetaNorm, shiftLimit } = settings
  const theta = fillUniform(draws(seed, STREAM.initialValues), -1, 1, new Float64Array(16))
  const size = norm(theta)
  for (let i = 0; i < theta.length; i++) theta[i] *= thetaNorm / size
  const options = {
    field: { kind: 'kerr-cavities', hopping, coupling, g },
    inputs: ['0.q', '1.q'],
    outputs: ['3.q', '3.p'],
    time,
    step: dt,
    seed,
    learning: { mass, decay },
    imperfections: { ...faults, ...(shiftLimit > 0 && { shiftLimit }) },
  } as const
  return { options, theta, device: attach(waveSimulator(options)) }
}

/** Trains one array on XOR. The rule never reads the learning field; `theta` of the result is read once at the end. */
export async function trainCavities(
  settings: CavityValues,
  intensity: number,
  seed: number,
  faults: CavityFaults = {},
): Promise<CavityRun> {
  const { eta, lastEta, form, iterations } = settings
  const amplitude = settings.amplitude * intensity
  const table = xorTable(amplitude)
  const { theta, device } = openCavities(settings, seed, faults)
  await using _ = device
  const costs: number[] = []
  // squaredError is half of |psi - y|^2.
  const rule = hamiltonianEcho({ cost: squaredError, eta: cosine(2 * eta, iterations, 2 * lastEta), form })
  const lessons = shuffledLessons(table, { seed })
  await device.store(theta)
  costs.push((await look(device, table, amplitude)).cost)
  for await (const { step } of train(rule, device, theta, lessons, { steps: iterations }))
    if (step % LOOK === 0 || step === iterations) costs.push((await look(device, table, amplitude)).cost)
  const { outputs, worst } = await look(device, table, amplitude)
  await device.echo.learning?.read(theta)
  return { costs, outputs, worst, theta }
}

/** Shows all four rows. */
export async function look(device: Device<'echo'>, table: LessonTable, amplitude: number) {
  const readings = new Float64Array(8)
  await answers(device, table, readings)
  const outputs: [number, number][] = []
  let cost = 0
  let worst = 0
  for (let row = 0; row < 4; row++) {
    const wanted = table.target[2 * row]
    const [re, im] = [readings[2 * row], readings[2 * row + 1]]
    const missed = Math.hypot(re - wanted, im)
    outputs.push([re / wanted, im / wanted])
    cost += (missed / amplitude) ** 2 / 4
    worst = Math.max(worst, missed / Math.abs(wanted))
  }
  return { outputs, cost, worst }
}

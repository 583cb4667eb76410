import { waveSimulator } from '../../../../sim/index.ts'
import { attach, type Device } from '../../../contract/device.ts'
import { squaredError } from '../../../cost/squared-error.ts'
import { cosine } from '../../../optim/schedule.ts'
import { hamiltonianEcho } from '../../../rules/hamiltonian-echo.ts'
import { type LessonTable, shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { answers } from '../chip-run.ts'
import { type CavityFaults, type CavityValues, cavityMachine, cavityTheta, xorTable } from './cavity.ts'

export { CAVITY_SETTINGS, type CavityFaults, type CavityValues, xorTable } from './cavity.ts'

/** How one array learned. */
export interface CavityRun {
  /** Mean of |reading - y|^2 / amplitude^2 over the four rows, every `LOOK` iterations from 0. */
  readonly costs: readonly number[]
  /** psi_3 / y of the four rows at the end, real and imaginary part; the second is 0 where it is not read. */
  readonly outputs: readonly (readonly [re: number, im: number])[]
  /** Largest |reading - y| / |y| of the four rows at the end. */
  readonly worst: number
  readonly theta: Float64Array
}

/** Iterations between two looks at all four rows. */
export const LOOK = 50

/** A cavity array at its start. */
export function openCavities(settings: CavityValues, seed: number, faults: CavityFaults = {}) {
  const { shiftLimit } = settings
  const imperfections = { ...faults, ...(shiftLimit > 0 && { shiftLimit }) }
  const options = { ...cavityMachine(settings), seed, imperfections }
  return { options, theta: cavityTheta(settings, seed), device: attach(waveSimulator(options)) }
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
  const table = xorTable(amplitude, settings.read)
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
  const width = table.target.length / table.rows
  const readings = new Float64Array(table.target.length)
  await answers(device, table, readings)
  const outputs: [number, number][] = []
  let cost = 0
  let worst = 0
  for (let row = 0; row < 4; row++) {
    const wanted = table.target[width * row]
    const re = readings[width * row]
    const im = width > 1 ? readings[width * row + 1] : 0
    const missed = Math.hypot(re - wanted, im)
    outputs.push([re / wanted, im / wanted])
    cost += (missed / amplitude) ** 2 / 4
    worst = Math.max(worst, missed / Math.abs(wanted))
  }
  return { outputs, cost, worst }
}

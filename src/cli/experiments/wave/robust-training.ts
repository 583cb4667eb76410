import { waveSimulator } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { answers } from '../chip-run.ts'
import { type CavityRun, type CavityValues, look, openCavities, trainCavities, xorTable } from './cavity-xor.ts'
import { type Spread, spreadOf } from './robust-gradient.ts'

/** Input noise that is tried, over the amplitude of an input. */
export const NOISES = [0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2]
/** Scatter of the frequencies that is tried; the published disorder notebook goes up to 0.03. */
export const DISORDERS = [0, 0.003, 0.01, 0.03, 0.1]

/** How a trained array answers when its inputs are noisy. */
export interface NoisyInputs {
  readonly noise: number
  /** Share of the answers with the wrong sign. */
  readonly misread: number
  /** Reading over target, all rows and draws: 1 is right, below 0 is the other class. */
  readonly answers: Spread
}

/** Shows a trained array its rows with noise of every size on both quadratures of both inputs. */
export async function noisyInputs(
  settings: CavityValues,
  intensity: number,
  seed: number,
  theta: Float64Array,
  times: number,
): Promise<readonly NoisyInputs[]> {
  const { options } = openCavities(settings, seed)
  const amplitude = settings.amplitude * intensity
  const { drive, target } = xorTable(amplitude, settings.read)
  const width = target.length / 4
  await using device = attach(waveSimulator({ ...options, inputs: ['0.q', '0.p', '1.q', '1.p'] }))
  await device.store(theta)
  const rows = 4 * times
  const found: NoisyInputs[] = []
  for (const [n, noise] of NOISES.entries()) {
    const drawn = draws(seed, STREAM.inputNoise)
    const noisy = Float64Array.from({ length: 4 * rows }, (_, i) => {
      const [row, input] = [Math.floor(i / 4), i % 4]
      const sent = input % 2 === 0 ? drive[2 * (row % 4) + input / 2] : 0
      return sent + noise * amplitude * drawn.normal(4 * rows * n + i)
    })
    const readings = new Float64Array(rows * width)
    await answers(device, { rows, drive: noisy, target: readings }, readings)
    const right = Array.from({ length: rows }, (_, row) => readings[width * row] / target[width * (row % 4)])
    found.push({ noise, misread: right.filter((one) => one < 0).length / rows, answers: spreadOf(right) })
  }
  return found
}

/** What static disorder does to an array: taught as it is, and given the field of one that was taught without disorder. */
export interface Disordered {
  readonly disorder: number
  /** Largest miss of the four rows, over the target. */
  readonly taught: number
  readonly copied: number
}

export async function withDisorder(
  settings: CavityValues,
  intensity: number,
  seed: number,
  perfect: CavityRun,
): Promise<readonly Disordered[]> {
  const found: Disordered[] = []
  for (const disorder of DISORDERS) {
    const run = disorder === 0 ? perfect : await trainCavities(settings, intensity, seed, { disorder })
    found.push({ disorder, taught: run.worst, copied: await copied(settings, intensity, seed, perfect, disorder) })
  }
  return found
}

async function copied(settings: CavityValues, intensity: number, seed: number, { theta }: CavityRun, disorder: number) {
  const amplitude = settings.amplitude * intensity
  await using device = openCavities(settings, seed, { disorder }).device
  await device.store(theta)
  return (await look(device, xorTable(amplitude, settings.read), amplitude)).worst
}

import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { Pairs } from '../../../twins/index.ts'

export interface SimulatedCavity {
  readonly inputs: number
  readonly outputs: number
  readonly rows: number
  /** Standard deviation of a reading, as a part of the readings' size. */
  readonly noise: number
  /** Part of the field that turns over the rows, once to and fro. */
  readonly drift: number
  /** Part of the rows that are glitches. */
  readonly glitches: number
}

/**
 * A cavity as |H x + b| with complex H and b drawn by seed, which drifts, is noisy and now and then reads nonsense: what the real
 * one does, for where its data are not at hand.
 */
export function simulatedCavity(options: SimulatedCavity, seed: number): Pairs {
  const { inputs, outputs, rows, noise, drift, glitches } = options
  const { normal, uniform } = draws(seed, STREAM.syntheticData)
  let next = 0
  const complex = (size: number) =>
    Float64Array.from({ length: 2 * size }, () => normal(next++) / Math.sqrt(2 * inputs))
  const [field, turning] = [complex((inputs + 1) * outputs), complex((inputs + 1) * outputs)]
  // Draws for rows begin beyond those for the field.
  const first = 2 ** 24
  const drive = Float64Array.from({ length: rows * inputs }, (_, i) => uniform(first + i))
  const sense = new Float64Array(rows * outputs)
  const random = draws(seed, STREAM.readNoise)
  for (let r = 0; r < rows; r++) {
    const now = drift * Math.sin((2 * Math.PI * r) / rows)
    const glitch = random.uniform(2 ** 30 + r) < glitches
    for (let c = 0; c < outputs; c++) {
      let [real, imaginary] = [0, 0]
      for (let i = 0; i <= inputs; i++) {
        const x = i < inputs ? drive[r * inputs + i] : 0.2
        const at = 2 * (c * (inputs + 1) + i)
        real += x * (field[at] + now * turning[at])
        imaginary += x * (field[at + 1] + now * turning[at + 1])
      }
      const n = r * outputs + c
      const gain = glitch ? random.uniform(2 ** 31 + n) : 1
      sense[n] = Math.max(0, gain * Math.hypot(real, imaginary) + noise * random.normal(n))
    }
  }
  return { rows, drive, sense, inputs, outputs }
}

import { draws } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { TwinRecord } from '../../../twins/calibration.ts'
import type { Twin } from '../../../twins/twin.ts'

/** Inputs, each with its own sensitivity. */
const INPUTS = 30

/** Least and largest of the gains, which rise by the same factor from input to input. */
const GAINS = { from: 0.1, to: 10 }

/**
 * A logarithmic amplifier behind a sum: reading = asinh(sum_j theta_j x_j p_j), theta the gains of the inputs. What the readings say
 * of one parameter is 10^4 times as much as of another, in squares.
 */
export const scaledTwin: Twin = {
  name: 'scaled',
  width: { theta: INPUTS, drive: INPUTS, sense: 1 },
  banks: [{ name: 'sensitivity', width: INPUTS, unit: '1', start: 0, spread: 1 }],
  forward({ theta, drive, rows, parameters }, sense) {
    for (let r = 0; r < rows; r++) sense[r] = Math.asinh(sum(theta, drive, r, parameters))
  },
  vjp({ theta, drive, rows, parameters }, _measured, cotangent, into) {
    into.theta?.fill(0)
    into.parameters?.fill(0)
    for (let r = 0; r < rows; r++) {
      const z = sum(theta, drive, r, parameters)
      const slope = cotangent[r] / Math.sqrt(1 + z * z)
      for (let j = 0; j < INPUTS; j++) {
        const x = drive[r * INPUTS + j]
        if (into.parameters) into.parameters[j] += slope * theta[j] * x
        if (into.theta) into.theta[j] += slope * x * parameters[j]
        if (into.drive) into.drive[r * INPUTS + j] = slope * theta[j] * parameters[j]
      }
    }
  },
}

function sum(theta: Float64Array, drive: Float64Array, r: number, parameters: Float64Array): number {
  let z = 0
  for (let j = 0; j < INPUTS; j++) z += theta[j] * drive[r * INPUTS + j] * parameters[j]
  return z
}

/** Rows of normal inputs, read from a machine drawn as the twin believes it to be. */
export async function scaledRecord(rows: number, noise: number, seed: number) {
  const [truths, inputs, errors] = [STREAM.weightGain, STREAM.testInputs, STREAM.readNoise].map((s) => draws(seed, s))
  const theta = Float64Array.from(
    { length: INPUTS },
    (_, j) => GAINS.from * (GAINS.to / GAINS.from) ** (j / (INPUTS - 1)),
  )
  const truth = Float64Array.from({ length: INPUTS }, (_, j) => truths.normal(j))
  const drive = Float64Array.from({ length: rows * INPUTS }, (_, i) => inputs.normal(i))
  const sense = new Float64Array(rows)
  await scaledTwin.forward({ theta, drive, rows, parameters: truth }, sense)
  for (let r = 0; r < rows; r++) sense[r] += noise * errors.normal(r)
  const record: TwinRecord = { theta, drive, rows, sense }
  return { record, truth }
}

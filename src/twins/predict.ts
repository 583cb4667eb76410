import { expected } from './ask.ts'
import type { FittedTwin } from './calibration.ts'
import { priorOf } from './fit/problem.ts'
import { eachReading, quadratic } from './fit/rows.ts'
import { startParameters, type TwinPoint, twinParameterCount } from './twin.ts'

/** Readings to be expected, rows x sense width, and how sure that is. */
export interface Prediction {
  readonly mean: Float64Array
  /** Standard deviation of a reading to come: of the parameters, the noise, and what the twin lacks. */
  readonly deviation: Float64Array
  /** The part of it that more calibration would take away: of the parameters alone. */
  readonly fromParameters: Float64Array
}

/**
 * What a machine will read, with one standard deviation, to first order in the errors of the twin's parameters.
 *
 * A twin as designed has the spreads of its banks for errors and no noise. Throws as `expected` does.
 */
export async function predict(
  { twin, calibration }: FittedTwin,
  at: Omit<TwinPoint, 'parameters'>,
): Promise<Prediction> {
  const parameters = calibration?.parameters ?? startParameters(twin)
  const size = twinParameterCount(twin)
  const mean = await expected(twin, { ...at, parameters })
  const spread = priorOf(twin).deviations
  const fromParameters = new Float64Array(mean.length)
  await eachReading(twin, at, mean, parameters, (reading, row) => {
    let variance = 0
    if (calibration !== undefined) variance = quadratic(row, calibration.covariance, size)
    else for (let a = 0; a < row.count; a++) variance += (row.value[a] * spread[row.index[a]]) ** 2
    fromParameters[reading] = Math.sqrt(Math.max(0, variance))
  })
  const noise = (column: number) => calibration?.sigma[column] ?? 0
  const deviation = fromParameters.map((own, i) => Math.hypot(own, noise(i % twin.width.sense)))
  return { mean, deviation, fromParameters }
}

import { InsituError } from '../errors.ts'
import type { Measurement } from './measurement.ts'
import type { ImageModel } from './model.ts'

/** Throws `SHAPE`, `NOT_FINITE` or `CONFIG` for a measurement that `method` cannot make an image of. */
export function checkMeasurement(
  method: string,
  { patterns, values, sigma = 0 }: Measurement,
  model?: ImageModel,
): void {
  const { rows, columns, count, name } = patterns
  if (values.length !== count)
    throw new InsituError('SHAPE', `${method}: ${count} patterns "${name}" want as many values, got ${values.length}`)
  if (model !== undefined && (model.rows !== rows || model.columns !== columns))
    throw new InsituError(
      'SHAPE',
      `${method}: the patterns are ${rows} x ${columns}, the model is ${model.rows} x ${model.columns}`,
    )
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) throw new InsituError('NOT_FINITE', `${method}: value ${bad} is ${values[bad]}`)
  if (!(sigma >= 0 && Number.isFinite(sigma)))
    throw new InsituError('CONFIG', `${method}: the deviation of the noise must be 0 or more, got ${sigma}`)
}

/** Throws `CONFIG` unless the weight of a regulariser is zero or positive. */
export function checkWeight(method: string, weight: number): void {
  if (weight >= 0 && Number.isFinite(weight)) return
  throw new InsituError('CONFIG', `${method}: the weight must be 0 or more, got ${weight}`)
}

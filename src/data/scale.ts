import { InsituError } from '../errors.ts'
import type { Dataset } from './dataset.ts'

/** An affine map per feature, fitted on training rows only. */
export interface Scaler {
  readonly offset: Float64Array
  readonly gain: Float64Array
}

/** Maps the range of every feature over `rows` onto [low, high]; a constant feature goes to the middle. */
export function rangeScaler(data: Dataset, rows: Uint32Array, low: number, high: number): Scaler {
  const offset = new Float64Array(data.width)
  const gain = new Float64Array(data.width)
  for (let c = 0; c < data.width; c++) {
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    for (const r of rows) {
      min = Math.min(min, data.features[r * data.width + c])
      max = Math.max(max, data.features[r * data.width + c])
    }
    gain[c] = max > min ? (high - low) / (max - min) : 0
    offset[c] = max > min ? low - gain[c] * min : (low + high) / 2
  }
  return { offset, gain }
}

/** Inputs for a machine: chosen rows, scaled, and kept within [min, max] of its drive port. */
export function scaledInputs(data: Dataset, rows: Uint32Array, scaler: Scaler, min: number, max: number): Float64Array {
  const out = new Float64Array(rows.length * data.width)
  rows.forEach((r, at) => {
    for (let c = 0; c < data.width; c++) {
      const value = scaler.offset[c] + scaler.gain[c] * data.features[r * data.width + c]
      out[at * data.width + c] = Math.min(max, Math.max(min, value))
    }
  })
  return out
}

/** One row per label: `on` at the class, `off` elsewhere. */
export function oneHot(data: Dataset, rows: Uint32Array, off: number, on: number): Float64Array {
  const classes = data.classes.length
  if (!(off < on)) throw new InsituError('CONFIG', `one-hot targets need off < on, got ${off} and ${on}`)
  const out = new Float64Array(rows.length * classes).fill(off)
  rows.forEach((r, at) => {
    out[at * classes + data.labels[r]] = on
  })
  return out
}

import type { Calibration } from '../calibration.ts'
import { eachReading } from '../fit/rows.ts'
import type { Seen } from '../monitor.ts'
import type { Twin } from '../twin.ts'

/** How readings scatter about a twin whose parameters are known as its calibration says, beside their noise. */
export interface SharedScatter {
  /** Mean over readings of the variance that the errors of the parameters add, in units of sigma^2. */
  readonly own: number
  /** Mean square of what two readings share of it, in the same units. */
  readonly shared: number
}

/** Readings it is worked out from: a hundred say it well enough. */
const READINGS = 96

/**
 * J C J^T over sigma sigma', J the slopes of the readings by the twin's own parameters and C their covariance: what errors of
 * a calibration do to readings, all of them at once. From some of the rows, spread evenly.
 */
export async function sharedScatter(
  twin: Twin,
  { sigma, covariance }: Pick<Calibration, 'sigma' | 'covariance'>,
  { theta, drive, rows, expected }: Seen,
  parameters: Float64Array,
): Promise<SharedScatter> {
  const { drive: inputs, sense: width } = twin.width
  const size = parameters.length
  if (size === 0) return { own: 0, shared: 0 }
  const some = Math.min(rows, Math.max(1, Math.floor(READINGS / width)))
  const part = { theta, drive: new Float64Array(some * inputs), rows: some }
  const believed = new Float64Array(some * width)
  for (let n = 0; n < some; n++) {
    const r = Math.floor((n * rows) / some)
    part.drive.set(drive.subarray(r * inputs, (r + 1) * inputs), n * inputs)
    believed.set(expected.subarray(r * width, (r + 1) * width), n * width)
  }
  const count = some * width
  const slopes = new Float64Array(count * size)
  const carried = new Float64Array(count * size)
  await eachReading(twin, part, believed, parameters, (reading, row) => {
    const weight = 1 / sigma[reading % width]
    const at = reading * size
    for (let a = 0; a < row.count; a++) {
      const slope = row.value[a] * weight
      const from = row.index[a] * size
      slopes[at + row.index[a]] = slope
      for (let p = 0; p < size; p++) carried[at + p] += slope * covariance[from + p]
    }
  })
  let [own, shared] = [0, 0]
  for (let i = 0; i < count; i++) {
    for (let k = 0; k <= i; k++) {
      let both = 0
      for (let p = 0; p < size; p++) both += carried[i * size + p] * slopes[k * size + p]
      if (k === i) own += both
      shared += (k === i ? 1 : 2) * both * both
    }
  }
  return { own: own / count, shared: shared / count ** 2 }
}

import { draws } from '../../src/random/draws.ts'
import { STREAM } from '../../src/random/streams.ts'
import type { TwinRecord } from '../../src/twins/calibration.ts'
import type { Twin, TwinBank } from '../../src/twins/twin.ts'

/**
 * A row of amplifiers: reading i = gain_i tanh(theta_i x_i + couple_i x_(i-1)) + offset_i. Each reading has three parameters of its
 * own, so that most of a row of the Jacobian is 0.
 */
export function amplifiers(
  width: number,
  banks: Partial<Record<'gain' | 'couple' | 'offset', Partial<TwinBank>>> = {},
): Twin {
  const bank = (name: 'gain' | 'couple' | 'offset', start: number, spread: number): TwinBank => ({
    name,
    width,
    unit: '1',
    start,
    spread,
    ...banks[name],
  })
  const before = (i: number) => (i + width - 1) % width
  return {
    name: 'amplifiers',
    width: { theta: width, drive: width, sense: width },
    banks: [bank('gain', 1, 0.3), bank('couple', 0, 0.3), bank('offset', 0, 0.3)],
    forward({ theta, drive, rows, parameters }, sense) {
      for (let r = 0; r < rows; r++)
        for (let i = 0; i < width; i++) {
          const z = theta[i] * drive[r * width + i] + parameters[width + i] * drive[r * width + before(i)]
          sense[r * width + i] = parameters[i] * Math.tanh(z) + parameters[2 * width + i]
        }
    },
    vjp({ theta, drive, rows, parameters }, _measured, cotangent, into) {
      into.theta?.fill(0)
      into.drive?.fill(0)
      into.parameters?.fill(0)
      for (let r = 0; r < rows; r++)
        for (let i = 0; i < width; i++) {
          const c = cotangent[r * width + i]
          if (c === 0) continue
          const [x, y] = [drive[r * width + i], drive[r * width + before(i)]]
          const y1 = Math.tanh(theta[i] * x + parameters[width + i] * y)
          const slope = c * parameters[i] * (1 - y1 * y1)
          if (into.theta) into.theta[i] += slope * x
          if (into.drive) {
            into.drive[r * width + i] += slope * theta[i]
            into.drive[r * width + before(i)] += slope * parameters[width + i]
          }
          if (into.parameters) {
            into.parameters[i] += c * y1
            into.parameters[width + i] += slope * y
            into.parameters[2 * width + i] += c
          }
        }
    },
  }
}

/** Records of a machine which is the twin with other parameters, and noise. */
export async function measured(
  twin: Twin,
  truth: Float64Array,
  plan: { readonly settings: number; readonly rows: number; readonly noise: number; readonly seed: number },
): Promise<TwinRecord[]> {
  const { settings, rows, noise, seed } = plan
  const inputs = draws(seed, STREAM.twinProbes)
  const errors = draws(seed, STREAM.readNoise)
  const { theta: parameters, drive: inputWidth, sense: width } = twin.width
  const records: TwinRecord[] = []
  for (let n = 0; n < settings; n++) {
    const from = n * (parameters + rows * inputWidth)
    const theta = Float64Array.from({ length: parameters }, (_, i) => 2 * inputs.uniform(from + i) - 1)
    const drive = Float64Array.from(
      { length: rows * inputWidth },
      (_, i) => 2 * inputs.uniform(from + parameters + i) - 1,
    )
    const sense = new Float64Array(rows * width)
    await twin.forward({ theta, drive, rows, parameters: truth }, sense)
    for (let i = 0; i < sense.length; i++) sense[i] += noise * errors.normal(n * sense.length + i)
    records.push({ theta, drive, rows, sense })
  }
  return records
}

/** Parameters drawn as the banks say that they scatter. */
export function scattered(twin: Twin, seed: number): Float64Array {
  const random = draws(seed, STREAM.weightGain)
  const values = twin.banks.flatMap(({ width, start, spread }) =>
    Array.from({ length: width }, (_, i) => ({ start: typeof start === 'number' ? start : start[i], spread })),
  )
  return Float64Array.from(values, ({ start, spread }, p) => start + spread * random.normal(p))
}

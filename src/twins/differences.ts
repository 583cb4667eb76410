import { InsituError } from '../errors.ts'
import { draws } from '../random/draws.ts'
import { permutation } from '../random/permutation.ts'
import { STREAM } from '../random/streams.ts'
import { expected, slopes } from './ask.ts'
import { parameterName, type Twin, type TwinPoint } from './twin.ts'

export interface DifferenceOptions {
  /** Step to both sides, as a part of the largest number of its kind (theta, drive, parameters); default 1e-5. */
  readonly step?: number
  /** Most numbers of each kind that are tried, drawn at random; default 64. */
  readonly most?: number
  /** Draws the cotangent and what is tried; default 1. */
  readonly seed?: number
}

/** How far the slopes of one kind are from differences. */
export interface SlopeError {
  /** Largest deviation over the largest slope by differences; 0 where all slopes are 0. */
  readonly error: number
  /** Where it is, as messages name it. */
  readonly at: string
  readonly slope: number
  readonly difference: number
}

/** By what the slopes were taken. */
export interface SlopeErrors {
  readonly theta: SlopeError
  readonly drive: SlopeError
  /** Absent for a twin without parameters of its own. */
  readonly parameters?: SlopeError
}

/**
 * Compares a twin's `vjp` with central differences of its own `forward`, along a random cotangent.
 *
 * Where readings are smooth and of order one, a right twin is within 1e-6.
 */
export async function slopeErrors(twin: Twin, point: TwinPoint, options: DifferenceOptions = {}): Promise<SlopeErrors> {
  const { step = 1e-5, most = 64, seed = 1 } = options
  const sense = await expected(twin, point)
  const random = draws(seed, STREAM.twinProbes)
  const cotangent = Float64Array.from(sense, (_, i) => random.normal(i))
  const into = {
    theta: new Float64Array(point.theta.length),
    drive: new Float64Array(point.drive.length),
    parameters: new Float64Array(point.parameters.length),
  }
  await slopes(twin, point, { sense }, cotangent, into)
  const compare = async (kind: keyof typeof into, name: (i: number) => string): Promise<SlopeError> => {
    const values = point[kind]
    if (values.length === 0) return { error: 0, at: `no ${kind}`, slope: 0, difference: 0 }
    const largest = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0)
    const h = step * (largest > 0 ? largest : 1)
    const order = permutation(seed, STREAM.twinProbes, values.length)
    const tried = Array.from({ length: Math.min(most, values.length) }, (_, n) => order(n))
    const found: { i: number; slope: number; difference: number }[] = []
    for (const i of tried) {
      const side = async (sign: number) => {
        const moved = values.slice()
        moved[i] += sign * h
        const at = await expected(twin, { ...point, [kind]: moved })
        return at.reduce((sum, value, n) => sum + cotangent[n] * value, 0)
      }
      found.push({ i, slope: into[kind][i], difference: ((await side(1)) - (await side(-1))) / (2 * h) })
    }
    const scale = found.reduce((top, { difference }) => Math.max(top, Math.abs(difference)), 0)
    const off = ({ slope, difference }: (typeof found)[number]) => Math.abs(slope - difference)
    const worst = found.reduce((a, b) => (off(b) > off(a) ? b : a))
    const { i, slope, difference } = worst
    return { error: off(worst) === 0 ? 0 : off(worst) / (scale || 1), at: name(i), slope, difference }
  }
  const { drive: width } = twin.width
  return {
    theta: await compare('theta', (i) => `theta[${i}]`),
    drive: await compare('drive', (i) => `input ${i % width} of row ${Math.floor(i / width)}`),
    ...(point.parameters.length > 0 && { parameters: await compare('parameters', (i) => parameterName(twin, i)) }),
  }
}

/** Throws `TWIN` naming the slope that is off by more than `tolerance` (default 1e-6) of the largest. */
export async function requireSlopes(
  twin: Twin,
  point: TwinPoint,
  options: DifferenceOptions & { readonly tolerance?: number } = {},
): Promise<SlopeErrors> {
  const { tolerance = 1e-6 } = options
  const errors = await slopeErrors(twin, point, options)
  for (const { error, at, slope, difference } of Object.values(errors) as SlopeError[]) {
    if (error <= tolerance) continue
    throw new InsituError(
      'TWIN',
      `twin ${twin.name}: vjp gives ${slope} as the slope by ${at}, differences of forward give ${difference}`,
      {
        hint:
          Math.abs(slope + difference) < Math.abs(slope - difference)
            ? 'its sign is flipped'
            : 'derive that term again',
      },
    )
  }
  return errors
}

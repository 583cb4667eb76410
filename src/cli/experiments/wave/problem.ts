import { type FieldSpec, makeField, type WaveOptions } from '../../../../sim/index.ts'
import { InsituError } from '../../../errors.ts'
import { draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { norm } from '../../../reference/norm.ts'
import { choice, real, whole } from '../settings.ts'

/** Fields that the gradient and its robustness are measured on. */
export const FIELDS = ['phi-4', 'sine-gordon', 'fput', 'schrodinger', 'kerr-cavities', 'combs'] as const

export const PROBLEM_SETTINGS = {
  field: choice(FIELDS, 'phi-4', 'which field'),
  sites: whole(32, 'sites of a row (powers of two for schrodinger and combs; cavities are always 4 x 4)', 4),
  rows: whole(1, 'rows of sites, for oscillators and schrodinger'),
  time: real(20, 'how long the wave runs'),
  dt: real(0.05, 'step of the integrator; 0.04 is the published one of the cavities'),
  integrator: choice(['leapfrog', 'yoshida-4'], 'leapfrog', 'both are symmetric in time'),
  amplitude: real(1, 'size of the wave that is sent in; 1 as in the reference chain (fput: a third of it)'),
} as const

export interface ProblemValues {
  readonly field: (typeof FIELDS)[number]
  readonly sites: number
  readonly rows: number
  readonly time: number
  readonly dt: number
  readonly integrator: 'leapfrog' | 'yoshida-4'
  readonly amplitude: number
}

/** A wave with something to learn: where it runs, how it is sent, and where it should arrive. */
export interface Problem {
  readonly options: WaveOptions
  readonly theta: Float64Array
  readonly drive: Float64Array
  readonly target: Float64Array
}

/** Draws a problem: every mode is driven in both parts, and two outputs near the end should read +0.5 and -0.5. */
export function drawProblem(values: ProblemValues, seed: number): Problem {
  const { time, dt, integrator, amplitude } = values
  const spec = fieldSpec(values)
  const field = makeField(spec)
  const normals = draws(seed, STREAM.syntheticData)
  const uniforms = draws(seed, STREAM.initialValues)
  const cavities = spec.kind === 'kerr-cavities'
  const complex = field.bracket === 0.5
  const modes = Array.from({ length: cavities ? 2 : field.modes }, (_, i) => i)
  const inputs = modes.flatMap((i) => [`${i}.q`, `${i}.p`])
  const last = field.modes
  const outputs = cavities ? ['3.q', '3.p'] : [`${last - 3}.q`, `${last - 2}.q`]
  if (!(amplitude > 0))
    throw new InsituError('CONFIG', 'amplitude must be positive: a field at rest has no gradient to compare')
  // Complex modes share a norm, so each is the smaller the more there are; a cubic spring lets go of a large wave.
  const scale = amplitude * (complex ? 1 / Math.sqrt(field.modes) : spec.kind === 'fput' ? 1 / 3 : 1)
  const drive = Float64Array.from(inputs, (_, n) => scale * normals.normal(n) * (n % 2 === 0 ? 1 : 0.5))
  const theta = new Float64Array(field.params)
  if (complex) fillUniform(uniforms, -1, 1, theta)
  else fillUniform(uniforms, 0.5, 1.5, theta)
  if (spec.kind === 'kerr-cavities' || spec.kind === 'combs') {
    const size = norm(theta)
    for (let i = 0; i < theta.length; i++) theta[i] /= size
  }
  return {
    options: { field: spec, inputs, outputs, time, step: dt, integrator, seed },
    theta,
    drive,
    target: Float64Array.of(0.5, -0.5),
  }
}

function fieldSpec({ field, sites, rows }: ProblemValues): FieldSpec {
  switch (field) {
    case 'kerr-cavities':
      return { kind: field }
    case 'combs':
      return { kind: field, lines: sites }
    default:
      return { kind: field, rows, columns: sites }
  }
}

import type { FieldSpec, WaveOptions } from '../../../../sim/index.ts'
import { draws, fillUniform } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import type { LessonTable } from '../../../rules/lessons.ts'
import { choice, real, type Values, whole } from '../settings.ts'

export const TASK_SETTINGS = {
  frames: whole(100, 'T: how many frames a sequence has; the drive strikes at the start of each', 2),
  frameSteps: whole(4, 'steps of the integrator in a frame'),
  dt: real(0.25, 'step of the integrator'),
  field: choice(['phi-4', 'sine-gordon', 'fput'], 'phi-4', 'which oscillators; the stiffness of their sites learns'),
  sites: whole(9, 'oscillators in the chain', 2),
  g: real(0.1, 'cubic term of phi-4, or the springs’ quadratic one of fput', Number.NEGATIVE_INFINITY),
  bond: real(0.2, 'stiffness of the springs between neighbours'),
  spread: real(0.1, 'sites begin with a stiffness of 1, give or take this'),
  classes: whole(3, 'tones to tell apart, each by an output site of its own', 2),
  cue: whole(12, 'frames at the beginning in which the tone sounds'),
  amplitude: real(0.4, 'of the tone'),
  lowest: real(0.7, 'frequency of the first tone, rad per unit of time'),
  highest: real(1.6, 'frequency of the last tone'),
  noise: real(0.02, 'distraction in every frame, standard deviation'),
  loss: choice(['end', 'all'], 'end', 'asked at the last frame, or at every frame after the cue'),
} as const

export type TaskValues = Values<typeof TASK_SETTINGS>

/** Sequences one after the other, and which tone sounds in each. */
export interface Sequences extends LessonTable {
  readonly labels: readonly number[]
}

/** Frames of a sequence in which the answer is asked for. */
export function askedFrames({ frames, cue, loss }: TaskValues): readonly number[] {
  const first = loss === 'end' ? frames - 1 : Math.min(cue, frames - 1)
  return Array.from({ length: frames - first }, (_, n) => first + n)
}

/**
 * Draws `count` sequences, the first of them number `first` of the seed: a tone of random phase in the first frames, then
 * nothing but the distraction that was there before. It strikes the momenta of all sites alike.
 */
export function drawSequences(values: TaskValues, seed: number, first: number, count: number): Sequences {
  const { frames, frameSteps, dt, sites, classes, cue, amplitude, lowest, highest, noise } = values
  const drawn = draws(seed, STREAM.syntheticData)
  const width = 2 * classes
  const drive = new Float64Array(count * frames * sites)
  const target = new Float64Array(count * frames * width).fill(Number.NaN)
  const labels = Array.from({ length: count }, (_, n) => n % classes)
  const asked = askedFrames(values)
  labels.forEach((label, n) => {
    const tone = lowest + ((highest - lowest) * label) / (classes - 1)
    // Far from the counters of the normal numbers.
    const phase = 2 * Math.PI * drawn.uniform(2 ** 40 + first + n)
    for (let t = 0; t < frames; t++) {
      const sound = t < cue ? amplitude * Math.cos(tone * t * frameSteps * dt + phase) : 0
      const at = n * frames + t
      drive.fill(sound + noise * drawn.normal((first + n) * frames + t), at * sites, (at + 1) * sites)
    }
    for (const t of asked)
      for (let o = 0; o < width; o++) target[(n * frames + t) * width + o] = o >> 1 === label ? 1 : 0
  })
  return { rows: count * frames, drive, target, labels }
}

/** The chain of the task: all sites struck, and as many read as there are tones, evenly spread. */
export function sequenceChain(values: TaskValues, seed: number) {
  const { frameSteps, dt, sites, classes, spread } = values
  const read = Array.from({ length: classes }, (_, c) => Math.floor(((c + 0.5) * sites) / classes))
  const options: WaveOptions = {
    field: fieldOf(values),
    inputs: Array.from({ length: sites }, (_, i) => `${i}.p`),
    outputs: read.flatMap((site) => [`${site}.q`, `${site}.p`]),
    time: frameSteps * dt,
    step: dt,
    seed,
  }
  const theta = fillUniform(draws(seed, STREAM.initialValues), 1 - spread, 1 + spread, new Float64Array(sites))
  return { options, theta }
}

function fieldOf({ field, sites, bond, g }: TaskValues): FieldSpec {
  const shared = { columns: sites, bond, learn: 'sites' } as const
  if (field === 'phi-4') return { kind: field, ...shared, g }
  return field === 'fput' ? { kind: field, ...shared, alpha: g } : { kind: field, ...shared }
}

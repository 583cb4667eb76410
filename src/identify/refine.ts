import { InsituError } from '../errors.ts'
import { Curvature } from './curvature.ts'
import { descend, type Stage } from './descend.ts'
import { type Link, NetworkField } from './field.ts'
import type { NetworkFit } from './fit.ts'
import { Shooting } from './shooting.ts'
import { type Recording, recording, type Traces } from './traces.ts'

export interface RefineOptions {
  /** Samples of the windows, stage by stage (default 24, 36, 54, for a neural model 8, 16, 32); ends before the first that cannot be fitted as well. */
  readonly windows?: readonly number[]
  /** Runge-Kutta steps of one sample (default 1). */
  readonly substeps?: number
  /** Most steps of one stage (default 20). */
  readonly steps?: number
  /** Part of its diagonal that is added to the curvature at first (default 0; 1e-3 for a neural model, whose units share work). */
  readonly damping?: number
}

const WINDOWS = { library: [24, 36, 54], neural: [8, 16, 32] }

/** Growth of the misfit from stage to stage that means the longer window was not fitted. */
const WORSE = 1.02

/**
 * Refines weights and local dynamics by backpropagation through time: the model is integrated over windows of the traces, and what
 * is left of trace minus model is made as small as the noise lets it be.
 *
 * This is the maximum of the likelihood for white noise on the traces, so it has no bias from noise, and windows that grow from
 * stage to stage let small errors show in the long run. Gradients are exact (`Shooting`), steps those of Gauss and Newton with a
 * curvature that is kept as long as it serves. Only links that the first fit has found are refined.
 *
 * Throws `DIVERGED` where the model of the first fit cannot be integrated, `CONFIG` for windows that do not fit the traces.
 */
export function refineNetwork(
  traces: Traces | readonly Traces[],
  fit: NetworkFit,
  options: RefineOptions = {},
): NetworkFit {
  const given = recording(traces)
  const links = linksOf(fit)
  const field = new NetworkField(fit.model, fit.coupling, fit.nodes, links)
  const theta = new Float64Array(field.size)
  theta.set(fit.parameters)
  links.forEach(({ to, from }, l) => {
    theta[fit.model.size + l] = fit.weights[to * fit.nodes + from]
  })
  const noise = floored(fit.noise, given)
  const trained = fit.model.name === 'neural'
  const lengths = lengthsOf(
    options.windows ?? WINDOWS[trained ? 'neural' : 'library'],
    options.windows !== undefined,
    given,
  )
  const damping = options.damping ?? (trained ? 1e-3 : 0)
  const done: number[] = []
  let stage: Stage | undefined
  let passes = 0
  for (const length of lengths) {
    const shooting = new Shooting(field, given, noise, length, options.substeps)
    const starts = stage === undefined ? shooting.measuredStarts() : carried(stage, shooting)
    const from = stage?.theta ?? theta
    const next = descend(shooting, given.dt, noise, from.slice(), starts, options.steps ?? 20, damping)
    passes += next.passes
    // A network of tanh units goes on getting better for long, and need not be at its end.
    const fitted = next.misfit < WORSE * (stage?.misfit ?? Number.POSITIVE_INFINITY)
    if (stage !== undefined && !(fitted && (next.settled || trained))) break
    stage = next
    done.push(length)
  }
  return finished(fit, links, stage as Stage, given, noise, done, passes)
}

/** Starts of other windows: where the windows before were at the same time. */
function carried({ shooting: before, theta, starts: known }: Stage, shooting: Shooting): Float64Array {
  const { states } = shooting.field
  const starts = new Float64Array(shooting.starts)
  const jump = 4 * before.substeps * states
  let at = 0
  before.shots.forEach((old, n) => {
    before.forward(theta, known, n)
    const end = old.from + old.samples * states
    for (let shot = shooting.shots[at]; shot?.data === old.data && shot.from < end; shot = shooting.shots[++at]) {
      const place = ((shot.from - old.from) / states) * jump
      starts.set(before.stages.subarray(place, place + states), at * states)
    }
  })
  return starts
}

function linksOf({ weights, nodes }: NetworkFit): Link[] {
  const links: Link[] = []
  weights.forEach((w, n) => {
    if (w !== 0 && !Number.isNaN(w)) links.push({ to: Math.floor(n / nodes), from: n % nodes })
  })
  return links
}

/** Noise that is not there would make every misfit infinite: at least what rounding leaves of the largest reading. */
function floored(noise: Float64Array, { stretches }: Recording): Float64Array {
  let largest = 0
  for (const data of stretches) for (const value of data) largest = Math.max(largest, Math.abs(value))
  return noise.map((value) => Math.max(value, 1e-9 * largest || 1))
}

/** The lengths that fit into the shortest stretch; those that were asked for must. */
function lengthsOf(
  lengths: readonly number[],
  asked: boolean,
  { stretches, nodes, dimensions }: Recording,
): readonly number[] {
  const shortest = Math.min(...stretches.map((data) => data.length / (nodes * dimensions)))
  const fitting = lengths.filter((length) => Number.isInteger(length) && length >= 3 && length <= shortest)
  if (fitting.length > 0 && (!asked || fitting.length === lengths.length)) return fitting
  throw new InsituError(
    'CONFIG',
    `network: windows of ${lengths.join(', ')} samples, wanted whole numbers from 3 to the ${shortest} of a stretch`,
  )
}

function finished(
  fit: NetworkFit,
  links: readonly Link[],
  { shooting, theta, starts, misfit }: Stage,
  { dt }: Recording,
  noise: Float64Array,
  windows: readonly number[],
  passes: number,
): NetworkFit {
  const { size } = fit.model
  const { reduced } = new Curvature(shooting, noise, dt / shooting.substeps, theta, starts)
  const covariance = reduced.inverse()
  // A model that is not quite right leaves more than the noise, and knows its parameters less well.
  const deviation = Float64Array.from(theta, (_, p) =>
    Math.sqrt(Math.max(1, misfit) * covariance[p * theta.length + p]),
  )
  const [weights, deviations] = [fit.weights.slice(), fit.deviations.slice()]
  links.forEach(({ to, from }, l) => {
    weights[to * fit.nodes + from] = theta[size + l]
    deviations[to * fit.nodes + from] = deviation[size + l]
  })
  const scores = fit.scores.slice()
  links.forEach(({ to, from }) => {
    const at = to * fit.nodes + from
    scores[at] = Math.max(scores[at], Math.abs(weights[at]) / deviations[at])
  })
  const local = fit.local.map((term, k) => ({ ...term, value: theta[k], deviation: deviation[k] }))
  return {
    ...{ ...fit, weights, deviations, scores, local },
    parameters: theta.slice(0, size),
    parameterDeviations: deviation.slice(0, size),
    refinement: { windows, misfit, passes },
  }
}

import { InsituError } from '../errors.ts'
import { Curvature } from './curvature.ts'
import type { Shooting } from './shooting.ts'

/** A step that would improve the loss by less than this many units, of which 1/2 is one deviation, is the last. */
const SETTLED = 0.02

/** Improvement below which the curvature is taken anew, as a part of what it promised. */
const POOR = 0.5

/** The same part, above which the curvature is trusted further from where it was taken. */
const TRUSTED = 0.75

/** The same part, below which a step has hardly helped. */
const HARDLY = 0.05

/** Steps in a row with a new curvature that hardly keep what they promised, after which the stage is given up. */
const STUCK = 3

/** Where the descent over windows of one length has ended. */
export interface Stage {
  readonly shooting: Shooting
  readonly theta: Float64Array
  readonly starts: Float64Array
  readonly misfit: number
  /** Whether it ended since no step would help. */
  readonly settled: boolean
  readonly passes: number
}

/**
 * Descends by steps of Gauss and Newton with exact gradients; the curvature is kept as long as it keeps what it promises.
 *
 * Moves `theta` and `starts` in place. Throws `DIVERGED` where the first parameters already leave the finite numbers.
 */
export function descend(
  shooting: Shooting,
  dt: number,
  noise: Float64Array,
  theta: Float64Array,
  starts: Float64Array,
  most: number,
  first: number,
): Stage {
  const [byTheta, byStarts] = [new Float64Array(theta.length), new Float64Array(starts.length)]
  const h = dt / shooting.substeps
  let loss = shooting.gradient(theta, starts, byTheta, byStarts)
  let passes = 1
  if (!Number.isFinite(loss)) {
    throw new InsituError('DIVERGED', 'network: the model of the first fit leaves the finite numbers within a window', {
      hint: 'refine over shorter windows, or with more substeps',
    })
  }
  let damping = first
  let curvature = new Curvature(shooting, noise, h, theta, starts, damping)
  let fresh = true
  let settled = false
  let stuck = 0
  for (let n = 0; n < most; n++) {
    const [moveTheta, moveStarts] = [byTheta.slice(), byStarts.slice()]
    curvature.solve(moveTheta, moveStarts)
    const promised = (dot(moveTheta, byTheta) + dot(moveStarts, byStarts)) / 2
    settled = promised < SETTLED
    if (settled) break
    const tried = moved(theta, moveTheta)
    const triedStarts = moved(starts, moveStarts)
    const next = shooting.loss(tried, triedStarts)
    passes++
    const gained = loss - next
    if (gained > 0) {
      theta.set(tried)
      starts.set(triedStarts)
      loss = shooting.gradient(theta, starts, byTheta, byStarts)
      passes++
      if (gained > TRUSTED * promised) damping = damping < 1e-9 ? 0 : damping / 5
    } else if (fresh) damping = Math.max(1e-4, damping * 5)
    if (fresh) stuck = gained < HARDLY * promised ? stuck + 1 : 0
    // Tanh units often hardly move at first, and are worth the wait.
    if (stuck === STUCK && first === 0) break
    if (gained > POOR * promised) {
      fresh = false
      continue
    }
    curvature = new Curvature(shooting, noise, h, theta, starts, damping)
    fresh = true
  }
  const freedom = shooting.readings - starts.length - theta.length
  return { shooting, theta, starts, misfit: (2 * loss) / freedom, settled, passes }
}

function moved(x: Float64Array, by: Float64Array): Float64Array {
  return x.map((value, n) => value - by[n])
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let n = 0; n < a.length; n++) sum += a[n] * b[n]
  return sum
}

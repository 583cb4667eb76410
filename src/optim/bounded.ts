import { InsituError } from '../errors.ts'
import type { Optimizer } from './optimizer.ts'
import { sized } from './saved.ts'

export interface BoundedOptions {
  /** Bounds in the parameters' unit, one for all or one each; leave one out for a one-sided bound. */
  readonly low?: number | ArrayLike<number>
  readonly high?: number | ArrayLike<number>
  /** Steepness of the two-sided form; default 1. */
  readonly beta?: number
  /**
   * What the inner optimizer is given. `chain`: the latent gradient dL/dz = dL/dk dk/dz. `published`: dL/dk itself, as in
   * the code of Li and Mao (2024): the size of dk/dz is left out, which preconditions the step.
   */
  readonly update?: 'chain' | 'published'
}

/** Latent values stay this far from the ends, where they would be infinite. */
const EDGE = 1e-12

/**
 * Optimizes a latent z instead of the parameter k, which then cannot leave its bounds: k = low + (high - low) / (1 +
 * exp(-beta z)); with one bound k = low + log(1 + exp z), or high - log(1 + exp z) (Li and Mao 2024, code).
 *
 * z is taken from theta at the first step, and again wherever something else has moved a parameter.
 */
export function bounded(inner: Optimizer, options: BoundedOptions): Optimizer {
  const { update = 'chain' } = options
  checkBounds(options)
  let maps: readonly Mapping[] = []
  let z: Float64Array = new Float64Array(0)
  let left: Float64Array = new Float64Array(0)
  let latent: Float64Array = new Float64Array(0)
  return {
    name: `${inner.name} within bounds${update === 'published' ? ', published update' : ''}`,
    step(theta, gradient) {
      const fresh = z.length === 0
      z = sized('bounded', z, theta.length)
      left = sized('bounded', left, theta.length)
      latent = sized('bounded', latent, theta.length)
      if (maps.length === 0) maps = mappings(options, theta.length)
      for (let i = 0; i < theta.length; i++) {
        if (fresh || theta[i] !== left[i]) z[i] = maps[i].inverse(theta[i])
        latent[i] = update === 'published' ? gradient[i] * maps[i].side : gradient[i] * maps[i].slope(z[i])
      }
      inner.step(z, latent)
      for (let i = 0; i < theta.length; i++) theta[i] = maps[i].value(z[i])
      left.set(theta)
    },
    save: () => ({ z: [...z], left: [...left], inner: inner.save() }),
    load(state) {
      const saved = state as { readonly z?: unknown; readonly left?: unknown; readonly inner?: unknown } | null
      const numbers = (list: unknown): list is number[] => Array.isArray(list) && list.every((v) => Number.isFinite(v))
      if (!numbers(saved?.z) || !numbers(saved.left) || saved.z.length !== saved.left.length)
        throw new InsituError('RECORD', 'bounded: saved state must hold z, left and inner', {
          hint: 'resume with the optimizer the checkpoint was written with',
        })
      z = Float64Array.from(saved.z)
      left = Float64Array.from(saved.left)
      latent = new Float64Array(z.length)
      inner.load(saved.inner)
    },
  }
}

interface Mapping {
  /** Sign of the slope: -1 where the parameter falls as the latent value rises. */
  readonly side: 1 | -1
  value(z: number): number
  slope(z: number): number
  inverse(k: number): number
}

/** What can be said of the bounds before the number of parameters is known. */
function checkBounds({ low, high, beta = 1 }: BoundedOptions): void {
  if (!(beta > 0)) throw new InsituError('CONFIG', `bounded: beta must be positive, got ${beta}`)
  const [from, to] = [low, high].map((bound) => (typeof bound === 'number' ? [bound] : Array.from(bound ?? [])))
  const most = Math.max(from.length, to.length)
  if (most === 0) throw new InsituError('CONFIG', 'bounded: give low, high or both')
  for (let i = 0; i < most; i++) mapping(from.length === 1 ? from[0] : from[i], to.length === 1 ? to[0] : to[i], beta)
}

/** The mapping of every parameter; equal bounds share one. */
function mappings({ low, high, beta = 1 }: BoundedOptions, count: number): readonly Mapping[] {
  for (const [name, bound] of [
    ['low', low],
    ['high', high],
  ] as const) {
    if (bound === undefined || typeof bound === 'number' || bound.length === count) continue
    throw new InsituError('SHAPE', `bounded: ${name} has ${bound.length} numbers, wanted ${count}, one per parameter`)
  }
  const known = new Map<string, Mapping>()
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [low, high].map((bound) => (typeof bound === 'number' ? bound : bound?.[i]))
    const key = `${from} ${to}`
    const map = known.get(key) ?? mapping(from, to, beta)
    known.set(key, map)
    return map
  })
}

function mapping(low: number | undefined, high: number | undefined, beta: number): Mapping {
  const bound = low ?? high
  if (bound === undefined || !Number.isFinite(bound) || (high !== undefined && !Number.isFinite(high)))
    throw new InsituError('CONFIG', `bounded: low and high must be finite numbers, got ${low} and ${high}`)
  if (low !== undefined && high !== undefined) {
    if (low < high) return between(low, high, beta)
    throw new InsituError('CONFIG', `bounded: low must be below high, got ${low} and ${high}`)
  }
  const side = low === undefined ? -1 : 1
  return {
    side,
    value: (z) => bound + side * softplus(z),
    slope: (z) => side / (1 + Math.exp(-z)),
    inverse: (k) => softplusInverse(Math.max(side * (k - bound), EDGE)),
  }
}

function between(low: number, high: number, beta: number): Mapping {
  const range = high - low
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-beta * z))
  return {
    side: 1,
    value: (z) => low + range * sigmoid(z),
    slope(z) {
      const s = sigmoid(z)
      return range * beta * s * (1 - s)
    },
    inverse(k) {
      const s = Math.min(Math.max((k - low) / range, EDGE), 1 - EDGE)
      return Math.log(s / (1 - s)) / beta
    },
  }
}

/** log(1 + e^z) without overflow. */
function softplus(z: number): number {
  return z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z))
}

/** log(e^x - 1) without overflow, x > 0. */
function softplusInverse(x: number): number {
  return x + Math.log(-Math.expm1(-x))
}

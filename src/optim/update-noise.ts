import { InsituError } from '../errors.ts'
import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import type { Optimizer } from './optimizer.ts'

export interface UpdateNoiseOptions {
  /** Standard deviation added to a parameter per update, in the bank's unit. */
  readonly sigma: number
  /** `independent`: one draw per parameter; `common`: one draw for all of them, as in the MGD authors' code. */
  readonly kind: 'independent' | 'common'
  readonly seed: number
}

/** Adds write noise to every update of another optimizer. */
export function withUpdateNoise(inner: Optimizer, options: UpdateNoiseOptions): Optimizer {
  const { sigma, kind, seed } = options
  if (!(sigma >= 0)) throw new InsituError('CONFIG', `update noise: sigma must be zero or positive, got ${sigma}`)
  const source = draws(seed, kind === 'common' ? STREAM.commonUpdateNoise : STREAM.updateNoise)
  let updates = 0
  return {
    name: `${inner.name} with ${kind} update noise`,
    step(theta, gradient) {
      inner.step(theta, gradient)
      if (kind === 'common') {
        const shift = sigma * source.normal(updates)
        for (let i = 0; i < theta.length; i++) theta[i] += shift
      } else {
        const first = updates * theta.length
        for (let i = 0; i < theta.length; i++) theta[i] += sigma * source.normal(first + i)
      }
      updates++
    },
    save: () => ({ updates, inner: inner.save() }),
    load(state) {
      const saved = state as { readonly updates?: unknown; readonly inner?: unknown } | null
      if (!Number.isInteger(saved?.updates))
        throw new InsituError('RECORD', 'update noise: saved state must hold updates and inner')
      updates = saved?.updates as number
      inner.load(saved?.inner)
    },
  }
}

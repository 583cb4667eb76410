import type { Optimizer } from './optimizer.ts'
import { readSaved, sized } from './saved.ts'
import { type Schedule, scheduled } from './schedule.ts'

export interface AdamOptions {
  readonly beta1?: number
  readonly beta2?: number
  /** Added to the root of the second moment, in units of the gradient. */
  readonly epsilon?: number
}

/** Adam with bias correction (Kingma and Ba 2015); its steps do not depend on the scale of the gradient. */
export function adam(rate: number | Schedule, options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options
  const at = scheduled(rate)
  let updates = 0
  let first: Float64Array = new Float64Array(0)
  let second: Float64Array = new Float64Array(0)
  return {
    name: 'adam',
    step(theta, gradient) {
      first = sized('adam', first, gradient.length)
      second = sized('adam', second, gradient.length)
      const eta = at(updates++)
      const scale1 = 1 / (1 - beta1 ** updates)
      const scale2 = 1 / (1 - beta2 ** updates)
      // In locals: the loop takes a fifth longer on the captured variables.
      const [m, v] = [first, second]
      for (let i = 0; i < theta.length; i++) {
        const g = gradient[i]
        const a = beta1 * m[i] + (1 - beta1) * g
        const b = beta2 * v[i] + (1 - beta2) * g * g
        m[i] = a
        v[i] = b
        theta[i] -= (eta * a * scale1) / (Math.sqrt(b * scale2) + epsilon)
      }
    },
    save: () => ({ updates, memories: { first: [...first], second: [...second] } }),
    load(state) {
      const saved = readSaved('adam', ['first', 'second'], state)
      updates = saved.updates
      first = Float64Array.from(saved.memories.first)
      second = Float64Array.from(saved.memories.second)
    },
  }
}

import type { Optimizer } from './optimizer.ts'
import { readSaved } from './saved.ts'
import { type Schedule, scheduled } from './schedule.ts'

/** theta -= rate * gradient. */
export function sgd(rate: number | Schedule): Optimizer {
  const at = scheduled(rate)
  let updates = 0
  return {
    name: 'sgd',
    step(theta, gradient) {
      const eta = at(updates++)
      for (let i = 0; i < theta.length; i++) theta[i] -= eta * gradient[i]
    },
    save: () => ({ updates, memories: {} }),
    load(state) {
      updates = readSaved('sgd', [], state).updates
    },
  }
}

import type { Optimizer } from './optimizer.ts'
import { readSaved, sized } from './saved.ts'
import { type Schedule, scheduled } from './schedule.ts'

/** v = beta v + gradient; theta -= rate * v (Polyak 1964). */
export function momentum(rate: number | Schedule, beta = 0.9): Optimizer {
  const at = scheduled(rate)
  let updates = 0
  let velocity: Float64Array = new Float64Array(0)
  return {
    name: 'momentum',
    step(theta, gradient) {
      velocity = sized('momentum', velocity, gradient.length)
      const eta = at(updates++)
      for (let i = 0; i < theta.length; i++) {
        velocity[i] = beta * velocity[i] + gradient[i]
        theta[i] -= eta * velocity[i]
      }
    },
    save: () => ({ updates, memories: { velocity: [...velocity] } }),
    load(state) {
      const saved = readSaved('momentum', ['velocity'], state)
      updates = saved.updates
      velocity = Float64Array.from(saved.memories.velocity)
    },
  }
}

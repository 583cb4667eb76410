import { fitzHughNagumo, lorenz, noisy, randomNetwork, simulateUnits } from '../../sim/index.ts'
import { COUPLINGS, type CouplingName, type Traces } from '../../src/identify/index.ts'

export interface Drawn {
  readonly truth: Float64Array
  readonly clean: Traces
  readonly read: Traces
}

/** A few Lorenz units under diffusive coupling, and what is read of them. */
export function lorenzNetwork(
  seed: number,
  { nodes = 4, samples = 800, dt = 0.01, noise = 0, substeps = 8, coupling = 'diffusive' as CouplingName } = {},
): Drawn {
  const truth = randomNetwork(nodes, 0.5, { low: 0.3, high: 1 }, seed)
  const units = { dynamics: lorenz(), coupling: COUPLINGS[coupling](), nodes, weights: truth }
  const clean = simulateUnits(units, { samples, dt, settle: Math.round(5 / dt), seed, substeps })
  return { truth, clean, read: noise > 0 ? noisy(clean, [noise, noise, noise], seed) : clean }
}

/** Spiking units, which fall into step: several stretches from starts of their own. */
export function spikingStretches(seed: number, weights: Float64Array, stretches: number, noise: number): Traces[] {
  const nodes = Math.sqrt(weights.length)
  const units = { dynamics: fitzHughNagumo(), coupling: COUPLINGS.diffusive(), nodes, weights }
  return Array.from({ length: stretches }, (_, stretch) =>
    noisy(simulateUnits(units, { samples: 200, dt: 0.1, seed, stretch }), [noise, noise], seed, stretch),
  )
}

/** Root of the summed squares of a - b over that of b. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const difference = Array.from(b, (value, n) => a[n] - value)
  return Math.hypot(...difference) / Math.hypot(...Array.from(b))
}

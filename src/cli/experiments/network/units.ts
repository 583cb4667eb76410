import {
  chua,
  chuaPiecewise,
  componentDeviations,
  fitzHughNagumo,
  lorenz,
  noisy,
  randomNetwork,
  simulateUnits,
  type UnitDynamics,
} from '../../../../sim/index.ts'
import { InsituError } from '../../../errors.ts'
import {
  COUPLINGS,
  type CouplingName,
  clipped,
  type Library,
  polynomials,
  type Traces,
} from '../../../identify/index.ts'

/** Units by name, with functions enough for their local dynamics: more than there are terms, since which of them is asked. */
export const UNITS = {
  lorenz: { dynamics: lorenz, library: () => polynomials(3, 2) },
  chua: { dynamics: chua, library: () => polynomials(3, 3) },
  'chua-piecewise': { dynamics: chuaPiecewise, library: () => polynomials(3, 1, [clipped(0)]) },
  'fitzhugh-nagumo': { dynamics: fitzHughNagumo, library: () => polynomials(2, 3) },
} as const satisfies Record<string, { dynamics: () => UnitDynamics; library: () => Library }>

export type UnitName = keyof typeof UNITS

export interface NetworkSettings {
  readonly dynamics: UnitName
  readonly coupling: CouplingName
  readonly nodes: number
  readonly links: number
  readonly weights: { readonly low: number; readonly high: number }
  readonly samples: number
  readonly stretches: number
  readonly settle: number
  readonly dt: number
  readonly noise: number
  readonly noiseScale: 'absolute' | 'relative'
}

/** A drawn network and its traces: as they are, and as they are read. */
export interface RecordedNetwork {
  readonly dynamics: UnitDynamics
  readonly library: Library
  readonly truth: Float64Array
  readonly clean: readonly Traces[]
  readonly read: readonly Traces[]
  readonly noise: Float64Array
}

export function recordNetwork(settings: NetworkSettings, seed: number): RecordedNetwork {
  const { nodes, links, weights, samples, stretches, settle, dt, noise, noiseScale } = settings
  const dynamics = UNITS[settings.dynamics].dynamics()
  const truth = randomNetwork(nodes, links, weights, seed)
  if (!truth.some((w) => w !== 0)) {
    throw new InsituError(
      'CONFIG',
      `network-identify: ${nodes} nodes with links ${links} have no link under this seed`,
      {
        hint: 'take more nodes, more links or another seed',
      },
    )
  }
  const each = Math.floor(samples / stretches)
  const units = { dynamics, coupling: COUPLINGS[settings.coupling](), nodes, weights: truth }
  const clean = Array.from({ length: stretches }, (_, stretch) =>
    simulateUnits(units, { samples: each, dt, settle, seed, stretch }),
  )
  const spread = componentDeviations(clean)
  const deviations = spread.map((s) => noise * (noiseScale === 'relative' ? s : 1))
  const read = clean.map((traces, stretch) => noisy(traces, deviations, seed, stretch))
  return { dynamics, library: UNITS[settings.dynamics].library(), truth, clean, read, noise: deviations }
}

/** Root mean square of the error of the local dynamics over that of the dynamics, along the true traces. */
export function localError(
  found: (x: Float64Array, at: number, into: Float64Array) => void,
  { dynamics, clean }: RecordedNetwork,
): number {
  const { dimensions } = dynamics
  const [a, b] = [new Float64Array(dimensions), new Float64Array(dimensions)]
  let [errors, squares] = [0, 0]
  for (const { data } of clean) {
    for (let at = 0; at < data.length; at += dimensions) {
      dynamics.slope(data, at, a, 0)
      found(data, at, b)
      for (let d = 0; d < dimensions; d++) {
        errors += (a[d] - b[d]) ** 2
        squares += a[d] ** 2
      }
    }
  }
  return Math.sqrt(errors / squares)
}

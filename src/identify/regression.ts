import { InsituError } from '../errors.ts'
import { difference, type Selection } from './arrow.ts'
import type { Coupling } from './coupling.ts'
import { determinedSenders, determinedTerms, type Undetermined } from './determined.ts'
import { type Features, features, senderIndex, senderOf } from './features.ts'
import { type Equations, type Joint, solveJoint } from './joint.ts'
import { laggedSquares } from './lagged.ts'
import type { Library } from './library.ts'
import { noiseEquations } from './noise-equations.ts'
import { normalEquations } from './normal.ts'
import { select } from './select.ts'
import type { Recording } from './traces.ts'
import type { Windows } from './weak.ts'

/** Half widths that are tried, in samples; each half as wide again. */
const HALVES = [8, 12, 18, 27, 40, 60, 90, 135, 200, 300]

export interface RegressOptions {
  readonly noise: Float64Array
  readonly significance: number
  /** In the unit of time; tried out if absent. */
  readonly window?: number | undefined
}

export interface Regression {
  /** The fit of every component. */
  readonly components: readonly Joint[]
  readonly weights: Float64Array
  readonly deviations: Float64Array
  readonly scores: Float64Array
  readonly undetermined: readonly Undetermined[]
  /** Of every component, the terms that noise hides and that were left out. */
  readonly hidden: readonly (readonly number[])[]
  readonly windows: Windows
}

/** Regresses all components on library and coupling, at the window asked for or the best one. */
export function regress(
  given: Recording,
  library: Library,
  coupling: Coupling,
  { noise, significance, window }: RegressOptions,
): Regression {
  const setup = (half: number) => prepared(given, library, coupling, noise, half)
  const best = window === undefined ? narrowest(given, library, setup) : setup(halfOf(window, given))
  const { seen, coupled, undetermined } = best
  const chosen = select(seen, coupled, coupled.selection, significance)
  const hidden: (readonly number[])[] = []
  const components = Array.from({ length: given.dimensions }, (_, d) => {
    const own = d === coupling.into ? coupled : equations(given, seen, library, undefined, noise, d)
    hidden.push(library.names.map((_, a) => a).filter((a) => !own.selection.terms.includes(a)))
    return d === coupling.into ? chosen.fit : select(seen, own, own.selection, significance).fit
  })
  const { nodes } = given
  const [weights, deviations, scores] = [0, 1, 2].map(() => new Float64Array(nodes * nodes))
  for (let i = 0; i < nodes; i++) {
    chosen.fit.selection.senders[i].forEach((s, n) => {
      weights[i * nodes + senderOf(i, s)] = chosen.fit.weights[i][n]
      deviations[i * nodes + senderOf(i, s)] = chosen.fit.weightDeviations[i][n]
    })
    for (let j = 0; j < nodes; j++) if (j !== i) scores[i * nodes + j] = chosen.scores[i][senderIndex(i, j)]
  }
  for (const { node, from } of undetermined) {
    for (const j of from) {
      weights[node * nodes + j] = Number.NaN
      deviations[node * nodes + j] = Number.POSITIVE_INFINITY
    }
  }
  return { components, weights, deviations, scores, undetermined, hidden, windows: seen.windows }
}

interface Prepared {
  readonly seen: Features
  readonly coupled: Equations & { readonly selection: Selection }
  readonly undetermined: readonly Undetermined[]
}

function prepared(given: Recording, library: Library, coupling: Coupling, noise: Float64Array, half: number): Prepared {
  const seen = features(given, half, library, coupling)
  const { undetermined, ...coupled } = equations(given, seen, library, coupling, noise, coupling.into)
  return { seen, coupled, undetermined }
}

/** Corrected equations of one component, and the columns that the traces determine. */
function equations(
  given: Recording,
  seen: Features,
  library: Library,
  coupling: Coupling | undefined,
  noise: Float64Array,
  component: number,
) {
  const plain = normalEquations(seen, component, coupling !== undefined)
  const spread = noiseEquations(given, seen.windows, library, coupling, noise)
  const others = coupling === undefined ? 0 : given.nodes - 1
  const range = (length: number) => Array.from({ length }, (_, k) => k)
  const all = { terms: range(seen.terms), senders: range(given.nodes).map(() => range(others)) }
  const senders = determinedSenders(plain, spread, all)
  const selection = determinedTerms(plain, spread, senders.selection)
  const lagged = laggedSquares(seen, coupling !== undefined)
  return { component, arrow: difference(plain, spread), lagged, selection, undetermined: senders.undetermined }
}

/** Tries widths until the error bars of the weights have grown twice, and takes the best. */
function narrowest(given: Recording, library: Library, setup: (half: number) => Prepared): Prepared {
  const { stretches, nodes, dimensions } = given
  const shortest = Math.min(...stretches.map((data) => data.length / (nodes * dimensions)))
  const longest = Math.floor((shortest - 1) / 4)
  const halves = HALVES.filter((half) => half <= longest)
  const unknowns = nodes - 1 + library.names.length / nodes
  if (halves.length === 0 || given.samples / halves[0] < 2 * unknowns) {
    const wanted = Math.max(4 * HALVES[0] + 1, Math.ceil(2 * unknowns * HALVES[0]))
    throw new InsituError(
      'CONFIG',
      `network: ${given.samples} samples in stretches of ${shortest} or more are too short for ${nodes} nodes and ${library.names.length} local terms; wanted ${wanted} samples, ${4 * HALVES[0] + 1} in a stretch`,
    )
  }
  let best: Prepared | undefined
  let least = Number.POSITIVE_INFINITY
  let worse = 0
  for (const half of halves) {
    const one = setup(half)
    const { weightDeviations } = solveJoint(one.seen, one.coupled, one.coupled.selection)
    const size = Math.hypot(...weightDeviations.map((list) => Math.hypot(...list)))
    // A width that leaves fewer weights determined is no better for having fewer error bars.
    if (best === undefined || (size < least && one.undetermined.length <= best.undetermined.length)) {
      best = one
      least = size
      worse = 0
    } else if (++worse === 2) break
  }
  return best as Prepared
}

function halfOf(window: number, { dt }: Recording): number {
  const half = Math.round(window / dt / 2)
  if (half >= 4) return half
  throw new InsituError('CONFIG', `network: a window of ${window} is ${2 * half + 1} samples, wanted 9 or more`)
}

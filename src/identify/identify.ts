import { InsituError } from '../errors.ts'
import { type Coupling, type CouplingName, couplingOf } from './coupling.ts'
import type { Undetermined } from './determined.ts'
import type { LocalTerm, NetworkFit } from './fit.ts'
import type { Joint } from './joint.ts'
import { type Library, polynomials } from './library.ts'
import { linearModel } from './local-model.ts'
import { expectedSquares } from './misfit.ts'
import { type Neural, type NeuralOptions, neural } from './neural.ts'
import { noiseOf } from './noise.ts'
import { type RefineOptions, refineNetwork } from './refine.ts'
import { type Regression, regress } from './regression.ts'
import { type Recording, recording, type Traces } from './traces.ts'

export interface NetworkOptions {
  /** How one unit acts on another (default `diffusive`, x_j - x_i in the first component). */
  readonly coupling?: CouplingName | Coupling
  /** Functions that the local dynamics are a sum of (default all products of powers up to degree 2). */
  readonly library?: Library
  /** Standard deviation of the noise of each component, where it is known; estimated otherwise. */
  readonly noise?: ArrayLike<number>
  /** Width of the windows of the weak form, in the unit of time; the one with the smallest error bars by default. */
  readonly window?: number
  /** Chance of keeping any weight, or any local term, that is 0 (default 0.05); 0 keeps them all. */
  readonly significance?: number
  /** Whether weights that the traces do not determine are refused, or reported as NaN (default `required`). */
  readonly determined?: 'required' | 'reported'
  /**
   * A small network of tanh units for the local dynamics, in place of a library. It starts from the joint solve with drawn hidden
   * units and is then trained by backpropagation through time.
   */
  readonly neural?: NeuralOptions
  /** Refines the fit by backpropagation through time (default: only a neural one). */
  readonly refine?: boolean | RefineOptions
}

/**
 * Identifies a network of coupled units from traces of all their components: weights and shared local dynamics together.
 *
 * One least-squares problem over all nodes, in the weak form, so that no trace is differentiated; corrected for the noise in the
 * columns; links and terms that are not told from 0 left out; error bars from the residuals. Source: Tan, Correa, Stemler and Small
 * (arXiv 2207.03093) for the problem, Messenger and Bortz (2021) for the weak form.
 *
 * Throws `SHAPE` for lengths that do not match, `NOT_FINITE` for a sample that is no number, `CONFIG` for traces that are too short
 * and for weights that the traces do not determine, naming the nodes.
 */
export function identifyNetwork(traces: Traces | readonly Traces[], options: NetworkOptions = {}): NetworkFit {
  const given = recording(traces)
  const coupling = couplingOf(options.coupling ?? 'diffusive', given.dimensions)
  const net = options.neural === undefined ? undefined : neural(given, options.neural)
  const library = net?.library ?? libraryOf(options.library, given)
  const noise = knownNoise(options.noise, given) ?? noiseOf(given)
  const { significance = 0.05, window } = options
  if (!(significance >= 0 && significance < 1)) {
    throw new InsituError('CONFIG', `network: significance ${significance}, wanted a chance from 0 to below 1`)
  }
  const found = regress(given, library, coupling, { noise, significance, window })
  if (options.determined !== 'reported') requireDetermined(given, found.undetermined)
  const fit = assembled(given, library, coupling, noise, found, net)
  if (options.determined !== 'reported' && net === undefined) requireTerms(fit, given)
  const refine = options.refine ?? net !== undefined
  return refine === false ? fit : refineNetwork(traces, fit, refine === true ? {} : refine)
}

function libraryOf(library: Library | undefined, { dimensions }: Recording): Library {
  if (library === undefined) return polynomials(dimensions, 2)
  if (library.dimensions === dimensions) return library
  throw new InsituError('SHAPE', `network: a library of ${library.dimensions} components for units of ${dimensions}`)
}

function knownNoise(noise: ArrayLike<number> | undefined, { dimensions }: Recording): Float64Array | undefined {
  if (noise === undefined) return undefined
  const list = Float64Array.from(noise)
  if (list.length === dimensions && list.every((value) => value >= 0 && Number.isFinite(value))) return list
  throw new InsituError('SHAPE', `network: noise ${list.join(', ')}, wanted ${dimensions} deviations from 0`)
}

function requireDetermined({ names }: Recording, undetermined: readonly Undetermined[]): void {
  if (undetermined.length === 0) return
  const shown = undetermined.slice(0, 4).map(({ node, from, ratio }) => {
    const senders = from.map((j) => names[j])
    const what = senders.length === 1 ? `node ${senders[0]}` : `nodes ${senders.join(', ')}`
    return `into node ${names[node]} from ${what} (what would tell is ${ratio.toFixed(1)} times the noise)`
  })
  const more = undetermined.length > shown.length ? ` and into ${undetermined.length - shown.length} more nodes` : ''
  throw new InsituError('CONFIG', `network: the traces do not determine the weights ${shown.join('; ')}${more}`, {
    hint: 'units that move together hide who acts on whom: disturb them, record from other starts, or ask for determined: reported',
  })
}

/** How many times what noise leaves a fit may miss by, if terms that it may need had to be left out. */
const MISSED = 2

/** Without a term that it needs, the local model leaves its work to the couplings. */
function requireTerms({ hidden, misfit, coupling }: NetworkFit, { components }: Recording): void {
  const terms = hidden[coupling.into]
  const misses = misfit[coupling.into]
  if (terms.length === 0 || misses < MISSED) return
  const component = components[coupling.into]
  throw new InsituError(
    'CONFIG',
    `network: the traces do not determine the local terms ${terms.join(', ')} of component ${component}, and what is left misses by ${misses.toFixed(1)} times the noise, so that the weights mean nothing`,
    { hint: 'record from more starts, so that units visit more states, or give a library of the terms that are there' },
  )
}

function assembled(
  given: Recording,
  library: Library,
  coupling: Coupling,
  noise: Float64Array,
  { components, weights, deviations, scores, undetermined, hidden, windows }: Regression,
  net: Neural | undefined,
): NetworkFit {
  const { nodes, dimensions, names, dt } = given
  const { model, parameters, parameterDeviations, local } =
    net === undefined ? ofLibrary(library, components) : ofNet(net, library, components)
  const expected = expectedSquares(given, windows, noise, { model, parameters, coupling, weights })
  return {
    ...{ nodes, dimensions, names, coupling, weights, deviations, scores, undetermined, noise },
    ...{ model, parameters, parameterDeviations, local },
    window: (windows.width - 1) * dt,
    hidden: hidden.map((list) => list.map((a) => library.names[a])),
    misfit: Float64Array.from(components, ({ residual }, d) => residual ** 2 / expected[d]),
  }
}

type Local = Pick<NetworkFit, 'model' | 'parameters' | 'parameterDeviations' | 'local'>

function ofLibrary(library: Library, components: readonly Joint[]): Local {
  const local: LocalTerm[] = components.flatMap(({ selection, local: values, localDeviations }, component) =>
    selection.terms.map((a, n) => ({
      ...{ component, name: library.names[a] },
      ...{ value: values[n], deviation: localDeviations[n] },
    })),
  )
  const chosen = components.map(({ selection }) => selection.terms)
  return {
    model: linearModel(library, chosen),
    parameters: Float64Array.from(local, ({ value }) => value),
    parameterDeviations: Float64Array.from(local, ({ deviation }) => deviation),
    local,
  }
}

function ofNet(net: Neural, library: Library, components: readonly Joint[]): Local {
  const rows = components.map(({ selection, local }) => {
    const row = new Float64Array(library.names.length)
    selection.terms.forEach((a, n) => {
      row[a] = local[n]
    })
    return row
  })
  // Nothing is known of the hidden units before they are trained.
  const unknown = new Float64Array(net.model.size).fill(Number.NaN)
  return { model: net.model, parameters: net.start(rows), parameterDeviations: unknown, local: [] }
}

import { InsituError } from '../errors.ts'

/**
 * How one unit acts on another: g(x_i, x_j), added with the weight w_ij to the slope of one component of unit i.
 *
 * States are handed over as an array and the place in it where the state of a unit begins.
 */
export interface Coupling {
  readonly name: string
  /** Component of the receiving unit whose slope it is added to. */
  readonly into: number
  /** g of the unit at `own` and the unit at `other`. */
  value(x: Float64Array, own: number, other: number): number
  /** Fills the slopes of g by the components of the receiving and of the sending unit. */
  slopes(x: Float64Array, own: number, other: number, byOwn: Float64Array, byOther: Float64Array): void
}

/** Forms of coupling that need no more than a component: which one acts, and into which slope. */
export const COUPLINGS = {
  /** x_j - x_i, as heat, charge or a resistor between the two flows. */
  diffusive: scalar('diffusive', {
    value: (own, other) => other - own,
    byOwn: () => -1,
    byOther: () => 1,
  }),
  /** x_j: what the other sends, whatever the receiver does. */
  direct: scalar('direct', { value: (_own, other) => other, byOwn: () => 0, byOther: () => 1 }),
  /** sin(x_j - x_i), of phases. */
  sinusoidal: scalar('sinusoidal', {
    value: (own, other) => Math.sin(other - own),
    byOwn: (own, other) => -Math.cos(other - own),
    byOther: (own, other) => Math.cos(other - own),
  }),
  /** tanh(x_j), a synapse that saturates. */
  saturating: scalar('saturating', {
    value: (_own, other) => Math.tanh(other),
    byOwn: () => 0,
    byOther: (_own, other) => 1 - Math.tanh(other) ** 2,
  }),
} as const

export type CouplingName = keyof typeof COUPLINGS

interface Scalar {
  value(own: number, other: number): number
  byOwn(own: number, other: number): number
  byOther(own: number, other: number): number
}

/** A coupling of a function of two numbers: component `from` of both units, into the slope of component `into`. */
function scalar(name: string, { value, byOwn: ofOwn, byOther: ofOther }: Scalar) {
  return (from = 0, into = from): Coupling => ({
    name,
    into,
    value: (x, own, other) => value(x[own + from], x[other + from]),
    slopes(x, own, other, byOwn, byOther) {
      const [a, b] = [x[own + from], x[other + from]]
      byOwn.fill(0)
      byOther.fill(0)
      byOwn[from] = ofOwn(a, b)
      byOther[from] = ofOther(a, b)
    },
  })
}

/** The coupling by its name, or as it was given; `CONFIG` if it leads into a component that units do not have. */
export function couplingOf(given: CouplingName | Coupling, dimensions: number): Coupling {
  const coupling = typeof given === 'string' ? COUPLINGS[given]?.() : given
  if (coupling === undefined) {
    const known = Object.keys(COUPLINGS).join(', ')
    throw new InsituError('CONFIG', `network: there is no coupling "${String(given)}"; couplings are ${known}`)
  }
  if (Number.isInteger(coupling.into) && coupling.into >= 0 && coupling.into < dimensions) return coupling
  throw new InsituError(
    'CONFIG',
    `network: coupling ${coupling.name} leads into component ${coupling.into}, units have 0 to ${dimensions - 1}`,
  )
}

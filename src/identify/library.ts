import { InsituError } from '../errors.ts'

/** Functions of the state of one unit, of which the local dynamics are a sum: f_d(x) = sum_k c_dk theta_k(x). */
export interface Library {
  readonly dimensions: number
  /** What the functions are called, as `x y^2`. */
  readonly names: readonly string[]
  /** Fills the values of all functions at the state that begins at `at`; `into` begins at `to`. */
  values(x: Float64Array, at: number, into: Float64Array, to: number): void
  /** Fills the slopes: function k by component d at `k * dimensions + d`. */
  slopes(x: Float64Array, at: number, into: Float64Array): void
}

/** A function beside the powers, as the bent characteristic of a diode. */
export interface Term {
  readonly name: string
  value(x: Float64Array, at: number): number
  /** Fills the slopes by the components. */
  slopes(x: Float64Array, at: number, into: Float64Array): void
}

/** All products of powers of the components up to a degree, 1 first, then by degree; `extra` functions after them. */
export function polynomials(dimensions: number, degree: number, extra: readonly Term[] = []): Library {
  if (!(Number.isInteger(degree) && degree >= 0 && degree <= 6)) {
    throw new InsituError('CONFIG', `network: polynomials of degree ${degree}, wanted a whole number from 0 to 6`)
  }
  const powers: number[][] = []
  for (let total = 0; total <= degree; total++) collect(total, dimensions, [], powers)
  const count = powers.length
  const single = new Float64Array(dimensions)
  const power = (base: number, n: number): number => {
    let product = 1
    for (let k = 0; k < n; k++) product *= base
    return product
  }
  return {
    dimensions,
    names: [...powers.map((of) => nameOf(of)), ...extra.map(({ name }) => name)],
    values(x, at, into, to) {
      for (let k = 0; k < count; k++) {
        const of = powers[k]
        let product = 1
        for (let d = 0; d < dimensions; d++) for (let n = 0; n < of[d]; n++) product *= x[at + d]
        into[to + k] = product
      }
      for (let k = 0; k < extra.length; k++) into[to + count + k] = extra[k].value(x, at)
    },
    slopes(x, at, into) {
      for (let k = 0; k < count; k++) {
        const of = powers[k]
        for (let d = 0; d < dimensions; d++) {
          let product = of[d] * (of[d] > 0 ? power(x[at + d], of[d] - 1) : 0)
          for (let e = 0; e < dimensions && product !== 0; e++) if (e !== d) product *= power(x[at + e], of[e])
          into[k * dimensions + d] = product
        }
      }
      for (let k = 0; k < extra.length; k++) {
        extra[k].slopes(x, at, single)
        into.set(single, (count + k) * dimensions)
      }
    },
  }
}

/** Clipping of one component at -limit and limit: (|x + a| - |x - a|) / 2, the bend of Chua's diode with a = 1. */
export function clipped(component: number, limit = 1): Term {
  return {
    name: `clip(x${component + 1})`,
    value: (x, at) => Math.max(-limit, Math.min(limit, x[at + component])),
    slopes(x, at, into) {
      into.fill(0)
      into[component] = Math.abs(x[at + component]) < limit ? 1 : 0
    },
  }
}

/** All exponents of `left` components that add up to `total`, the first component's highest first. */
function collect(total: number, left: number, head: readonly number[], into: number[][]): void {
  if (left === 1) {
    into.push([...head, total])
    return
  }
  for (let n = total; n >= 0; n--) collect(total - n, left - 1, [...head, n], into)
}

const LETTERS = ['x', 'y', 'z']

function nameOf(powers: readonly number[]): string {
  const letter = (d: number) => (powers.length <= 3 ? LETTERS[d] : `x${d + 1}`)
  const parts = powers.flatMap((n, d) => (n === 0 ? [] : [n === 1 ? letter(d) : `${letter(d)}^${n}`]))
  return parts.length === 0 ? '1' : parts.join(' ')
}

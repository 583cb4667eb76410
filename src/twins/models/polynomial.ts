import type { Unit } from '../../contract/sheet.ts'
import type { Twin } from '../twin.ts'

export interface PolynomialOptions {
  readonly inputs: number
  /** 1: a constant and the inputs; 2: their products as well. */
  readonly degree: 1 | 2
  /** Unit of a reading; default "1". */
  readonly unit?: Unit
  /** How far a coefficient may lie from 0; default Infinity, nothing is known. */
  readonly spread?: number
}

/** Coefficients of a polynomial: a constant, one per input, and one per product of two inputs. */
export function polynomialSize(inputs: number, degree: 1 | 2): number {
  return 1 + inputs + (degree === 2 ? (inputs * (inputs + 1)) / 2 : 0)
}

/** Writes 1, x_0 .. and, for degree 2, x_i x_j with i <= j row by row of that triangle. */
export function polynomialTerms(
  drive: Float64Array,
  first: number,
  inputs: number,
  degree: 1 | 2,
  terms: Float64Array,
): void {
  terms[0] = 1
  for (let i = 0; i < inputs; i++) terms[1 + i] = drive[first + i]
  if (degree === 1) return
  let next = inputs + 1
  for (let i = 0; i < inputs; i++) {
    const x = drive[first + i]
    for (let j = i; j < inputs; j++) terms[next++] = x * drive[first + j]
  }
}

/** One reading as a polynomial of the inputs: what is left where nothing is known of a machine. */
export function polynomial({ inputs, degree, unit = '1', spread = Infinity }: PolynomialOptions): Twin {
  const terms = new Float64Array(polynomialSize(inputs, degree))
  return {
    name: degree === 1 ? 'linear' : 'quadratic',
    width: { theta: 0, drive: inputs, sense: 1 },
    banks: [{ name: 'coefficient', width: terms.length, unit, start: 0, spread }],
    forward({ drive, rows, parameters }, sense) {
      for (let r = 0; r < rows; r++) {
        polynomialTerms(drive, r * inputs, inputs, degree, terms)
        let sum = 0
        for (let p = 0; p < terms.length; p++) sum += parameters[p] * terms[p]
        sense[r] = sum
      }
    },
    vjp({ drive, rows, parameters }, _measured, cotangent, into) {
      const own = into.parameters?.fill(0)
      for (let r = 0; r < rows; r++) {
        const first = r * inputs
        if (own !== undefined) {
          polynomialTerms(drive, first, inputs, degree, terms)
          for (let p = 0; p < terms.length; p++) own[p] += cotangent[r] * terms[p]
        }
        if (into.drive === undefined) continue
        for (let i = 0; i < inputs; i++) into.drive[first + i] = cotangent[r] * parameters[1 + i]
        if (degree === 1) continue
        let next = inputs + 1
        for (let i = 0; i < inputs; i++) {
          for (let j = i; j < inputs; j++) {
            const weight = cotangent[r] * parameters[next++]
            into.drive[first + i] += weight * drive[first + j]
            into.drive[first + j] += weight * drive[first + i]
          }
        }
      }
    },
  }
}

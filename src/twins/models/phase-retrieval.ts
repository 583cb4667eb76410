import { fitPolynomials, type Pairs } from './least-squares.ts'

/** Loaded on first use. */
const algebra = () => import('ml-matrix')

/** Where a fit of `fieldAmplitude` may begin. */
export interface FieldStart {
  /** Source with the strongest field, which sets the phase. */
  readonly reference: number
  /** In the order of that twin's banks. */
  readonly parameters: Float64Array
}

/** Least part of the strongest component that the second one starts with: at 0 its slopes are 0 and no step leaves it. */
const LEAST = 1e-3

/**
 * Finds the field behind amplitudes, up to its phase, for a fit to begin at: one start per output.
 *
 * The square of an amplitude is a quadratic form of the inputs, (h . x + b)(h . x + b)*, whose matrix is of rank 2: the real and
 * the imaginary part of the field. Least squares gives the matrix, and its two largest eigenvalues the parts. The misfit of
 * amplitudes has more than one minimum; from here the fit goes down to that of the truth.
 */
export async function fieldStarts(pairs: Pairs): Promise<readonly FieldStart[]> {
  const { EigenvalueDecomposition, Matrix } = await algebra()
  const { inputs } = pairs
  const sources = inputs + 1
  const { coefficients } = fitPolynomials(pairs, 2, (amplitude) => amplitude * amplitude)
  return coefficients.map((terms) => {
    const form = Matrix.zeros(sources, sources)
    form.set(inputs, inputs, terms[0])
    let next = sources
    for (let i = 0; i < inputs; i++) {
      form.set(i, inputs, terms[1 + i] / 2)
      form.set(inputs, i, terms[1 + i] / 2)
      for (let j = i; j < inputs; j++) {
        const value = terms[next++]
        form.set(i, j, i === j ? value : value / 2)
        form.set(j, i, i === j ? value : value / 2)
      }
    }
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(form, { assumeSymmetric: true })
    // Eigenvalues rise.
    const last = realEigenvalues.length - 1
    const first = Math.max(realEigenvalues[last], Number.MIN_VALUE)
    const second = Math.max(realEigenvalues[last - 1], LEAST * first)
    const part = (column: number, size: number) =>
      eigenvectorMatrix.getColumn(column).map((value) => value * Math.sqrt(size))
    return turned(part(last, first), part(last - 1, second), inputs)
  })
}

/** Turns the phase of all sources so that the strongest has none. */
function turned(real: readonly number[], imaginary: readonly number[], inputs: number): FieldStart {
  const size = real.map((value, i) => Math.hypot(value, imaginary[i]))
  const reference = size.indexOf(Math.max(...size))
  const [cos, sin] = [real[reference] / size[reference], imaginary[reference] / size[reference]]
  const parameters = new Float64Array(2 * inputs + 1)
  let next = inputs + 1
  for (let i = 0; i <= inputs; i++) {
    parameters[i] = cos * real[i] + sin * imaginary[i]
    if (i !== reference) parameters[next++] = cos * imaginary[i] - sin * real[i]
  }
  return { reference, parameters }
}

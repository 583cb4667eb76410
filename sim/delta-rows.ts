import { type CodeSource, createCode } from '../src/codes/code.ts'
import { perParameter, rowIndex } from '../src/codes/expand.ts'
import type { Code, Delta, Family } from '../src/contract/block.ts'
import { bankOffsets, type DataSheet, paramCount } from '../src/contract/sheet.ts'

/** Perturbations of a machine row by row, so that a long block of many parameters is never written out at once. */
export class DeltaRows {
  readonly families: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']
  readonly #sheet: DataSheet
  readonly #offsets: readonly number[]
  readonly #values: Float64Array
  readonly #sources = new Map<Family, { readonly seed: number; readonly source: CodeSource }>()

  constructor(sheet: DataSheet) {
    this.#sheet = sheet
    this.#offsets = bankOffsets(sheet)
    this.#values = new Float64Array(paramCount(sheet))
  }

  /** Writes row `row` of a perturbation, one number per parameter in the banks' units. */
  fill(delta: Delta, row: number, into: Float64Array): void {
    const count = into.length
    if (delta.kind === 'track') {
      into.set(delta.data.subarray(row * count, (row + 1) * count))
      return
    }
    let sign = 1
    if (delta.kind === 'signs') {
      const at = row * Math.ceil(count / 8)
      for (let i = 0; i < count; i++) into[i] = 1 - 2 * ((delta.bits[at + (i >> 3)] >> (i & 7)) & 1)
    } else {
      const { k, negative } = rowIndex(delta, row)
      this.source(delta).fill(k, into)
      if (negative) sign = -1
    }
    delta.amplitudes.forEach((amplitude, b) => {
      for (let i = this.#offsets[b]; i < this.#offsets[b + 1]; i++) into[i] = amplitude * (sign * into[i])
    })
  }

  /** Adds `coefficients[k] * delta_(first + k)` to theta, held at the limits; returns how many were. */
  apply(code: Code, coefficients: Float64Array, theta: Float64Array): number {
    const amplitude = perParameter(this.#sheet, code.amplitudes)
    const source = this.source(code)
    const values = this.#values
    for (let k = 0; k < coefficients.length; k++) {
      source.fill(code.first + k, values)
      const coefficient = coefficients[k]
      for (let i = 0; i < values.length; i++) theta[i] += coefficient * (amplitude[i] * values[i])
    }
    let clipped = 0
    this.#sheet.banks.forEach((bank, b) => {
      for (let i = this.#offsets[b]; i < this.#offsets[b + 1]; i++) {
        const held = Math.min(Math.max(theta[i], bank.min), bank.max)
        if (held !== theta[i]) clipped++
        theta[i] = held
      }
    })
    return clipped
  }

  /** The generator of a code, kept as long as its seed stays. */
  source(code: Code): CodeSource {
    const open = this.#sources.get(code.family)
    if (open?.seed === code.seed) return open.source
    const source = createCode(code.family, code.seed, this.#values.length)
    this.#sources.set(code.family, { seed: code.seed, source })
    return source
  }
}

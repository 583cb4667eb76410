import { createCode } from '../../src/codes/code.ts'
import { SINE_FULL_SCALE } from '../../src/codes/sinusoid.ts'
import type { Family } from '../../src/contract/block.ts'

/** Writes a code's values at index `k` as whole numbers of 1 / `unit`. */
export interface CodeValues {
  readonly unit: 1 | typeof SINE_FULL_SCALE
  fill(k: number, into: Int16Array): void
}

/** Code values as the firmware has them: -1, 0, 1, or entries of the sine table. */
export function codeValues(family: Family, seed: number, paramCount: number): CodeValues {
  const source = createCode(family, seed, paramCount)
  const values = new Float64Array(paramCount)
  const unit = family === 'sinusoid' ? SINE_FULL_SCALE : 1
  return {
    unit,
    fill(k, into) {
      source.fill(k, values)
      for (let i = 0; i < paramCount; i++) into[i] = Math.round(values[i] * unit)
    },
  }
}

import type { Console } from '../console.ts'
import type { Looked } from '../experiments/chain/look.ts'
import type { Rows } from '../tasks/task.ts'

/** One digit as the chain met it. */
export interface ShownDigit {
  readonly digit: number
  readonly answer: number
  /** All that was measured of it, V. */
  readonly readings: readonly number[]
}

/** The first `most` digits of some rows. */
export function shownDigits({ outputs, codes }: Looked, { rows, labels }: Rows, most: number): readonly ShownDigit[] {
  const [width, classes] = [codes.length / rows, outputs.length / rows]
  return Array.from({ length: Math.min(most, rows) }, (_, r) => {
    const row = outputs.subarray(r * classes, (r + 1) * classes)
    return {
      digit: labels[r],
      answer: row.indexOf(Math.max(...row)),
      readings: [...codes.subarray(r * width, (r + 1) * width)].map((volts) => Number(volts.toFixed(3))),
    }
  })
}

export function digitLines(digits: readonly ShownDigit[], colors: Console['colors']): readonly string[] {
  return digits.map(({ digit, answer, readings }) => {
    const numbers = readings.map((volts) => volts.toFixed(2).padStart(6)).join('')
    const right = answer === digit
    return `  a ${digit}:${numbers}   -> ${answer}${right ? colors.green('  right') : colors.red('  wrong')}`
  })
}

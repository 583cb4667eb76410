import { STREAM } from '../random/streams.ts'
import { threefry2x32 } from '../random/threefry.ts'
import type { Patterns } from './patterns.ts'

/** Fair signs 1 and -1, drawn anew whenever they are needed: pattern k of a seed is the same for any count. */
export function randomPatterns(rows: number, columns: number, seed: number, count: number): Patterns {
  const size = rows * columns
  const words = new Uint32Array(2)
  const row = new Float64Array(size)
  const fill = (k: number, into: Float64Array) => {
    for (let p = 0; p < size; p++) {
      if (p % 64 === 0) threefry2x32(seed, STREAM.patternSigns, p / 64, k, words)
      const word = p % 64 < 32 ? words[0] : words[1]
      into[p] = (word >>> (p % 32)) & 1 ? -1 : 1
    }
  }
  return {
    name: `random:${seed}`,
    count,
    rows,
    columns,
    min: -1,
    max: 1,
    fill,
    project(image, into) {
      for (let k = 0; k < count; k++) {
        fill(k, row)
        let sum = 0
        for (let p = 0; p < size; p++) sum += row[p] * image[p]
        into[k] = sum
      }
    },
    back(values, into) {
      into.fill(0)
      for (let k = 0; k < count; k++) {
        fill(k, row)
        const value = values[k]
        for (let p = 0; p < size; p++) into[p] += value * row[p]
      }
    },
  }
}

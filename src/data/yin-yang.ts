import { InsituError } from '../errors.ts'
import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import type { Dataset } from './dataset.ts'

export interface YinYangOptions {
  /** Radius of the two dots; default 0.1. */
  readonly dot?: number
  /** Radius of the whole sign; default 0.5, which fills the unit square. */
  readonly sign?: number
}

const CLASSES = ['yang', 'yin', 'dot'] as const

/** Random numbers that a row may use: even its rarest class takes far fewer. */
const PER_ROW = 2 ** 20

/**
 * Points in the yin-yang sign of Kriener, Goeltz and Petrovici (2021), three classes: the two halves and their dots.
 *
 * `count` rows of (x, y, 2 R - x, 2 R - y), R the radius of the sign, so that no class lies nearer to the origin; classes are
 * drawn with equal shares and points evenly within their class. Rows do not depend on how many there are. Definition: the
 * authors' public code (lkriener/yin_yang_data_set); 5,000 rows to train with and 1,000 to test with are usual.
 */
export function yinYang(count: number, seed: number, options: YinYangOptions = {}): Dataset {
  const { dot = 0.1, sign = 0.5 } = options
  if (!(dot > 0 && dot < sign / 2))
    throw new InsituError('CONFIG', `yin-yang: the dots' radius must be between 0 and half the sign's, got ${dot}`)
  const random = draws(seed, STREAM.yinYang)
  const width = 4
  const features = new Float64Array(count * width)
  const labels = new Uint8Array(count)
  for (let row = 0; row < count; row++) {
    let at = row * PER_ROW
    const label = Math.floor(CLASSES.length * random.uniform(at++))
    labels[row] = label
    let [x, y] = [0, 0]
    do {
      x = 2 * sign * random.uniform(at++)
      y = 2 * sign * random.uniform(at++)
    } while (yinYangClass(x, y, dot, sign) !== label)
    features.set([x, y, 2 * sign - x, 2 * sign - y], row * width)
  }
  return { name: 'yin-yang', rows: count, width, features, labels, classes: CLASSES }
}

/**
 * Class of a point of the sign with centre (R, R): 2 in a dot; 1 in yin, the upper half with the bulge around the left dot and
 * without the one around the right; 0 in yang; nothing outside.
 */
export function yinYangClass(x: number, y: number, dot = 0.1, sign = 0.5): number | undefined {
  if (Math.hypot(x - sign, y - sign) > sign) return undefined
  const left = Math.hypot(x - sign / 2, y - sign)
  const right = Math.hypot(x - 1.5 * sign, y - sign)
  if (Math.min(left, right) < dot) return 2
  return left <= sign / 2 || (y > sign && right > sign / 2) ? 1 : 0
}

import { draws } from '../random/draws.ts'
import { STREAM } from '../random/streams.ts'
import type { Dataset } from './dataset.ts'

const SIDE = 7
const GLYPH = 5

/** Five by five strokes of the four letters. */
const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  N: ['#...#', '##..#', '#.#.#', '#..##', '#...#'],
  I: ['.###.', '..#..', '..#..', '..#..', '.###.'],
  S: ['.####', '#....', '.###.', '....#', '####.'],
  T: ['#####', '..#..', '..#..', '..#..', '..#..'],
}

/**
 * A stand-in for the 7x7 letters N, I, S, T of McCaughan et al. (2023), whose data file is not public: 5x5 strokes at
 * each of the nine positions in a 7x7 field, pixels 0 or 1, plus normal noise.
 *
 * `count` rows, classes in turn; pixel noise of standard deviation `noise` (0.2 in the reference sheet).
 */
export function letters(count: number, seed: number, noise = 0.2): Dataset {
  const names = Object.keys(GLYPHS)
  const random = draws(seed, STREAM.syntheticData)
  const pixels = SIDE * SIDE
  const features = new Float64Array(count * pixels)
  const labels = new Uint8Array(count)
  const shifts = SIDE - GLYPH + 1
  // Each row owns 64 uniform and 64 normal draws, so rows do not depend on how many there are.
  const perRow = 64
  for (let row = 0; row < count; row++) {
    const label = row % names.length
    labels[row] = label
    const place = Math.floor(random.uniform(row) * shifts * shifts)
    const [dx, dy] = [place % shifts, Math.floor(place / shifts)]
    GLYPHS[names[label]].forEach((line, y) => {
      for (let x = 0; x < GLYPH; x++) if (line[x] === '#') features[row * pixels + (y + dy) * SIDE + x + dx] = 1
    })
    for (let p = 0; p < pixels; p++) features[row * pixels + p] += noise * random.normal(2 ** 40 + row * perRow + p)
  }
  return { name: 'letters (stand-in)', rows: count, width: pixels, features, labels, classes: names }
}

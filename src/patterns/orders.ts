/**
 * Orders of the products of Walsh functions of a grid. Each lists rows x columns numbers a * columns + b, a and b being how
 * often the pattern changes its sign down the rows and along the columns (its sequencies).
 */
export const HADAMARD_ORDERS = {
  /** By the number of connected blocks, (a + 1)(b + 1) for such products (Yu, Sensors 19, 4122, 2019). */
  'cake-cutting': (rows: number, columns: number) => ranked(rows, columns, (a, b) => [(a + 1) * (b + 1)]),
  /** By the sign changes of the pattern read row by row as one line: the rows of the Walsh matrix of all pixels. */
  walsh: (rows: number, columns: number) =>
    // Between two rows the sign changes where exactly one of the two products does.
    ranked(rows, columns, (a, b) => [b * rows + (b % 2 === 0 ? a : rows - 1 - a)]),
  /** Along the diagonals of the (a, b) plane, back and forth, as the coefficients of a JPEG block. */
  'zig-zag': (rows: number, columns: number) => ranked(rows, columns, (a, b) => [a + b, (a + b) % 2 === 0 ? b : a]),
  /**
   * Every complete set of a coarser grid before anything finer; within what a finer grid adds, first the patterns that are
   * finer in one direction, by their number of blocks (after Sun et al., Scientific Reports 7, 3464, 2017).
   */
  'russian-doll': (rows: number, columns: number) =>
    ranked(rows, columns, (a, b) => {
      const [down, along] = [level(a), level(b)]
      const finest = Math.max(down, along)
      return [finest, down === along ? 2 : down < along ? 0 : 1, (a + 1) * (b + 1)]
    }),
  /** By the sum over the pixels of the length of the gradient, forward differences. */
  'total-gradient': (rows: number, columns: number) =>
    ranked(rows, columns, (a, b) => [a * columns + b * rows - a * b * (2 - Math.SQRT2)]),
} as const satisfies Readonly<Record<string, (rows: number, columns: number) => Uint32Array>>

export type HadamardOrder = keyof typeof HADAMARD_ORDERS

/** Doublings of the grid it takes to show so many changes of sign. */
function level(changes: number): number {
  return changes === 0 ? 0 : 32 - Math.clz32(changes)
}

/** All pairs by their keys; among equals the more even pair first, then the one with fewer changes down the rows. */
function ranked(rows: number, columns: number, keys: (a: number, b: number) => readonly number[]): Uint32Array {
  const pairs = Array.from({ length: rows * columns }, (_, n) => {
    const [a, b] = [Math.floor(n / columns), n % columns]
    return { n, keys: [...keys(a, b), a + b, a] }
  })
  pairs.sort((one, other) => {
    for (let k = 0; k < one.keys.length; k++) if (one.keys[k] !== other.keys[k]) return one.keys[k] - other.keys[k]
    return 0
  })
  return Uint32Array.from(pairs, ({ n }) => n)
}

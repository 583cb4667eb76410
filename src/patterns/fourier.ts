import type { Patterns } from './patterns.ts'

/** What is shown of every spatial frequency. */
export type FourierPhases = 'quadrature' | 'three-step'

interface Shown {
  /** Cycles down the rows and along the columns. */
  readonly u: number
  readonly v: number
  readonly phase: number
  readonly scale: number
}

/**
 * Cosines across the grid, lowest spatial frequency first, entries -1 to 1.
 *
 * `quadrature`: a cosine and a sine of every frequency, which together are an orthogonal basis; constant and alternating
 * patterns, which have no sine, are lower by the root of 2 to be of the same norm. Shown as pairs of opposites they are the four
 * steps of phase of Zhang, Ma and Zhong (Nature Communications 6, 6225, 2015). `three-step`: every frequency at the phases 0,
 * 120 and 240 degrees, which do without opposites (Zhang et al., Scientific Reports 7, 12029, 2017).
 */
export function fourierPatterns(rows: number, columns: number, phases: FourierPhases, most: number): Patterns {
  const all = shown(rows, columns, phases)
  const list = all.slice(0, most)
  const count = list.length
  const along = [...new Set(list.map(({ v }) => v))]
  const column = new Map(along.map((v, n) => [v, n]))
  // For every pattern: its column transform, and the wave down the rows with phase and scale in it.
  const [cosC, sinC] = waves(along, columns)
  const [cosR, sinR] = waves([...Array(rows).keys()], rows)
  const [re, im] = [new Float64Array(along.length * rows), new Float64Array(along.length * rows)]
  const value = ({ u, v, phase, scale }: Shown, r: number, c: number) =>
    scale * Math.cos(2 * Math.PI * (((u * r) % rows) / rows + ((v * c) % columns) / columns) + phase)
  return {
    name: phases === 'quadrature' ? 'fourier' : `fourier ${phases}`,
    count,
    rows,
    columns,
    min: -1,
    max: 1,
    ...(phases === 'quadrature' && { norm: (rows * columns) / 2 }),
    fill(k, into) {
      for (let r = 0, at = 0; r < rows; r++) for (let c = 0; c < columns; c++) into[at++] = value(list[k], r, c)
    },
    project(image, into) {
      for (let n = 0; n < along.length; n++) {
        for (let r = 0; r < rows; r++) {
          let [x, y] = [0, 0]
          for (let c = 0; c < columns; c++) {
            x += image[r * columns + c] * cosC[n * columns + c]
            y += image[r * columns + c] * sinC[n * columns + c]
          }
          re[n * rows + r] = x
          im[n * rows + r] = y
        }
      }
      for (let k = 0; k < count; k++) {
        const { u, v, phase, scale } = list[k]
        const at = (column.get(v) as number) * rows
        let [x, y] = [0, 0]
        for (let r = 0; r < rows; r++) {
          const [c, s] = [cosR[u * rows + r], sinR[u * rows + r]]
          x += c * re[at + r] - s * im[at + r]
          y += s * re[at + r] + c * im[at + r]
        }
        into[k] = scale * (Math.cos(phase) * x - Math.sin(phase) * y)
      }
    },
    back(values, into) {
      re.fill(0)
      im.fill(0)
      for (let k = 0; k < count; k++) {
        const { u, v, phase, scale } = list[k]
        const at = (column.get(v) as number) * rows
        const [x, y] = [scale * Math.cos(phase) * values[k], -scale * Math.sin(phase) * values[k]]
        for (let r = 0; r < rows; r++) {
          const [c, s] = [cosR[u * rows + r], sinR[u * rows + r]]
          re[at + r] += c * x + s * y
          im[at + r] += c * y - s * x
        }
      }
      into.fill(0)
      for (let n = 0; n < along.length; n++)
        for (let r = 0; r < rows; r++) {
          const [x, y] = [re[n * rows + r], im[n * rows + r]]
          for (let c = 0; c < columns; c++)
            into[r * columns + c] += x * cosC[n * columns + c] + y * sinC[n * columns + c]
        }
    },
  }
}

/** How many there are in all. */
export function fourierCount(rows: number, columns: number, phases: FourierPhases): number {
  return shown(rows, columns, phases).length
}

/** cos and sin of 2 pi f n / length: one row of `length` numbers for every f. */
function waves(cycles: readonly number[], length: number): readonly [Float64Array, Float64Array] {
  const angle = (at: number) => (2 * Math.PI * ((cycles[Math.floor(at / length)] * (at % length)) % length)) / length
  const table = (of: (x: number) => number) =>
    Float64Array.from({ length: cycles.length * length }, (_, at) => of(angle(at)))
  return [table(Math.cos), table(Math.sin)]
}

/** One of every two frequencies that are each other's mirror image, by their distance from zero in cycles per pixel. */
function shown(rows: number, columns: number, phases: FourierPhases): readonly Shown[] {
  const signed = (k: number, count: number) => (2 * k <= count ? k : k - count)
  const all: { u: number; v: number; distance: number; angle: number; alone: boolean }[] = []
  for (let u = 0; u < rows; u++) {
    for (let v = 0; v < columns; v++) {
      const [mirrorU, mirrorV] = [(rows - u) % rows, (columns - v) % columns]
      const alone = mirrorU === u && mirrorV === v
      if (!alone && (mirrorV < v || (mirrorV === v && mirrorU < u))) continue
      const [fu, fv] = [signed(u, rows), signed(v, columns)]
      const distance = (fu * columns) ** 2 + (fv * rows) ** 2
      all.push({ u, v, distance, angle: Math.atan2(fu, fv), alone })
    }
  }
  all.sort((a, b) => a.distance - b.distance || a.angle - b.angle)
  const steps = phases === 'quadrature' ? [0, -Math.PI / 2] : [0, (2 * Math.PI) / 3, (4 * Math.PI) / 3]
  return all.flatMap(({ u, v, alone }) =>
    alone
      ? [{ u, v, phase: 0, scale: phases === 'quadrature' ? Math.SQRT1_2 : 1 }]
      : steps.map((phase) => ({ u, v, phase, scale: 1 })),
  )
}

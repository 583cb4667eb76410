import { arrowSize, type Margins, marginsFor, namesIn } from './margins.ts'
import type { LatticePicture } from './picture.ts'

/** Where things lie in a picture, px, y downwards. */
export interface Fit {
  /** Places of the nodes as they are drawn: deformed, if there is a displacement. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** Places of the nodes without displacement; the same arrays if there is none. */
  readonly restX: Float64Array
  readonly restY: Float64Array
  /** px per m. */
  readonly perMetre: number
  /** Factor of the displacements; 0 if nothing is deformed. */
  readonly magnification: number
  /** Median length of a bond. */
  readonly bond: number
  readonly height: number
  /** Length of an input's arrow. */
  readonly arrow: number
  readonly named: boolean
}

/** Most height of a drawing, in widths: taller lattices are drawn smaller. */
const TALLEST = 1.05
const LOWEST = 90
/** Room on every side that is enough for any mark; what a first guess of the scale leaves free, px. */
const AMPLE = 70

/** Scales a picture to a width, px, and starts it at `top`. */
export function place(picture: LatticePicture, width: number, top: number, magnification?: number): Fit {
  const { x, y, displacement } = picture
  const length = medianBond(picture)
  const rest = bounds(x, y)
  const extent = Math.max(rest.right - rest.left, rest.top - rest.bottom, length) || 1
  const factor = displacement === undefined ? 0 : (magnification ?? automatic(displacement, length, extent))
  const movedX = x.map((value, node) => value + factor * (displacement?.[2 * node] ?? 0))
  const movedY = y.map((value, node) => value + factor * (displacement?.[2 * node + 1] ?? 0))
  const moved = bounds(movedX, movedY)
  const box = {
    left: Math.min(rest.left, moved.left),
    right: Math.max(rest.right, moved.right),
    top: Math.max(rest.top, moved.top),
    bottom: Math.min(rest.bottom, moved.bottom),
  }
  const scaled = (margin: Margins) => {
    const across = (width - margin.left - margin.right) / (box.right - box.left || extent)
    const down = (TALLEST * width - margin.top - margin.bottom) / (box.top - box.bottom || extent)
    return Math.min(across, down)
  }
  const guess = scaled({ left: AMPLE, right: AMPLE, top: AMPLE, bottom: AMPLE })
  const margin = marginsFor(picture, movedX, movedY, box, guess, arrowSize(length * guess))
  const perMetre = scaled(margin)
  const inner = (box.top - box.bottom) * perMetre
  const height = Math.max(LOWEST, inner + margin.top + margin.bottom)
  const middle = (margin.left + width - margin.right) / 2 - ((box.left + box.right) / 2) * perMetre
  const ceiling = top + (height - inner + margin.top - margin.bottom) / 2 + box.top * perMetre
  const across = (values: readonly number[]) => Float64Array.from(values, (value) => middle + value * perMetre)
  const down = (values: readonly number[]) => Float64Array.from(values, (value) => ceiling - value * perMetre)
  const [restX, restY] = [across(x), down(y)]
  return {
    restX,
    restY,
    x: factor === 0 ? restX : across(movedX),
    y: factor === 0 ? restY : down(movedY),
    perMetre,
    magnification: factor,
    bond: length * perMetre,
    height,
    arrow: arrowSize(length * perMetre),
    named: namesIn(picture),
  }
}

/** The largest of 1, 2, 5 times a power of ten that is not above a value. */
export function niceBelow(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value))
  const digit = [5, 2].find((candidate) => candidate * decade <= value) ?? 1
  return Number((digit * decade).toPrecision(1))
}

/** A factor that makes the largest displacement well seen: half a bond, or a twelfth of a lattice with many. */
function automatic(displacement: ArrayLike<number>, length: number, extent: number): number {
  let largest = 0
  for (let at = 0; at + 1 < displacement.length; at += 2) {
    largest = Math.max(largest, Math.hypot(displacement[at], displacement[at + 1]))
  }
  if (!(largest > 0)) return 0
  return niceBelow(Math.max(0.6 * length, extent / 12) / largest)
}

function medianBond({ x, y, bonds }: LatticePicture): number {
  const lengths = new Float64Array(bonds.length / 2)
  for (let bond = 0; bond < lengths.length; bond++) {
    const [a, b] = [bonds[2 * bond], bonds[2 * bond + 1]]
    lengths[bond] = Math.hypot(x[a] - x[b], y[a] - y[b])
  }
  return lengths.sort()[lengths.length >> 1] ?? 0
}

function bounds(x: readonly number[], y: readonly number[]) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let node = 0; node < x.length; node++) {
    left = Math.min(left, x[node])
    right = Math.max(right, x[node])
    bottom = Math.min(bottom, y[node])
    top = Math.max(top, y[node])
  }
  return { left, right, bottom, top }
}

import { bankOffsets, type DataSheet } from '../../contract/sheet.ts'
import type { LatticePicture, PictureQuantity } from './picture.ts'

/** Stiffness of every bond at several moments, and the one scale that suits them all. */
export interface Stiffness {
  /** In the unit of `quantity`. */
  readonly series: readonly Float64Array[]
  readonly quantity: PictureQuantity
}

/** What the parameters of a bond are counted in; banks of another unit are no stiffness. */
const UNIT = 'N/m'
/** N/m from which a scale is in kN/m. */
const KILO = 1e4

/** The stiffness of every bond, N/m, out of parameters; undefined if they are not as many as the bonds. */
export function bondStiffness(
  sheet: DataSheet,
  picture: LatticePicture,
  theta: ArrayLike<number>,
): Float64Array | undefined {
  const offsets = bankOffsets(sheet)
  const places = sheet.banks.flatMap(({ unit, width }, bank) =>
    unit === UNIT ? Array.from({ length: width }, (_, at) => offsets[bank] + at) : [],
  )
  return places.length === picture.bonds.length / 2 ? Float64Array.from(places, (at) => theta[at]) : undefined
}

/**
 * Takes the stiffness of the bonds out of parameters: the banks in N/m, one after the other, are the bonds in order.
 * Undefined if they are not as many as the bonds, or if there are no parameters.
 */
export function stiffnessOf(
  sheet: DataSheet,
  picture: LatticePicture,
  thetas: readonly ArrayLike<number>[],
): Stiffness | undefined {
  const found = thetas.flatMap((theta) => bondStiffness(sheet, picture, theta) ?? [])
  if (found.length === 0) return undefined
  const banks = sheet.banks.filter(({ unit }) => unit === UNIT)
  const [low, high] = [Math.min(...banks.map((bank) => bank.min)), Math.max(...banks.map((bank) => bank.max))]
  const { min, max } = ends(found, low, high)
  const per = max < KILO ? 1 : 1000
  return {
    series: per === 1 ? found : found.map((values) => values.map((value) => value / per)),
    quantity: {
      title: 'stiffness',
      unit: per === 1 ? UNIT : 'kN/m',
      scale: 'sequential',
      min: min / per,
      max: max / per,
    },
  }
}

/**
 * Ends of the scale: the limits of the banks, so that a bond at its limit is seen; where the values fill less than a
 * quarter of them, the values alone.
 */
function ends(series: readonly Float64Array[], min: number, max: number): { min: number; max: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const values of series) {
    for (const value of values) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  return high - low >= (max - min) / 4 ? { min, max } : { min: low, max: high }
}

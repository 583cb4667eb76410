import { bankOffsets, type DataSheet } from '../../contract/sheet.ts'
import type { LatticePicture, PictureQuantity } from './picture.ts'

/** Stiffness of every bond at several moments, and the one scale that suits them all. */
export interface Stiffness {
  readonly series: readonly Float64Array[]
  readonly quantity: PictureQuantity
}

/** What the parameters of a bond are counted in; banks of another unit are no stiffness. */
const UNIT = 'N/m'

/**
 * Takes the stiffness of the bonds out of parameters: the banks in N/m, one after the other, are the bonds in order.
 * Undefined if they are not as many as the bonds, or if there are no parameters.
 */
export function stiffnessOf(
  sheet: DataSheet,
  picture: LatticePicture,
  thetas: readonly Float64Array[],
): Stiffness | undefined {
  const bonds = picture.bonds.length / 2
  const offsets = bankOffsets(sheet)
  const places = sheet.banks.flatMap(({ unit, width }, bank) =>
    unit === UNIT ? Array.from({ length: width }, (_, at) => offsets[bank] + at) : [],
  )
  if (places.length !== bonds || thetas.length === 0) return undefined
  const series = thetas.map((theta) => Float64Array.from(places, (at) => theta[at]))
  const banks = sheet.banks.filter(({ unit }) => unit === UNIT)
  const min = Math.min(...banks.map((bank) => bank.min))
  const max = Math.max(...banks.map((bank) => bank.max))
  return { series, quantity: { title: 'stiffness', unit: UNIT, scale: 'sequential', ...ends(series, min, max) } }
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

/** Coordinates with a tenth of a px: more only makes files larger. */
export function px(value: number): string {
  return String(Math.round(10 * value) / 10)
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A value of a scale as people write it: three digits, powers of ten where they are shorter, a true minus sign. */
export function written(value: number, digits = 3): string {
  const rounded = Number(value.toPrecision(digits))
  const size = Math.abs(rounded)
  if (size === 0) return '0'
  const sign = rounded < 0 ? '−' : ''
  if (size >= 1e-3 && size < 1e5) return `${sign}${size}`
  const exponent = Math.floor(Math.log10(size))
  const mantissa = Number((size / 10 ** exponent).toPrecision(Math.min(3, digits)))
  return `${sign}${mantissa === 1 ? '' : `${mantissa}×`}${powerOfTen(exponent)}`
}

/** '10⁻³' */
export function powerOfTen(exponent: number): string {
  const raised = [...String(Math.abs(exponent))].map((digit) => RAISED[Number(digit)]).join('')
  return `10${exponent < 0 ? '⁻' : ''}${raised}`
}

const PREFIXES: readonly (readonly [number, string])[] = [
  [1e3, 'k'],
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
]

/** A value with its unit and the prefix that suits it: '−49 mN', '20 mm'. */
export function withUnit(value: number, unit: string): string {
  const size = Math.abs(value)
  // A hair below a power counts as it: 0.001 may have come out of a division.
  const [factor, prefix] = PREFIXES.find(([from]) => size >= from * (1 - 1e-9)) ?? [1, '']
  return `${written(value / factor)} ${prefix}${unit}`
}

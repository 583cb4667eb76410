/** A number as the firmware prints it: C's %g with six digits, and an exponent of at least three. */
export function general(value: number, digits = 6): string {
  if (value === 0) return '0'
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e')
  const power = Number(exponent)
  if (power < -4 || power >= digits) return `${trimmed(mantissa)}e${longExponent(power)}`
  return trimmed(value.toFixed(Math.max(0, digits - 1 - power)))
}

/** As the stored points are printed: sign, seven digits, three-digit exponent. */
export function signed(value: number): string {
  const [mantissa, exponent] = Math.abs(value).toExponential(6).split('e')
  return `${value < 0 ? '-' : '+'}${mantissa}e${longExponent(Number(exponent))}`
}

function longExponent(power: number): string {
  return `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(3, '0')}`
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits
}

/** Little-endian IEEE singles, as TRCB? and CAPTUREGET? send them. */
export function singles(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true)
  })
  return bytes
}

/** The stored form of TRCL?: a 16-bit mantissa, an exponent and a zero; value = mantissa x 2^(exponent - 124). */
export function mantissas(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => {
    if (value === 0) return
    let exponent = Math.min(248, Math.max(0, Math.ceil(Math.log2(Math.abs(value) / 32767)) + 124))
    if (Math.abs(Math.round(value * 2 ** (124 - exponent))) > 32767) exponent++
    view.setInt16(4 * i, Math.round(value * 2 ** (124 - exponent)), true)
    view.setUint8(4 * i + 2, exponent)
  })
  return bytes
}

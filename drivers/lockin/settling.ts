/** Equivalent noise bandwidth times time constant of one to four equal poles. */
const ENBW = [1 / 4, 1 / 8, 3 / 32, 5 / 64] as const

/** Slope of the filter behind the mixer, in dB per octave: six for every pole. */
export type Slope = 6 | 12 | 18 | 24

/** In the order of both models' OFSL. */
export const SLOPES: readonly Slope[] = [6, 12, 18, 24]

export const polesOf = (slope: Slope): number => slope / 6

/** What is left of a step after so many time constants: e^-k times the first `poles` terms of e^k. */
export function remainder(timeConstants: number, poles: number): number {
  let sum = 0
  let term = 1
  for (let j = 0; j < poles; j++) {
    sum += term
    term *= timeConstants / (j + 1)
  }
  return Math.exp(-timeConstants) * sum
}

/** Time constants after which no more than `share` of what was before is left in a reading. */
export function timeConstantsFor(share: number, slope: Slope): number {
  const poles = polesOf(slope)
  let low = 0
  let high = 64
  while (high - low > 1e-9) {
    const middle = (low + high) / 2
    if (remainder(middle, poles) > share) low = middle
    else high = middle
  }
  return high
}

/** Bandwidth of white noise that a reading takes in, in Hz. */
export function noiseBandwidth(timeConstant: number, slope: Slope): number {
  return ENBW[polesOf(slope) - 1] / timeConstant
}

import type { LatticePicture } from './picture.ts'

/** Colours a scale is cut into; more cannot be told apart on a line. */
const STEPS = 48

/** A colour on a light page and on a dark one. */
export interface Tone {
  readonly light: string
  readonly dark: string
}

/** What values look like. */
export interface Scale {
  readonly min: number
  readonly max: number
  /** Centre of a diverging scale is 0; then `min` is `-max`. */
  readonly diverging: boolean
  readonly steps: number
  /** Step of a value, from 0; values outside the ends take the last colour. */
  step(value: number): number
  tone(step: number): Tone
  /** Share of the largest line width, 0 to 1: how far a step is from the soft end, or from the centre. */
  weight(step: number): number
}

/**
 * Stops of the scales. Sequential: the well-known yellow-green-blue of ColorBrewer without its palest part, turned
 * round on a dark page, so that a large value is always far from the background. Diverging: blue and orange, which all
 * common colour blindness leaves apart, and a grey centre that shows on either page.
 */
const STOPS = {
  sequential: {
    light: ['#b5dfb0', '#74c8bb', '#3fb1c4', '#2089bd', '#235ba6', '#132c7c', '#0c1a4f'],
    dark: ['#37518f', '#2a72b5', '#2f9bc6', '#4bbdc2', '#86d3b9', '#c6eab2', '#f6fbcd'],
  },
  diverging: {
    light: ['#0f3f86', '#2a6fc9', '#7fa9df', '#b9b7af', '#eba27d', '#d9622b', '#8f3208'],
    dark: ['#a9d0ff', '#5f9ff0', '#3c6aa8', '#5a5f69', '#a5623d', '#ee8a53', '#ffc9a3'],
  },
}

/** The scale of a picture's values, or undefined if it has none. */
export function scaleOf({ values, quantity }: LatticePicture): Scale | undefined {
  if (values === undefined || quantity === undefined) return undefined
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let bond = 0; bond < values.length; bond++) {
    if (!Number.isFinite(values[bond])) continue
    low = Math.min(low, values[bond])
    high = Math.max(high, values[bond])
  }
  if (low > high) return undefined
  const diverging = quantity.scale === 'diverging'
  const reach = Math.max(Math.abs(quantity.min ?? low), Math.abs(quantity.max ?? high))
  const min = diverging ? -reach : (quantity.min ?? low)
  const max = diverging ? reach : (quantity.max ?? high)
  const { light, dark } = STOPS[quantity.scale]
  // An odd number has a step in the middle, which is 0.
  const steps = diverging ? STEPS + 1 : STEPS
  return {
    min,
    max,
    diverging,
    steps,
    step(value) {
      const share = max > min ? (value - min) / (max - min) : 0.5
      return Math.min(steps - 1, Math.max(0, Math.floor(share * steps)))
    },
    tone(step) {
      const share = step / (steps - 1)
      return { light: between(light, share), dark: between(dark, share) }
    },
    weight(step) {
      const share = step / (steps - 1)
      return diverging ? Math.abs(2 * share - 1) : share
    },
  }
}

/** The colour at a share of the way along the stops. */
function between(stops: readonly string[], share: number): string {
  const place = share * (stops.length - 1)
  const stop = Math.min(stops.length - 2, Math.floor(place))
  const [from, to] = [stops[stop], stops[stop + 1]]
  let color = '#'
  for (const at of [1, 3, 5]) {
    const a = Number.parseInt(from.slice(at, at + 2), 16)
    const b = Number.parseInt(to.slice(at, at + 2), 16)
    color += Math.round(a + (b - a) * (place - stop))
      .toString(16)
      .padStart(2, '0')
  }
  return color
}

import type { Tone } from '../lattice/scale.ts'

/** Steps of the scale; an odd number has one in the middle, which is 0. */
export const STEPS = 255
const MIDDLE = (STEPS - 1) / 2

/**
 * Crameri's perceptually uniform diverging maps, safe for colour-blind readers: vik with its pale centre for light pages,
 * berlin with its dark one for dark pages; blue is negative and red positive in both. Every sixteenth colour of version
 * 7.0.1 (Zenodo 10.5281/zenodo.1243862, MIT licence); straight lines between them stay within 7 of 255 of the rest.
 */
const STOPS = {
  light:
    '001261 022b71 034481 0c5e92 2e7ca6 5e9dbc 91bcd1 c3dae5 ece5e0 e9cab8 dbaa8e cf8d67 c27142 b3521e 932e06 741506 590008',
  dark: '9eb0ff 79abed 529fd4 3686ae 286887 1e4c62 143240 111b21 190c09 2b0e01 401201 5a1d08 7c331d 9d503e bc6e62 dd8d86 ffadad',
}

const PALETTES = { light: palette(STOPS.light), dark: palette(STOPS.dark) }

/** How values become colours. */
export interface Scale {
  /** Red, green and blue of every step for a page. */
  palette(page: 'light' | 'dark'): Uint8Array
  /** Step of a value, from 0 to `STEPS` - 1. */
  step(value: number): number
}

/** Negative values blue, positive ones red. */
export function diverging(reach: number): Scale {
  return { palette: paletteOf, step: (value) => stepOf(value, reach) }
}

/** From black to white on any page: what an eye expects of an image. */
export function gray(low: number, high: number): Scale {
  const span = high > low ? high - low : 1
  return {
    palette: () => GRAY,
    step: (value) => Math.round((STEPS - 1) * Math.min(1, Math.max(0, (value - low) / span))),
  }
}

const GRAY = Uint8Array.from({ length: 3 * STEPS }, (_, n) => Math.round((255 * Math.floor(n / 3)) / (STEPS - 1)))

/** Red, green and blue of every step for a page. */
function paletteOf(page: 'light' | 'dark'): Uint8Array {
  return PALETTES[page]
}

/** Step of a value where the scale ends at -reach and reach; values beyond take the last colour. */
export function stepOf(value: number, reach: number): number {
  if (reach === 0) return MIDDLE
  return MIDDLE + Math.round(MIDDLE * Math.min(1, Math.max(-1, value / reach)))
}

export function toneOf(step: number): Tone {
  return { light: hex(PALETTES.light, step), dark: hex(PALETTES.dark, step) }
}

function hex(colors: Uint8Array, step: number): string {
  return `#${[...colors.subarray(3 * step, 3 * step + 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function palette(words: string): Uint8Array {
  const stops = words.split(' ').map((word) => [0, 2, 4].map((at) => Number.parseInt(word.slice(at, at + 2), 16)))
  const colors = new Uint8Array(3 * STEPS)
  for (let step = 0; step < STEPS; step++) {
    const place = (step / (STEPS - 1)) * (stops.length - 1)
    const from = Math.min(stops.length - 2, Math.floor(place))
    for (let c = 0; c < 3; c++)
      colors[3 * step + c] = Math.round(stops[from][c] + (stops[from + 1][c] - stops[from][c]) * (place - from))
  }
  return colors
}

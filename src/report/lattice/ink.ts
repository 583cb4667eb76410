import type { Tone } from './scale.ts'

/** 'page' follows the report's style sheet, light or dark; the others carry their own colours and a background. */
export type Theme = 'page' | 'light' | 'dark'

/** Colours that mean something other than a value. */
export type Role = 'ink' | 'pale' | 'line' | 'card' | 'port'

/** Own colours of a picture in a file; the same as the report's, see `style.ts`. */
const OWN: Record<Role, Tone> = {
  ink: { light: '#16181d', dark: '#eceae4' },
  pale: { light: '#5b616e', dark: '#a2a7b2' },
  line: { light: '#d3d1c8', dark: '#3c414b' },
  card: { light: '#ffffff', dark: '#1d2026' },
  // Found in neither scale, so that ports are seen among any values.
  port: { light: '#b8157f', dark: '#ff7cc8' },
}

const VARIABLES: Partial<Record<Role, string>> = {
  ink: 'var(--ink)',
  pale: 'var(--ink-2)',
  card: 'var(--card)',
}

/** Colours of one element. */
export interface Paint {
  readonly stroke?: Role | Tone
  readonly fill?: Role | Tone
}

/** Writes colours as attributes: ' stroke="..." fill="..."'; once per element. */
export type Ink = (paint: Paint) => string

export function inkOf(theme: Theme): Ink {
  return (paint) => {
    let attributes = ''
    let style = ''
    for (const property of ['stroke', 'fill'] as const) {
      const color = paint[property]
      if (color === undefined) continue
      const tone = typeof color === 'string' ? OWN[color] : color
      attributes += ` ${property}="${tone[theme === 'page' ? 'light' : theme]}"`
      const named = typeof color === 'string' ? VARIABLES[color] : undefined
      style += `${property}:${named ?? `light-dark(${tone.light},${tone.dark})`};`
    }
    // A browser that does not know light-dark() takes the attributes.
    return theme === 'page' ? `${attributes} style="${style}"` : attributes
  }
}

import { InsituError } from '../../errors.ts'
import type { Picture } from '../experiment.ts'
import type { Ink } from '../lattice/ink.ts'
import { written } from '../lattice/numbers.ts'
import type { Tone } from '../lattice/scale.ts'
import { BACK, type DrawingOptions, drawing, label, line, OUT, type Paper } from './drawing.ts'
import { type Mark, marksRow, ring } from './marks.ts'
import { DASH, dot, portrait, square } from './portrait.ts'
import { checkTrace, type WaveTrace } from './trace.ts'
import { waysOf } from './ways.ts'

export interface PhaseOptions {
  /** What the modes are called, in their order; 'site 5' if nothing is said. */
  readonly names?: readonly string[]
  /** Factor of what the error changed; one that shows it well if nothing is said. */
  readonly magnification?: number
}

/** Portraits in a row at most. */
const ACROSS = 4
const GAP = 26
const HEAD = 42
/** Largest side of a portrait, px. */
const LARGEST = 300

/** `phasePortraitSvg` as a figure of a report. */
export function phasePortrait(
  trace: WaveTrace,
  modes: readonly number[],
  {
    title = 'Phase portraits',
    note,
    ...options
  }: PhaseOptions & { readonly title?: string; readonly note?: string } = {},
): Picture {
  const wide = modes.length > 2
  const svg = phasePortraitSvg(trace, modes, { theme: 'page', width: wide ? 960 : 460, ...options })
  return { title, svg, wide, ...(note !== undefined && { note }) }
}

/**
 * Draws momentum over position of a few modes as SVG text, out and back: momenta of the echo are turned round, so that an
 * undisturbed echo lies on the way out. Small changes are drawn larger, by a factor that is written down, where out and back
 * were sampled at the same moments. Throws `CONFIG` without momenta or modes, `SHAPE` if lengths do not match.
 */
export function phasePortraitSvg(
  trace: WaveTrace,
  modes: readonly number[],
  options: PhaseOptions & DrawingOptions = {},
): string {
  checkTrace(trace)
  const total = trace.rows * trace.columns
  if (modes.length === 0 || modes.some((mode) => !(Number.isInteger(mode) && mode >= 0 && mode < total)))
    throw new InsituError(
      'CONFIG',
      `phase portrait: modes must be one or more numbers from 0 to ${total - 1}, got ${modes.join(', ') || 'none'}`,
    )
  return drawing(`${trace.name}, phase portraits`, 960, options, (paper) => content(trace, modes, options, paper))
}

function content(trace: WaveTrace, modes: readonly number[], { names, magnification }: PhaseOptions, paper: Paper) {
  const { ink } = paper
  const across = Math.min(ACROSS, modes.length)
  const size = Math.min(LARGEST, (paper.width - (across - 1) * GAP) / across)
  const injected = new Set(trace.echo === undefined ? [] : trace.injected)
  const ways = waysOf(trace, modes, magnification)
  const parts = modes.map((mode, n) => {
    const [x, y] = [(n % across) * (size + GAP), HEAD + Math.floor(n / across) * (size + HEAD + 10)]
    const name = names?.[n] ?? `site ${mode}`
    const middle = x + size / 2
    const { factor } = ways[n]
    return [
      label(
        injected.has(mode) ? `${name}, gets an error` : name,
        middle,
        y - (factor === 1 ? 8 : 25),
        'middle',
        'ink',
        ink,
      ),
      factor === 1 ? '' : label(`change × ${written(factor)}`, middle, y - 8, 'middle', 'pale', ink),
      portrait(ways[n], trace.unit, [x, y], size, ink),
    ].join('')
  })
  const top = HEAD + Math.ceil(modes.length / across) * (size + HEAD + 10) - HEAD + 14
  const row = marksRow(marksOf(trace, ink), { x: 0, y: top, width: paper.width }, ink)
  return { svg: parts.join('\n') + row.svg, height: top + row.height - 8 }
}

function marksOf({ echo, injected }: WaveTrace, ink: Ink): Mark[] {
  const stroke = (words: string, color: Tone, dash: string): Mark => ({
    words,
    draw: (x, y) => line([x - 10, y], [x + 10, y], color, ink, ` stroke-width="2"${dash}`),
  })
  const start: Mark[] = [stroke('way out', OUT, ''), { words: 'start', draw: (x, y) => dot(x, y, ink) }]
  if (echo === undefined) return start
  return [
    ...start,
    { words: injected?.length ? 'mirror and error' : 'mirror', draw: (x, y) => ring(x, y, 5, ink) },
    stroke('echo, turned round', BACK, DASH),
    { words: 'return', draw: (x, y) => square(x, y, ink) },
  ]
}

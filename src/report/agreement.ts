import type { Picture } from './experiment.ts'
import { px } from './lattice/numbers.ts'
import { drawing, label, line, OUT } from './wave/drawing.ts'

/** A value as it was measured and as it was expected. */
export interface Agreement {
  readonly measured: number
  readonly expected: number
}

/** Side of the square, px. */
const SIDE = 320
const LEFT = 40
const BELOW = 34
/** Points drawn; of more, every so many. */
const MOST = 2500

/** Part of the values at either end that would stretch the axes: they lie on the edge instead. */
const BEYOND = 0.001

/** Expected against measured values as points on a square; the diagonal is where they agree. */
export function agreement(title: string, unit: string, values: readonly Agreement[], note?: string): Picture {
  const sorted = Float64Array.from(values.flatMap(({ measured, expected }) => [measured, expected])).sort()
  const rank = (part: number) => sorted[Math.round(part * (sorted.length - 1))]
  const [low, high] = [rank(BEYOND), rank(1 - BEYOND)]
  const at = (value: number) => (SIDE * (Math.min(high, Math.max(low, value)) - low)) / (high - low || 1)
  const every = Math.ceil(values.length / MOST)
  const svg = drawing(title, 460, { theme: 'page' }, ({ ink }) => {
    const dots = values
      .filter((_, n) => n % every === 0)
      .map(({ measured, expected }) => `M${px(LEFT + at(measured))} ${px(SIDE - at(expected))}h0`)
    const edge = (value: number, x: number, y: number, anchor: 'start' | 'middle' | 'end') =>
      label(String(Number(value.toPrecision(2))), x, y, anchor, 'pale', ink)
    return {
      svg: [
        line([LEFT, SIDE], [LEFT + SIDE, SIDE], 'pale', ink),
        line([LEFT, 0], [LEFT, SIDE], 'pale', ink),
        line([LEFT, SIDE], [LEFT + SIDE, 0], 'pale', ink, ' stroke-dasharray="3,4"'),
        `<path d="${dots.join('')}" fill="none" stroke-width="2.4" stroke-linecap="round" stroke-opacity="0.45"${ink({ stroke: OUT })}/>`,
        edge(low, LEFT, SIDE + 15, 'middle'),
        edge(high, LEFT + SIDE, SIDE + 15, 'middle'),
        edge(low, LEFT - 5, SIDE, 'end'),
        edge(high, LEFT - 5, 10, 'end'),
        label(`measured, ${unit}`, LEFT + SIDE / 2, SIDE + 28, 'middle', 'ink', ink),
        label(`expected, ${unit}`, LEFT + 6, 12, 'start', 'ink', ink),
      ].join('\n'),
      height: SIDE + BELOW,
    }
  })
  return { title, svg, ...(note !== undefined && { note }) }
}

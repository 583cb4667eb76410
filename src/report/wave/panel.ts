import type { Ink } from '../lattice/ink.ts'
import { written } from '../lattice/numbers.ts'
import { label, line, type Paper, withUnitOf } from './drawing.ts'
import type { Box } from './raster.ts'
import { roundTicks } from './reach.ts'
import type { WaveTrace } from './trace.ts'

/** Height of a site below which neighbours share a mark, px. */
const CLOSE = 11
/** Width of a mark, px: no line is seen within it. */
const RING = 12

/** Middle of a site in a box, site 0 below. */
export const heightOf = (site: number, modes: number, box: Box) => box.y + box.height * (1 - (site + 0.5) / modes)

export function frame(box: Box, { ink }: Paper): string {
  const { x, y, width, height } = box
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none"${ink({ stroke: 'line' })}/>`
}

export function siteAxis(modes: number, box: Box, { ink }: Paper): string {
  return roundTicks(0, modes - 1, Math.min(modes, box.height / 24))
    .filter(Number.isInteger)
    .map((site) => {
      const y = heightOf(site, modes, box)
      return line([box.x - 4, y], [box.x, y], 'pale', ink) + label(String(site), box.x - 7, y + 4, 'end', 'pale', ink)
    })
    .join('')
}

export function timeAxis(
  trace: WaveTrace,
  { ink }: Paper,
  box: Box,
  [from, to]: [number, number],
  named: boolean,
): string {
  const y = box.y + box.height
  const ticks = roundTicks(from, to, box.width / 90).map((time) => {
    const x = box.x + (box.width * (time - from)) / (to - from)
    return line([x, y], [x, y + 4], 'pale', ink) + label(written(time, 4), x, y + 16, 'middle', 'pale', ink)
  })
  const name = label(withUnitOf('time', trace.timeUnit), box.x + box.width / 2, y + 34, 'middle', 'pale', ink)
  return ticks.join('') + (named ? name : '')
}

/** A mark at every site, or one at the middle of a line along neighbours that lie too close for marks of their own. */
export function alongSites(
  sites: readonly number[] = [],
  modes: number,
  box: Box,
  x: number,
  ink: Ink,
  mark: (y: number) => string,
): string {
  const close = box.height / modes < CLOSE
  const groups: [first: number, last: number][] = []
  for (const site of [...sites].sort((a, b) => a - b)) {
    const group = groups.at(-1)
    if (close && group !== undefined && site <= group[1] + 1) group[1] = site
    else groups.push([site, site])
  }
  return groups
    .map(([first, last]) => {
      const [from, to] = [heightOf(first, modes, box), heightOf(last, modes, box)]
      const bar = Math.abs(to - from) < RING ? '' : line([x, from], [x, to], 'port', ink, ' stroke-width="5"')
      return bar + mark((from + to) / 2)
    })
    .join('')
}

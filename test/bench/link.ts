import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { benchLink, type LinkPoint } from '../../src/cli/bench-link.ts'
import type { Part, Ratio, Result } from './part.ts'

const BURSTS = [1, 16, 64, 256, 1024, 4096]
const quiet = { say() {}, complain() {}, result() {}, progress() {}, colors: undefined as never }

/** Links over a pseudo-terminal: the emulated board, and the firmware's core on this computer, paced and not. */
export const link: Part = {
  name: 'link',
  about: 'reads per second by baud and burst length, against the wire',
  async run({ short }) {
    const skipped = reasons()
    if (skipped.length > 0 && !existsSync('/dev/ptmx')) return [{ part: 'link', rows: [], ratios: [], skipped }]
    const seconds = short ? 0.4 : 1
    const measure = (device: string, bauds: readonly number[]) =>
      benchLink({ device, bauds, bursts: BURSTS, seconds, layers: [2, 2, 1] }, quiet)
    const board = await measure('board', [])
    const results = [
      result('emulated ATmega328P, 2-2-1', board, [
        { name: 'AVR, best burst, reads/s', value: best(board), least: 2500 },
      ]),
    ]
    if (skipped.length > 0) return [...results, { part: 'host build', rows: [], ratios: [], skipped }]
    const paced = await measure('board:host', short ? [115_200] : [115_200, 1_000_000])
    const slow = paced.filter(({ baud }) => baud === 115_200)
    const free = await measure('board:host', [])
    return [
      ...results,
      result('host build, paced', paced, [
        { name: '115,200 baud, best burst over the wire limit', value: Math.max(...slow.map(share)), least: 0.9 },
      ]),
      result('host build, unpaced', free, [
        { name: 'host build, best burst, reads/s', value: best(free), least: 150_000 },
      ]),
    ]
  },
}

function result(part: string, points: readonly LinkPoint[], ratios: readonly Ratio[]): Result {
  const rows = points.map((point) => ({
    name: `${point.baud ?? 'unpaced'}${point.baud === null ? '' : ' baud'}, bursts of ${point.burst} (${describe(point)})`,
    rate: point.readsPerSecond,
    unit: 'reads/s',
  }))
  return { part: `link: ${part}`, rows, ratios, skipped: [] }
}

function describe(point: LinkPoint): string {
  const trip = `${point.medianMs.toPrecision(2)} ms`
  return point.wireLimit === null ? trip : `${trip}, ${Math.round(100 * share(point))} %`
}

function share({ readsPerSecond, wireLimit }: LinkPoint): number {
  return wireLimit === null ? 0 : readsPerSecond / wireLimit
}

function best(points: readonly LinkPoint[]): number {
  return Math.max(...points.map(({ readsPerSecond }) => readsPerSecond))
}

/** Why parts of this cannot be measured here. */
function reasons(): readonly string[] {
  if (!existsSync('/dev/ptmx')) return ['this platform has no pseudo-terminals']
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return []
  } catch {
    return ['the host build needs a C compiler (cc)']
  }
}

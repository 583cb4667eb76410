import { DOMParser } from 'linkedom'
import type { WaveTrace } from '../../src/report/wave.ts'

/** Where a wave in a row or a plane of anharmonic oscillators goes and comes back; leapfrog, 25 steps per unit of time. */
export function wave({ rows = 1, columns = 16, mirror = 6, error = 1e-3 } = {}): WaveTrace & {
  readonly echo: NonNullable<WaveTrace['echo']>
} {
  const modes = rows * columns
  const dt = 0.04
  const q = Float64Array.from({ length: modes }, (_, i) => (i === 2 ? 1 : 0))
  const p = new Float64Array(modes)
  const joined = (i: number) => [
    ...(i % columns > 0 ? [i - 1] : []),
    ...(i % columns < columns - 1 ? [i + 1] : []),
    ...(i >= columns ? [i - columns] : []),
    ...(i + columns < modes ? [i + columns] : []),
  ]
  const neighbours = Array.from({ length: modes }, (_, i) => joined(i))
  const drift = () => {
    for (let i = 0; i < modes; i++) q[i] += (p[i] * dt) / 2
  }
  const pass = () => {
    const [times, qs, ps]: number[][] = [[], [], []]
    const look = (time: number) => {
      times.push(time)
      qs.push(...q)
      ps.push(...p)
    }
    look(0)
    for (let n = 1; n <= Math.round(mirror / dt); n++) {
      drift()
      for (let i = 0; i < modes; i++)
        p[i] += dt * neighbours[i].reduce((force, j) => force + q[j] - q[i], -q[i] - 0.5 * q[i] ** 3)
      drift()
      look(n * dt)
    }
    return { times: Float64Array.from(times), q: Float64Array.from(qs), p: Float64Array.from(ps) }
  }
  const forward = pass()
  const injected = [modes - 3, modes - 2]
  for (const i of injected) p[i] += error
  for (let i = 0; i < modes; i++) p[i] = -p[i]
  const name = `${modes} oscillators`
  return { name, rows, columns, forward, echo: pass(), mirror, injected, driven: [2] }
}

const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml')

/** Words of a picture. */
export const texts = (svg: string) => [...parse(svg).querySelectorAll('text')].map((text) => text.textContent ?? '')

/** Pairs of words that lie on one another, and words outside the frame, by the usual width of letters. */
export function crowded(svg: string): string[] {
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? []
  const [, left, top] = /translate\(([\d.]+) ([\d.]+)\)/.exec(svg)?.map(Number) ?? []
  const boxes = [...parse(svg).querySelectorAll('g text')].map((text) => {
    const words = text.textContent ?? ''
    const anchor = text.getAttribute('text-anchor')
    const wide = 6 * words.length
    const x = Number(text.getAttribute('x')) + left - (anchor === 'end' ? wide : anchor === 'middle' ? wide / 2 : 0)
    const y = Number(text.getAttribute('y')) + top
    return { words, x, y, wide }
  })
  const outside = boxes.filter(({ x, y, wide }) => x < 0 || x + wide > width || y < 10 || y > height - 2)
  const found = outside.map(({ words }) => `${words} is outside`)
  boxes.forEach((a, n) => {
    for (const b of boxes.slice(n + 1))
      if (a.x < b.x + b.wide && b.x < a.x + a.wide && Math.abs(a.y - b.y) < 10)
        found.push(`${a.words} lies on ${b.words}`)
  })
  return found
}

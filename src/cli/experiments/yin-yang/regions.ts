import { yinYangClass } from '../../../data/yin-yang.ts'
import type { Picture } from '../../../report/experiment.ts'

const SIDE = 60
const CELL = 5

/** Points of a grid over the sign, as rows of the data have them. */
export function gridRows(swing: number): { readonly rows: number; readonly drive: Float64Array } {
  const drive = new Float64Array(4 * SIDE * SIDE)
  for (let n = 0; n < SIDE * SIDE; n++) {
    const x = (swing * (2 * ((n % SIDE) + 0.5))) / SIDE - swing
    const y = (swing * (2 * (Math.floor(n / SIDE) + 0.5))) / SIDE - swing
    drive.set([x, y, -x, -y], 4 * n)
  }
  return { rows: SIDE * SIDE, drive }
}

/** What the machine answers over the sign, and a dot at every point of the grid that it answers wrong. */
export function regionPicture(title: string, readings: Float64Array, note: string): Picture {
  const cells: string[] = []
  for (let n = 0; n < SIDE * SIDE; n++) {
    const truth = yinYangClass(((n % SIDE) + 0.5) / SIDE, (Math.floor(n / SIDE) + 0.5) / SIDE)
    if (truth === undefined) continue
    const row = readings.subarray(3 * n, 3 * n + 3)
    const answer = row.indexOf(Math.max(...row))
    // The second coordinate points up, that of a picture down.
    const [x, y] = [CELL * (n % SIDE), CELL * (SIDE - 1 - Math.floor(n / SIDE))]
    cells.push(
      `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="var(--c${answer + 1})" fill-opacity="0.55"/>`,
    )
    if (answer !== truth) cells.push(`<circle cx="${x + CELL / 2}" cy="${y + CELL / 2}" r="1.2" fill="currentColor"/>`)
  }
  const size = SIDE * CELL
  const svg = `<svg viewBox="0 0 ${size} ${size}" width="${size}" height="${size}" role="img" aria-label="${title}">${cells.join('')}</svg>`
  return { title, svg, note }
}

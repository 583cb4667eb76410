import { plainFilter, spectralFilter } from '../../src/kernels/spectral-filter.ts'
import { transferFunction } from '../../src/optics/angular-spectrum.ts'
import { emptyField, type Plane } from '../../src/optics/plane.ts'
import { type Contender, race } from './measure.ts'
import type { BenchOptions, Part, Result } from './part.ts'

/** Hops of a wave from the object to the wafer, by the kernel and by its plain loops. */
export const imager: Part = {
  name: 'imager',
  about: 'a THz wave from object to wafer: transform, transfer function and back, against the plain loops of the same',
  async run(options) {
    const results: Result[] = []
    for (const side of [64, 256]) results.push(await hops(side, options))
    return results
  },
}

/** Grids of a whole transform, which the sheet of performance has 3 to 4 times faster in WebAssembly; empty rows come on top. */
const LEAST = 4

async function hops(side: number, { short }: BenchOptions): Promise<Result> {
  const plane: Plane = { rows: side, columns: side, pitch: 40e-6 }
  const grid = { rows: 2 * side, columns: 2 * side }
  const silicon = { wavelength: 832.8e-6, index: 3.418, distance: 500e-6 }
  const factors = transferFunction(grid.rows, grid.columns, plane.pitch, silicon)
  const shape = { rows: side, columns: side, grid }
  const field = emptyField(plane)
  for (let p = 0; p < side * side; p++) field.re[p] = Math.cos(0.7 * p)
  const made = [
    { name: 'WebAssembly', filter: spectralFilter(shape, factors) },
    { name: 'plain TypeScript', filter: plainFilter(shape, factors) },
  ]
  const [wanted, ...others] = made.map(({ filter }) => {
    const into = emptyField(plane)
    filter.forward(field, into)
    return [...into.re, ...into.im]
  })
  for (const other of others)
    if (other.some((value, i) => value !== wanted[i])) throw new Error(`hop ${side}: other bits`)
  const into = emptyField(plane)
  const contenders = made.map(({ name, filter }): Contender => {
    const work = () => {
      filter.forward(field, into)
      return 1
    }
    return { name, work }
  })
  const rates = await race(contenders, short ? 2 : 7, short ? 0.1 : 0.3)
  const [fast, plain] = made.map(({ name }) => rates.get(name) as number)
  return {
    part: `imager, hop of ${side} x ${side} in ${grid.rows} x ${grid.columns}`,
    rows: made.map(({ name }) => ({ name, rate: rates.get(name) as number, unit: 'hops/s' })),
    ratios: [{ name: 'WebAssembly over plain TypeScript', value: fast / plain, least: LEAST }],
    skipped: [],
  }
}

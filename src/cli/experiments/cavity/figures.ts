import { agreement } from '../../../report/agreement.ts'
import type { Chart } from '../../../report/chart.ts'
import type { Picture } from '../../../report/experiment.ts'
import type { Pairs } from '../../../twins/index.ts'
import { column, scatter } from './models.ts'

/** Bins of the histogram, from -5 to 5 standard deviations. */
const BINS = 40
const ENDS = 5

/** Held-out readings against their expectation, each output in its own standard deviation. */
export function heldOutPicture(model: string, test: Pairs, errors: readonly Float64Array[]): Picture {
  const points = errors.flatMap((output, c) => {
    const readings = column(test, c)
    const spread = Math.sqrt(scatter(readings) / readings.length) || 1
    const mean = readings.reduce((sum, value) => sum + value, 0) / readings.length
    return Array.from(readings, (value, r) => ({
      measured: (value - mean) / spread,
      expected: (value - output[r] - mean) / spread,
    }))
  })
  const note = 'Each output about its mean, in its own standard deviation over the held-out rows.'
  return agreement(`Held-out readings, ${model} twin`, 'standard deviations', points, note)
}

/** How far held-out readings lie off, in the sigma of their interval, beside a normal distribution. */
export function errorHistogram(model: string, scaled: Float64Array): Chart {
  const width = (2 * ENDS) / BINS
  const counts = new Float64Array(BINS)
  let beyond = 0
  for (const value of scaled) {
    const bin = Math.floor((value + ENDS) / width)
    if (bin >= 0 && bin < BINS) counts[bin]++
    else beyond++
  }
  const centre = (bin: number) => -ENDS + (bin + 0.5) * width
  return {
    title: `Errors of the ${model} twin on held-out readings`,
    x: 'error, in the sigma of its interval',
    y: 'density',
    scale: 'log',
    curves: [
      {
        name: 'measured',
        color: 1,
        dots: true,
        points: [...counts].map((count, bin) => ({ x: centre(bin), y: count / scaled.length / width })),
      },
      {
        name: 'normal',
        color: 2,
        plain: true,
        // Beyond four standard deviations it would stretch the axis and show nothing.
        points: [...counts.keys()]
          .map(centre)
          .filter((x) => Math.abs(x) < 4)
          .map((x) => ({ x, y: Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) })),
      },
    ],
    note: `${beyond} of ${scaled.length} errors lie beyond ${ENDS} sigma.`,
  }
}

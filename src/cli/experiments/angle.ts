import { uniformTheta } from '../../../devices/index.ts'
import { mgdChip } from '../../../sim/index.ts'
import type { Family } from '../../contract/block.ts'
import { attach, type Device } from '../../contract/device.ts'
import { meanSquaredError } from '../../cost/mean-squared-error.ts'
import { childSeed } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { type LessonTable, shuffledLessons } from '../../rules/lessons.ts'
import { angleDeg, finiteDifference } from '../../rules/mgd/finite-difference.ts'
import { mgd } from '../../rules/mgd.ts'
import { experiment } from './experiment.ts'
import { letterTable } from './letter-table.ts'
import { FAMILIES } from './mgd-settings.ts'
import { choice, real, volts, whole } from './settings.ts'
import { mean } from './statistics.ts'

/** One, 22, P, one Walsh code, two of them, 10 P, 100 P and 1000 P steps for P = 220. */
const STEPS = [1, 22, 220, 256, 512, 2200, 22_000, 220_000]
const LAYERS = [49, 4, 4]
/** Step of the finite-difference reference, V. */
const REFERENCE_STEP = 1e-3

export const mgdAngle = experiment({
  name: 'mgd-angle',
  summary: 'angle of the accumulated gradient to finite differences on a 49-4-4 chip that is never updated',
  source:
    'reference measured with a program of our own, fixed sample, mean of 5: random 87 73 46 43 34 17 5.6 1.8; Walsh 88 72 21 0 0 2.8 0.1 0; sequential 90 87 0.1 3.6 2.3 0.1 0.1 0.1; sinusoid 87 67 41 35 11 2 0.5 0 degrees',
  settings: {
    norm: volts(0.01, 'two-norm of the perturbation over all parameters, V'),
    sample: choice(['fixed', 'stream'], 'fixed', 'one sample throughout, or a new one every step'),
    samples: whole(64, 'letters in the set; with sample=stream the reference is the gradient of the whole set'),
    noise: real(0.2, 'standard deviation of the pixel noise'),
    steps: whole(220_000, 'longest accumulation'),
    seeds: whole(5, 'runs, each with its own start, sample and code'),
  },
  short: { seeds: 2, steps: 2200 },
  async run({ norm, sample, samples, noise, steps, seeds }, { seed, progress }) {
    const marks = STEPS.filter((mark) => mark <= steps)
    const angles = Object.fromEntries(FAMILIES.map((family) => [family, marks.map((): number[] => [])]))
    for (let r = 0; r < seeds; r++) {
      const runSeed = childSeed(seed, STREAM.codeSeeds, r)
      const { rows: table } = letterTable(sample === 'fixed' ? 1 : samples, runSeed, noise)
      await using device = attach(mgdChip({ layers: LAYERS, seed: runSeed }))
      await device.store(uniformTheta({ layers: LAYERS, activation: 'sigmoid' }, -0.5, 0.5, runSeed))
      const { gradient } = await finiteDifference(device, table, { step: REFERENCE_STEP, cost: meanSquaredError })
      for (const family of FAMILIES) {
        const found = await anglesOf(device, family, { norm, seed: runSeed, marks, table, gradient })
        for (const [n, angle] of found.entries()) angles[family][n].push(angle)
        progress(`run ${r + 1}/${seeds}, ${family}: ${found.map((angle) => angle.toFixed(1)).join(' ')} degrees`)
      }
    }
    const meanAngleDeg = Object.fromEntries(FAMILIES.map((family) => [family, angles[family].map(mean)]))
    return { steps: marks, meanAngleDeg, seeds }
  },
})

interface AngleRun {
  readonly norm: number
  readonly seed: number
  readonly marks: readonly number[]
  readonly table: LessonTable
  readonly gradient: Float64Array
}

/** Angle of G to the reference after each number of steps; the parameters stay where they are, so windows add up. */
async function anglesOf(device: Device, family: Family, run: AngleRun): Promise<number[]> {
  const { norm, seed, marks, table, gradient } = run
  const lessons = shuffledLessons(table, { seed })
  const total = new Float64Array(gradient.length)
  const found: number[] = []
  let first = 0
  for (const mark of marks) {
    const rule = mgd({ family, seed, norm, first, tauTheta: mark - first })
    const state = await rule.begin(device, total)
    const estimate = await rule.step(device, state, total, lessons, {})
    const g = estimate.gradient as Float64Array
    for (let i = 0; i < g.length; i++) total[i] += g[i]
    found.push(angleDeg(total, gradient))
    first = mark
  }
  return found
}

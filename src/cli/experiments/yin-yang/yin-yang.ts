import { uniformTheta } from '../../../../devices/index.ts'
import { mgdChip } from '../../../../sim/index.ts'
import { attach } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import type { Chart } from '../../../report/chart.ts'
import { requireFit } from '../../../rules/fit.ts'
import { shuffledLessons } from '../../../rules/lessons.ts'
import { train } from '../../../rules/train.ts'
import { score } from '../../train/score.ts'
import { answers } from '../chip-run.ts'
import { experiment } from '../experiment.ts'
import { choice, real, type Values, volts, whole } from '../settings.ts'
import { deviation, mean } from '../statistics.ts'
import { gridRows, regionPicture } from './regions.ts'
import { yinYangRows } from './rows.ts'
import { YIN_YANG_RULE_NAMES, YIN_YANG_RULES, type YinYangRuleName } from './rules.ts'

const SETTINGS = {
  rule: choice(['all', ...YIN_YANG_RULE_NAMES], 'all', 'how the chip is trained; all: every rule, from the same start'),
  epochs: whole(5, 'passes over the training set'),
  hidden: whole(30, 'hidden neurons: the chip is 4-hidden-3'),
  batch: whole(20, 'rows per update'),
  rate: real(0.07, 'first rate of Adam, falling to a twentieth along half a cosine'),
  mgdRate: real(0.05, 'the same for mgd'),
  codes: whole(8, 'mgd: perturbations of each row, read beside one baseline'),
  amplitude: volts(0.1, 'mgd: amplitude of the random code, V'),
  mismatch: real(0.1, 'deviation of the gain of every stored parameter and of the four constants of every neuron'),
  noise: volts(0.01, 'standard deviation of one reading, V'),
  swing: volts(2, 'coordinates from 0 to 1 are voltages from minus to plus this; the chip takes up to 2 V'),
  train: whole(5000, 'training rows'),
  test: whole(1000, 'test rows'),
  seeds: whole(5, 'chips, each with its own mismatch, start and points'),
} as const

/** What one rule made of one chip. */
interface Trained {
  /** Accuracy on the test rows after every epoch. */
  readonly curve: readonly number[]
  readonly reads: number
  /** counts[truth][answer] at the end. */
  readonly counts: readonly (readonly number[])[]
  /** Readings over a grid of points. */
  readonly grid: Float64Array
}

export const yinYangExperiment = experiment({
  name: 'yin-yang',
  summary:
    'the yin-yang points on an analog chip: gradients through a twin, by feedback alignment, and by perturbation',
  source:
    'Kriener, Goeltz and Petrovici (2021), 5,000 points to train with and 1,000 to test with; at least 0.84 after 5 epochs is what the tests of a spiking analog chip ask for',
  settings: SETTINGS,
  short: { seeds: 1, hidden: 20, epochs: 2, train: 2000, codes: 2 },
  async run(settings, { seed, progress, figure }) {
    const { rule, seeds, classes } = { ...settings, classes: ['yang', 'yin', 'dot'] }
    const names = rule === 'all' ? YIN_YANG_RULE_NAMES : [rule]
    const runs = new Map(names.map((name): [YinYangRuleName, Trained[]] => [name, []]))
    for (let n = 0; n < seeds; n++)
      for (const [name, done] of runs) {
        const one = await trained(name, settings, seed + n)
        done.push(one)
        progress(`seed ${seed + n}, ${name}: ${percent(one.curve.at(-1) as number)} after ${one.reads} reads`)
      }
    figure(curves(runs))
    for (const [name, [{ grid, curve }]] of runs)
      figure(
        regionPicture(
          `Answers of ${name}`,
          grid,
          `seed ${seed}, ${percent(curve.at(-1) as number)}; dots: wrong answers`,
        ),
      )
    const rules = [...runs].map(([name, all]) => {
      const last = all.map(({ curve }) => curve.at(-1) as number)
      const share = (c: number) => mean(all.map(({ counts }) => counts[c][c] / counts[c].reduce((a, b) => a + b, 0)))
      return [
        name,
        {
          accuracy: mean(last),
          spread: deviation(last),
          lowest: Math.min(...last),
          perSeed: last,
          perClass: Object.fromEntries(classes.map((one, c) => [one, share(c)])),
          evaluations: mean(all.map(({ reads }) => reads)),
        },
      ] as const
    })
    const [[, first]] = rules
    return { accuracy: first.accuracy, evaluations: first.evaluations, ...Object.fromEntries(rules), seeds }
  },
})

async function trained(name: YinYangRuleName, settings: Values<typeof SETTINGS>, seed: number): Promise<Trained> {
  const { epochs, hidden, batch, mismatch, noise, swing, codes, amplitude } = settings
  const spec = { layers: [4, hidden, 3], activation: 'sigmoid' } as const
  const imperfections = { weightGain: mismatch, activation: mismatch, readNoise: noise }
  await using device = attach(mgdChip({ ...spec, imperfections, seed }))
  const data = yinYangRows(settings.train, settings.test, swing, seed)
  const { rule, rows } = YIN_YANG_RULES[name]({ spec, batch, codes, amplitude, seed })
  const perEpoch = Math.ceil(data.train.rows / batch)
  const steps = epochs * perEpoch
  const rate = name === 'mgd' ? settings.mgdRate : settings.rate
  const optimizer = adam(cosine(rate, steps, rate / 20))
  const lessons = shuffledLessons(data.train, { seed, batch: rows })
  const theta = uniformTheta(spec, -2, 2, seed)
  const read = async (shown: { readonly rows: number; readonly drive: Float64Array }) => {
    const readings = new Float64Array(3 * shown.rows)
    await answers(device, { ...shown, target: new Float64Array(0) }, readings)
    return readings
  }
  const look = async () => score(await read(data.test), data.test, data.classes.length)
  const curve: number[] = []
  let reads = 0
  for await (const report of train(rule, requireFit(rule, device), theta, lessons, { optimizer, steps })) {
    reads = report.totalSlots
    if (report.step % perEpoch === 0) curve.push((await look()).accuracy)
  }
  return { curve, reads, counts: (await look()).counts, grid: await read(gridRows(swing)) }
}

function curves(runs: ReadonlyMap<YinYangRuleName, readonly Trained[]>): Chart {
  return {
    title: 'Test accuracy',
    x: 'epoch',
    y: 'share of test points answered right',
    scale: 'share',
    level: { name: 'asked for: 0.84 after 5 epochs', y: 0.84 },
    curves: [...runs].map(([name, all], n) => ({
      name: `${name}, ${Math.round(mean(all.map(({ reads }) => reads))).toLocaleString('en')} reads`,
      color: n + 1,
      points: all[0].curve.map((_, e) => {
        const values = all.map(({ curve }) => curve[e])
        return { x: e + 1, y: mean(values), low: Math.min(...values), high: Math.max(...values) }
      }),
    })),
    note: 'Mean over the chips, and from the worst to the best of them.',
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

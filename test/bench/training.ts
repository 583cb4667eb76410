import { uniformTheta } from '../../devices/index.ts'
import { mgdChip } from '../../sim/index.ts'
import { attach } from '../../src/contract/device.ts'
import { parity } from '../../src/data/parity.ts'
import { adam } from '../../src/optim/adam.ts'
import { sgd } from '../../src/optim/sgd.ts'
import { shuffledLessons } from '../../src/rules/lessons.ts'
import { type MgdOptions, mgd } from '../../src/rules/mgd.ts'
import { type StepReport, train } from '../../src/rules/train.ts'
import { reports } from '../../src/streams/reports.ts'
import { type Contender, race } from './measure.ts'
import type { Part } from './part.ts'

/** Whole training runs on the simulated chip, and what passing the reports on through RxJS adds to them. */
export const training: Part = {
  name: 'training',
  about: 'MGD on XOR: steps per second, and the share of RxJS',
  async run({ short }) {
    const [rounds, seconds] = short ? [3, 0.1] : [9, 0.3]
    const single = run('MGD, all taus 1', { seed: 1, norm: 0.05 }, 200)
    const window = run('MGD, windows of 128', { seed: 1, norm: 0.05, tauX: 8, tauTheta: 128 }, 20)
    const report = (await single.loop(1).next()).value as StepReport
    const events = 1000
    const rates = await race(
      [
        single.contender,
        window.contender,
        { name: 'reports pulled', work: () => pulled(repeat(report, events), events) },
        { name: 'reports through RxJS', work: () => pushed(repeat(report, events), events) },
      ],
      rounds,
      seconds,
    )
    const rate = (name: string) => rates.get(name) as number
    const perEvent = 1 / rate('reports through RxJS') - 1 / rate('reports pulled')
    return [
      {
        part: 'training on XOR',
        rows: [...rates].map(([name, value]) => ({
          name,
          rate: value,
          unit: name.startsWith('reports') ? 'reports/s' : 'steps/s',
        })),
        ratios: [
          {
            name: 'RxJS share of a run in windows of 128',
            value: (perEvent * rate('MGD, windows of 128')) / 128,
            most: 0.01,
          },
          { name: 'RxJS share of a run with all taus 1', value: perEvent * rate('MGD, all taus 1') },
        ],
        skipped: [],
      },
    ]
  },
}

function run(name: string, options: MgdOptions, windows: number) {
  const spec = { layers: [2, 2, 1], activation: 'sigmoid' } as const
  const theta = uniformTheta(spec, 0, 1, 1)
  const device = attach(mgdChip(spec))
  const lessons = shuffledLessons(parity(2), { seed: 1 })
  const optimizer = (options.tauTheta ?? 1) > 1 ? adam(1e-3) : sgd(0.01)
  const loop = (steps: number) => train(mgd(options), device, theta, lessons, { optimizer, steps })
  const contender: Contender = {
    name,
    async work() {
      let steps = 0
      for await (const _ of loop(windows)) steps += options.tauTheta ?? 1
      return steps
    },
  }
  return { loop, contender }
}

async function* repeat<T>(value: T, times: number): AsyncGenerator<T, void> {
  for (let n = 0; n < times; n++) yield value
}

async function pulled(loop: AsyncGenerator<StepReport, void>, events: number): Promise<number> {
  let cost = 0
  for await (const report of loop) cost += report.cost
  return cost >= 0 ? events : 0
}

function pushed(loop: AsyncGenerator<StepReport, void>, events: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let cost = 0
    reports(loop).subscribe({
      next: (report) => {
        cost += report.cost
      },
      error: reject,
      complete: () => resolve(cost >= 0 ? events : 0),
    })
  })
}

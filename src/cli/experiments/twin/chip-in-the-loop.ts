import { experiment } from '../experiment.ts'
import { deviation, mean } from '../statistics.ts'
import { comparison } from './comparison.ts'
import { LOOP_MACHINES } from './machines.ts'
import { LOOP_SETTINGS, type LoopRun } from './settings.ts'

const WAYS = ['ideal', 'inSilicoThenDeployed', 'inTheLoop'] as const

const SMALL = { task: 'iris', epochs: 60, rate: 0.05 } as const

export const chipInTheLoopExperiment = experiment({
  name: 'chip-in-the-loop',
  summary:
    'trained through a twin in the loop with the machine, beside trained in silico and deployed, and the ideal machine',
  source:
    'physics-aware training, Wright et al. (2022); the claim is in the loop within 1.5 points of the ideal machine at 20 % mismatch of a chip and 10 % scatter of a lattice',
  settings: LOOP_SETTINGS,
  variants: {
    // A chip's twin with thousands of parameters takes minutes to fit, and a board has room for 220: a small network.
    twin: { calibrated: SMALL },
    wire: { firmware: SMALL, board: SMALL },
    device: Object.fromEntries(Object.entries(LOOP_MACHINES).map(([name, { usual }]) => [name, usual])),
  },
  short: { seeds: 2, epochs: 8 },
  async run(settings, { seed, progress, figure }) {
    const { run } = LOOP_MACHINES[settings.device]
    const runs: LoopRun[] = []
    for (let n = 0; n < settings.seeds; n++) {
      const one = await run(settings, { seed: seed + n, progress, figure })
      runs.push(one)
      const [a, b, c] = WAYS.map((way) => one[way].toFixed(3))
      progress(`seed ${seed + n}: ideal ${a}, in silico then deployed ${b}, in the loop ${c}`)
    }
    const all = (way: (typeof WAYS)[number]) => runs.map((one) => one[way])
    figure(comparison(runs, seed))
    const points = runs.map((one) => 100 * (one.ideal - one.inTheLoop))
    const names = [...new Set(runs.flatMap(({ more = {} }) => Object.keys(more)))]
    return {
      ...Object.fromEntries(WAYS.map((way) => [way, mean(all(way))])),
      ...Object.fromEntries(WAYS.map((way) => [`${way}Spread`, deviation(all(way))])),
      pointsBelowIdeal: mean(points),
      pointsBelowIdealSpread: deviation(points),
      pointsLostByDeploying: mean(runs.map((one) => 100 * (one.ideal - one.inSilicoThenDeployed))),
      perSeed: Object.fromEntries(WAYS.map((way) => [way, all(way)])),
      twinResidualBefore: mean(runs.map((one) => one.residualBefore)),
      twinResidualAfter: mean(runs.map((one) => one.residualAfter)),
      reads: mean(runs.map((one) => one.reads)),
      ...Object.fromEntries(names.map((name) => [name, runs.map(({ more = {} }) => more[name] ?? null)])),
    }
  },
})

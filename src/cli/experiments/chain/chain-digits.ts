import { experiment } from '../experiment.ts'
import { deviation, mean } from '../statistics.ts'
import { curves, patternPanels } from './figures.ts'
import { type ChainRun, chainRun } from './run.ts'
import { SIDE } from './scenes.ts'
import { CHAIN_SETTINGS } from './settings.ts'

export const chainDigits = experiment({
  name: 'chain-digits',
  summary:
    'a THz encoder and an analog chip in a row tell digits from a few readings, trained as one: no image is formed',
  source:
    'ours: claims are an accuracy of 0.92 with 8 learnt patterns, 4 points above fixed cake-cutting Hadamard patterns with the same chip, and 0.85 with 4; backpropagation on ideal machines reaches 0.96 and 0.93',
  settings: CHAIN_SETTINGS,
  variants: { rule: { mgd: { seeds: 1 } } },
  short: { seeds: 1, epochs: 2, reads: 40_000, patterns: 4 },
  async run(settings, { seed, progress, figure }) {
    const runs: ChainRun[] = []
    for (let n = 0; n < settings.seeds; n++) runs.push(await chainRun(settings, seed + n, progress))
    figure(curves(runs, settings.rule))
    figure(patternPanels(runs[0], settings.patterns, seed))
    const all = (way: (run: ChainRun) => number) => runs.map(way)
    const told = {
      accuracy: all(({ learned }) => learned.end.accuracy),
      baselineAccuracy: all(({ fixed }) => fixed.end.accuracy),
      idealBackprop: all(({ ideal }) => ideal.end.accuracy),
      idealFixed: all(({ idealFixed }) => idealFixed.end.accuracy),
      idealThenDeployed: all(({ deployed }) => deployed),
    }
    const above = runs.map(({ learned, fixed }) => 100 * (learned.end.accuracy - fixed.end.accuracy))
    const [{ design, learned }] = runs
    return {
      ...Object.fromEntries(
        Object.entries(told).flatMap(([name, values]) => [
          [name, mean(values)],
          [`${name}Spread`, deviation(values)],
        ]),
      ),
      pointsAboveFixed: mean(above),
      pointsAboveFixedSpread: deviation(above),
      perSeed: told,
      // Of every digit: pixels that nobody measures or works out, and the numbers measured instead, counted at the joint.
      pixelsNeverFormed: SIDE * SIDE,
      readingsPerDigit: learned.end.readingsPerDigit,
      noiseVolts: mean(all((run) => run.design.sigma)),
      openVolts: mean(all((run) => run.design.open)),
      parameters: learned.theta.length,
      chip: design.chip.layers.join('-'),
      reads: mean(all((run) => run.learned.reads)),
      confusion: learned.end.counts,
    }
  },
})

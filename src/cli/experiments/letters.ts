import { childSeed } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import { score } from '../train/score.ts'
import { chipRun } from './chip-run.ts'
import { experiment } from './experiment.ts'
import { letterTable } from './letter-table.ts'
import { LOOP_VARIANTS, MGD_SETTINGS } from './mgd-settings.ts'
import { range, real, volts, whole } from './settings.ts'
import { mean, solved } from './statistics.ts'

export const mgdLetters = experiment({
  name: 'mgd-letters',
  summary: 'letters N, I, S, T in 7x7 pixels on a 49-4-4 chip (a stand-in: the original images are not public)',
  source:
    'McCaughan et al., APL Mach. Learn. 1, 026118 (2023): eta 1, norm 0.01, accuracy 0.8 ends a run, training set = test set. The images are synthetic stand-ins, shifted letters with noise 0.2; no reference number',
  settings: {
    ...MGD_SETTINGS,
    eta: real(1, MGD_SETTINGS.eta.meaning),
    norm: volts(0.01, MGD_SETTINGS.norm.meaning),
    init: range(-0.5, 0.5, MGD_SETTINGS.init.meaning),
    seeds: whole(5, MGD_SETTINGS.seeds.meaning),
    hidden: whole(4, 'hidden neurons'),
    samples: whole(256, 'letters in the set, for training and test alike'),
    noise: real(0.2, 'standard deviation of the pixel noise'),
    accuracy: real(0.8, 'solved when this share of the set is answered right'),
  },
  variants: LOOP_VARIANTS,
  short: { seeds: 2, eta: 10, steps: 40_000 },
  async run(settings, { seed, progress }) {
    const runs: (number | undefined)[] = []
    const accuracies: number[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const runSeed = childSeed(seed, STREAM.codeSeeds, r)
      const { rows, classes } = letterTable(settings.samples, runSeed, settings.noise)
      let accuracy = 0
      const steps = await chipRun({
        layers: [49, settings.hidden, classes],
        table: rows,
        settings,
        seed: runSeed,
        checkEvery: 1000,
        done(readings) {
          accuracy = score(readings, rows, classes).accuracy
          return accuracy >= settings.accuracy
        },
      })
      runs.push(steps)
      accuracies.push(accuracy)
      progress(`run ${r + 1}/${settings.seeds}: accuracy ${accuracy.toFixed(3)} after ${steps ?? settings.steps} steps`)
    }
    return { ...solved(runs), meanAccuracy: mean(accuracies), standIn: true }
  },
})

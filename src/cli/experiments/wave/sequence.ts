import { experiment } from '../experiment.ts'
import { choice, real, type Values, whole } from '../settings.ts'
import { mean } from '../statistics.ts'
import { healthMetrics } from './health.ts'
import { compare, type Run } from './sequence-compare.ts'
import { memory, secondsPerGradient } from './sequence-costs.ts'
import { drawRuns } from './sequence-figures.ts'
import type { Look } from './sequence-learning.ts'
import { TASK_SETTINGS } from './sequence-task.ts'

const SETTINGS = {
  ...TASK_SETTINGS,
  gain: real(2, 'energies are multiplied by this before the softmax'),
  eps: real(1e-5, 'strength of the injections: less is lost to rounding, more is off by its square'),
  sides: choice(['two', 'one'], 'two', 'two echoes with opposite injections, or one against the way out'),
  rate: real(0.05, 'first rate of Adam; it falls to a twentieth along half a cosine'),
  batch: whole(8, 'sequences per step'),
  steps: whole(400, 'steps of training'),
  sequences: whole(240, 'sequences to learn from'),
  held: whole(96, 'sequences kept apart to be judged by'),
  seeds: whole(3, 'chains, each with its own start and sequences'),
  measured: whole(5, 'times that memory and time of a gradient are measured; 0 leaves them out', 0),
} as const

type SequenceValues = Values<typeof SETTINGS>

export const rhelSequence = experiment({
  name: 'rhel-sequence',
  summary:
    'which tone began a long sequence: a chain that learns from its echoes, against backpropagation through time in the same chain',
  source:
    'Pourcel and Ernoult (2025), table 1: sequences of 405 to 17,984 steps, means of 62.9 and 63.4 % (linear), 57.8 and 58.8 % (nonlinear) by echoes and by backpropagation',
  settings: SETTINGS,
  // Asked all along, sites must ring apart for good: a longer tone, which narrower resonances tell from its neighbours.
  variants: { loss: { all: { cue: 20, amplitude: 0.3, spread: 0.2 } } },
  short: { frames: 20, steps: 12, batch: 3, sequences: 24, held: 12, seeds: 1, measured: 1 },
  async run(settings, context) {
    const { seed, progress } = context
    const runs: Run[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const run = await compare(settings, seed + r)
      runs.push(run)
      const [ours, theirs] = [run.echoes.looks, run.backprop.looks].map((looks) => looks[looks.length - 1])
      progress(
        `chain ${r + 1}/${settings.seeds}: accuracy ${ours.accuracy.toFixed(3)} by echoes, ${theirs.accuracy.toFixed(3)} by backpropagation`,
      )
    }
    drawRuns(settings, runs, context)
    const last = (way: 'echoes' | 'backprop', key: keyof Look) => runs.map((run) => run[way].looks.at(-1)?.[key] ?? 0)
    const first = (key: keyof Look) => runs.map(({ echoes }) => echoes.looks[0][key])
    const [accuracy, loss] = [last('echoes', 'accuracy'), last('echoes', 'loss')]
    return {
      accuracy: mean(accuracy),
      accuracyBackprop: mean(last('backprop', 'accuracy')),
      untrainedAccuracy: mean(first('accuracy')),
      chance: 1 / settings.classes,
      loss: mean(loss),
      lossBackprop: mean(last('backprop', 'loss')),
      untrainedLoss: mean(first('loss')),
      perSeed: { accuracy, accuracyBackprop: last('backprop', 'accuracy') },
      curvesApart: Math.max(...runs.map(apart)),
      gradient: { first: worst(runs.map(({ before }) => before)), last: worst(runs.map(({ after }) => after)) },
      ...healthMetrics(...wholeWave(settings, runs[0]), context),
      ...(settings.measured > 0 && {
        memory: await memory(settings, seed, settings.measured),
        secondsPerGradient: await secondsPerGradient(settings, seed, settings.measured),
      }),
    }
  },
})

/** The wave of a whole sequence as one frame: all sites struck as hard as a tone builds them up. */
function wholeWave({ frames, sites, cue, amplitude }: SequenceValues, { chain, echoes }: Run) {
  const drive = new Float64Array(sites).fill((amplitude * cue) / 2)
  return [{ ...chain.options, time: frames * chain.options.time }, echoes.theta, drive] as const
}

/** Largest relative difference of the two curves of held-out loss. */
function apart({ echoes, backprop }: Run): number {
  return Math.max(...echoes.looks.map(({ loss }, n) => Math.abs(loss / backprop.looks[n].loss - 1)))
}

/** The largest of each. */
function worst(found: readonly { readonly theta: number; readonly drive: number }[]) {
  return { theta: Math.max(...found.map(({ theta }) => theta)), drive: Math.max(...found.map(({ drive }) => drive)) }
}

import { neuromorphicCore } from '../../../../sim/index.ts'
import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { mgd } from '../../../rules/mgd.ts'
import type { Lesson } from '../../../rules/rule.ts'
import { train } from '../../../rules/train.ts'
import { experiment } from '../experiment.ts'
import { choice, real, type Values, whole } from '../settings.ts'
import { mean } from '../statistics.ts'
import { drawnCrossings, smallCores } from './small-cores.ts'

const SYNAPSES = { flipping: 'held', resampling: 'fresh' } as const

/** Each bit on a line of its own and its opposite on another. */
const INPUTS = Float64Array.of(0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0)
const LABELS = [0, 1, 1, 0]
/** Answers asked for per row. */
const ASKED = 64

const SETTINGS = {
  way: choice(['flipping', 'resampling'], 'flipping', 'perturbations flip bits that are held, or bits are drawn anew'),
  copies: whole(4, 'axons that every one of four lines reaches'),
  hidden: whole(16, 'neurons of the first core'),
  each: whole(8, 'neurons per answer in the second core'),
  ticks: whole(1, 'ticks of a presentation'),
  amplitude: real(0.15, 'perturbation of every probability, below 0.5'),
  codes: whole(64, 'perturbations between updates, each with both signs on all four rows'),
  rate: real(0.02, 'first rate of Adam, falling to a twentieth'),
  reads: whole(1_024_000, 'slots to train with'),
  ensemble: whole(16, 'presentations whose counts are added for the second accuracy'),
  seeds: whole(3, 'runs, each with its own signs, start, draws and code'),
}

export const coreMgdXor = experiment({
  name: 'core-mgd-xor',
  summary: 'XOR on two small cores, trained by MGD on bits: the same rule object as on the analog chip',
  source:
    'nothing published: flipping trains the bits of one machine and is worth little elsewhere, resampling trains probabilities, slowly',
  settings: SETTINGS,
  short: { reads: 32_000, seeds: 1 },
  async run(settings, { seed, progress }) {
    const runs: Awaited<ReturnType<typeof trained>>[] = []
    for (let r = 0; r < settings.seeds; r++) {
      const run = await trained(settings, childSeed(seed, STREAM.codeSeeds, r))
      runs.push(run)
      progress(`run ${r + 1}/${settings.seeds}: ${JSON.stringify(run)}`)
    }
    const all = (of: (run: (typeof runs)[number]) => number) => ({ mean: mean(runs.map(of)), runs: runs.map(of) })
    return {
      accuracy: all((run) => run.accuracy),
      ensembleAccuracy: all((run) => run.ensemble),
      elsewhere: all((run) => run.elsewhere),
      before: all((run) => run.before),
      reads: runs[0].reads,
    }
  },
})

async function trained(settings: Values<typeof SETTINGS>, seed: number) {
  const { way, ticks, each, amplitude, codes, rate, reads, ensemble } = settings
  const network = smallCores({ ...settings, lines: 4, classes: 2 }, seed)
  const theta = drawnCrossings(network, amplitude, seed)
  const member = (number: number) =>
    attach(neuromorphicCore({ network, ticks, synapses: SYNAPSES[way], seed, member: number }))
  const target = Float64Array.from(LABELS.flatMap((label) => [0, 1].map((k) => (k === label ? ticks * each : 0))))
  const lesson: Lesson = { rows: LABELS.length, drive: INPUTS, target }
  const steps = Math.max(1, Math.round(reads / (2 * codes * lesson.rows)))
  const rule = mgd({ seed, amplitudes: [amplitude, 0, 0], tauX: codes, tauTheta: codes, difference: 'opposite' })
  await using device = member(0)
  const before = await accuracy(device, theta, 1)
  let spent = 0
  const optimizer = adam(cosine(rate, steps, rate / 20))
  for await (const report of train(rule, device, theta, { next: () => lesson }, { optimizer, steps }))
    spent = report.totalSlots
  await using other = member(1)
  return {
    before,
    accuracy: await accuracy(device, theta, 1),
    ensemble: await accuracy(device, theta, ensemble),
    elsewhere: await accuracy(other, theta, ensemble),
    reads: spent,
  }
}

/** Share of right answers when the counts of `ensemble` presentations are added; equal counts answer 0. */
async function accuracy(device: CheckedDevice, theta: Float64Array, ensemble: number): Promise<number> {
  await device.store(theta)
  const slots = LABELS.length * ASKED * ensemble
  const data = new Float64Array(slots * 4)
  for (let at = 0; at < data.length; at += INPUTS.length) data.set(INPUTS, at)
  const counts = new Float64Array(slots * 2)
  await device.measure({ slots, drive: { kind: 'track', data, hold: 1 } }, counts)
  let right = 0
  for (let n = 0; n < ASKED; n++) {
    for (const [row, label] of LABELS.entries()) {
      let lead = 0
      for (let e = 0; e < ensemble; e++) {
        const slot = LABELS.length * (n * ensemble + e) + row
        lead += counts[2 * slot + 1] - counts[2 * slot]
      }
      if (Number(lead > 0) === label) right++
    }
  }
  return right / (LABELS.length * ASKED)
}

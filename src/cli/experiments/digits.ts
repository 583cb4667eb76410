import { mgdChip } from '../../../sim/index.ts'
import { attach } from '../../contract/device.ts'
import { digits } from '../tasks/digits.ts'
import type { Task } from '../tasks/task.ts'
import { evaluate } from '../train/evaluate.ts'
import { hostPlan } from '../train/plan.ts'
import { trainReference } from '../train/reference.ts'
import { experiment } from './experiment.ts'
import { layers, real, volts, whole } from './settings.ts'

const { settings: usual } = digits

export const mgdDigits = experiment({
  name: 'mgd-digits',
  summary: '8x8 handwritten digits on a simulated chip, beside backpropagation on the same network',
  source:
    'UCI optical digits (Alpaydin and Kaynak 1998), test part, 30 % of each class held out; the claim is an accuracy within 4 points of backpropagation',
  settings: {
    layers: layers(usual.layers, 'neurons from the input on; first 64, last 10'),
    eta: real(usual.rate, 'first rate of Adam, falling along half a cosine'),
    lastEta: real(usual.lastRate, 'last rate of Adam'),
    amplitude: volts(usual.amplitude, 'amplitude of the random code, V'),
    tauX: whole(usual.codesPerSample, 'perturbations tried on each sample'),
    samples: whole(usual.samplesPerUpdate, 'samples between updates: tau_theta / tau_x'),
    reads: whole(usual.reads, 'slots spent on training'),
    updates: whole(usual.reference.updates, 'updates of the reference'),
    init: volts(usual.initial[1], 'initial parameters are uniform between minus and plus this, V'),
  },
  short: { reads: 150_000, updates: 500, eta: 0.05 },
  async run({ layers, eta, lastEta, amplitude, tauX, samples, reads, updates, init }, { seed, progress }) {
    const task: Task = {
      ...digits,
      settings: {
        ...usual,
        layers,
        initial: [-init, init],
        amplitude,
        codesPerSample: tauX,
        samplesPerUpdate: samples,
        rate: eta,
        lastRate: Math.min(lastEta, eta),
        reference: { ...usual.reference, updates },
      },
    }
    const data = task.load(seed)
    await using device = attach(mgdChip({ layers, seed }))
    const plan = hostPlan(task, data, device, { seed, reads })
    let spent = 0
    for await (const report of plan.run(new AbortController().signal)) {
      spent = report.totalSlots
      if (report.step % 500 === 0) progress(`step ${report.step}/${plan.steps}: loss ${report.cost.toFixed(4)}`)
    }
    const score = await evaluate(device, data.test, data.classes.length, plan.score, new AbortController().signal)
    const reference = trainReference(task, data, seed)
    return { accuracyMgd: score.accuracy, accuracyBackprop: reference.accuracy, reads: spent + data.test.rows }
  },
})

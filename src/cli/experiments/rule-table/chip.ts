import { IDEAL_CONVERTERS, uniformTheta } from '../../../../devices/index.ts'
import { chipLayers } from '../../../../devices/mgd-chip-layers.ts'
import { CHIP_PRESETS, firmwareTwin, mgdChip, mgdChipTwin } from '../../../../sim/index.ts'

import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { directFeedbackAlignment } from '../../../rules/direct-feedback.ts'
import type { FeedbackState } from '../../../rules/feedback/rule.ts'
import { feedbackAlignment } from '../../../rules/feedback-alignment.ts'
import { requireFit } from '../../../rules/fit.ts'
import { mgd } from '../../../rules/mgd.ts'
import { mgdAnalog } from '../../../rules/mgd-analog.ts'
import { mgdOnChip } from '../../../rules/mgd-on-chip.ts'
import { mgdReplay } from '../../../rules/mgd-replay.ts'
import type { Rule } from '../../../rules/rule.ts'
import { signSymmetry } from '../../../rules/sign-symmetry.ts'
import { train } from '../../../rules/train.ts'
import { iris } from '../../tasks/iris.ts'
import { evaluate } from '../../train/evaluate.ts'
import { score } from '../../train/score.ts'
import { type RuleBench, stepsFor, type Trainer } from './bench.ts'
import { differenceTruth } from './truth.ts'

/** Iris on a simulated chip with 12-bit converters, mismatch, noise and drift. */
export function chipBench(seed: number): RuleBench {
  const { imperfections: bad } = CHIP_PRESETS.bench
  // On board, targets of 1 V must lie within what the machine reads.
  const sense = { min: -2, max: 2 - 2 ** -10, step: 2 ** -10 }
  const made = { ...iris.settings, seed, imperfections: { ...bad, converters: { ...bad.converters, sense } } }
  const quiet = { ...bad, readNoise: 0, readDrift: 0, converters: IDEAL_CONVERTERS }
  return bench({
    device: 'mgd-chip',
    task: 'iris on a simulated chip as on a bench: 12-bit converters, mismatch of 2 %, noise, drift',
    open: () => attach(mgdChip(made)),
    truth: differenceTruth(() => attach(mgdChip({ ...made, imperfections: quiet })), meanSquaredError, 1e-4),
    seed,
  })
}

/** Iris on the firmware's integer arithmetic. */
export function firmwareBench(seed: number): RuleBench {
  const { layers, activation } = iris.settings
  return bench({
    device: 'firmware',
    task: 'iris on the reference firmware’s integer arithmetic',
    open: () => attach(firmwareTwin({ layers, activation })),
    // Its 16-bit steps are small beside 1 mV; what is left is rounding.
    truth: differenceTruth(() => attach(mgdChip({ layers, activation })), meanSquaredError, 1e-4),
    seed,
  })
}

interface Parts extends Pick<RuleBench, 'device' | 'task' | 'open' | 'truth'> {
  readonly seed: number
}

function bench({ seed, ...parts }: Parts): RuleBench {
  const data = iris.load(seed)
  const { layers, activation, initial } = iris.settings
  const { signal } = new AbortController()
  return {
    ...parts,
    start: () => uniformTheta({ layers, activation }, initial[0], initial[1], seed),
    table: data.train,
    cost: meanSquaredError,
    accuracy: async (device: CheckedDevice) =>
      (await evaluate(device, data.test, data.classes.length, score, signal)).accuracy,
    trainers: TRAINERS,
  }
}

const { amplitude, codesPerSample: tauX, samplesPerUpdate, rate, lastRate, reads, onChip } = iris.settings
const tauTheta = tauX * samplesPerUpdate

/** Updates and rows per update of rules that read once a row. */
const SLOPE_STEPS = 400
const BATCH = 16

const TRAINERS: Readonly<Record<string, Trainer>> = {
  mgd({ device, theta, lessons, seed, effort }) {
    const steps = stepsFor(reads / (samplesPerUpdate * (tauX + 1)), effort)
    const rule = mgd({ seed, amplitudes: amplitude, tauX, tauTheta })
    const optimizer = adam(cosine(rate, steps, lastRate))
    return { run: train(rule, device, theta, lessons(1), { optimizer, steps }) }
  },
  'mgd-analog'({ device, theta, lessons, seed, effort }) {
    const steps = stepsFor(reads, effort)
    const rule = mgdAnalog({ seed, amplitudes: amplitude, tauX: 50, tauTheta: 50, tauHp: 10 })
    const optimizer = adam(cosine(rate / 20, steps, lastRate / 20))
    return { run: train(rule, device, theta, lessons(1), { optimizer, steps }), aligned: 500 }
  },
  'mgd-replay'({ device, theta, lessons, seed, effort }) {
    const steps = stepsFor(reads / (samplesPerUpdate * (tauX + 1)), effort)
    const rule = mgdReplay({ seed, amplitudes: amplitude, tauX, tauTheta, rate: onChip.rate })
    return { run: train(rule, requireFit(rule, device), theta, lessons(1), { steps }) }
  },
  'chip-in-the-loop'({ device, theta, lessons, effort }) {
    const steps = stepsFor(SLOPE_STEPS, effort)
    const rule = chipInTheLoop({ twin: mgdChipTwin(iris.settings) })
    const optimizer = adam(cosine(0.05, steps, 0.005))
    return { run: train(rule, device, theta, lessons(BATCH), { optimizer, steps }) }
  },
  'feedback-alignment': byFeedback((seed) => feedbackAlignment({ layers: chipLayers(iris.settings), seed })),
  'direct-feedback-alignment': byFeedback((seed) =>
    directFeedbackAlignment({ layers: chipLayers(iris.settings), seed }),
  ),
  'sign-symmetry': byFeedback(() => signSymmetry({ layers: chipLayers(iris.settings) })),
  'mgd-on-chip'({ device, theta, lessons, seed, effort }) {
    const { updateEvery, codesPerSample } = onChip
    const samples = 16
    const steps = stepsFor(onChip.reads / (samples * (codesPerSample + 2)), effort)
    const rule = mgdOnChip({
      ...{ seed, amplitudes: amplitude, rate: onChip.rate, samples },
      ...{ tauX: codesPerSample, tauTheta: updateEvery },
    })
    return { run: train(rule, requireFit(rule, device), theta, lessons(1), { steps }) }
  },
}

/** One of the rules that send errors back by other means than the weights. */
function byFeedback(make: (seed: number) => Rule<'taps', FeedbackState>): Trainer {
  return ({ device, theta, lessons, seed, effort }) => {
    const steps = stepsFor(SLOPE_STEPS, effort)
    const rule = make(seed)
    const optimizer = adam(cosine(0.05, steps, 0.005))
    return { run: train(rule, requireFit(rule, device), theta, lessons(BATCH), { optimizer, steps }) }
  }
}

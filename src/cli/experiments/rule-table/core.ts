import { type CoreNetwork, probabilisticNet } from '../../../../devices/index.ts'
import { coreTwin, neuromorphicCore } from '../../../../sim/index.ts'

import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { probabilityCrossEntropy } from '../../../cost/probability-cross-entropy.ts'
import { probabilisticSimd } from '../../../kernels/probabilistic/simd.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { requireFit } from '../../../rules/fit.ts'
import { mgd } from '../../../rules/mgd.ts'
import { mgdAnalog } from '../../../rules/mgd-analog.ts'
import { mgdReplay } from '../../../rules/mgd-replay.ts'
import { probabilisticSynapses } from '../../../rules/probabilistic-synapses.ts'
import type { LessonSource } from '../../../rules/rule.ts'
import { train } from '../../../rules/train.ts'
import { drawnCrossings, smallCores } from '../core/small-cores.ts'
import { type RuleBench, stepsFor, type Trainer } from './bench.ts'

/** Each bit on a line of its own and its opposite on another. */
const INPUTS = Float64Array.of(0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0)
const LABELS = [0, 1, 1, 0]
/** Neurons per answer; readings are counts of their spikes. */
const EACH = 8
const AMPLITUDE = 0.15
/** Answers asked for per row. */
const ASKED = 64

/** XOR on two small cores whose bits are held: the smallest core that reads alone can train. */
export function coreBench(seed: number): RuleBench {
  const network = xorCores(seed)
  const net = probabilisticNet(network)
  const target = Float64Array.from(LABELS.flatMap((label) => [0, 1].map((k) => (k === label ? EACH : 0))))
  return {
    device: 'neuromorphic-core',
    task: 'XOR on two small cores of held bits',
    open: () => attach(neuromorphicCore({ network, synapses: 'held', seed })),
    start: () => drawnCrossings(network, AMPLITUDE, seed),
    table: { rows: LABELS.length, drive: INPUTS, target },
    cost: meanSquaredError,
    accuracy,
    // The cost of the counts that many machines of these probabilities would give on average.
    async truth(theta, { rows, drive, target }) {
      const engine = probabilisticSimd(net)
      const counts = engine.forward(theta, drive, rows).map((probability) => EACH * probability)
      const slopes = new Float64Array(counts.length)
      meanSquaredError.gradient(counts, rows, net.groups, { data: target, rows, hold: 1 }, slopes)
      return engine.backward(slopes.map((slope) => (EACH * slope) / rows))
    },
    trainers: trainersOf(network),
  }
}

function xorCores(seed: number): CoreNetwork {
  return smallCores({ lines: 4, copies: 4, hidden: 16, classes: 2, each: EACH }, seed)
}

function trainersOf(network: CoreNetwork): Readonly<Record<string, Trainer>> {
  const net = probabilisticNet(network)
  return {
    mgd({ device, theta, lessons, seed, effort }) {
      const steps = stepsFor(400, effort)
      const codes = { tauX: 64, tauTheta: 64, difference: 'opposite' } as const
      const rule = mgd({ seed, amplitudes: [AMPLITUDE, 0, 0], ...codes })
      const optimizer = adam(cosine(0.02, steps, 0.001))
      return { run: train(rule, device, theta, lessons(LABELS.length), { optimizer, steps }) }
    },
    'mgd-analog'({ device, theta, lessons, seed, effort }) {
      const steps = stepsFor(50_000, effort)
      const rule = mgdAnalog({ seed, amplitudes: [AMPLITUDE, 0, 0], tauX: 50, tauTheta: 500, tauHp: 10 })
      const optimizer = adam(cosine(0.002, steps, 0.0002))
      return { run: train(rule, device, theta, lessons(1), { optimizer, steps }), aligned: 500 }
    },
    'mgd-replay'({ device, theta, lessons, seed, effort }) {
      const steps = stepsFor(400, effort)
      const codes = { tauX: 64, tauTheta: 64, difference: 'opposite' } as const
      const rule = mgdReplay({ seed, amplitudes: [AMPLITUDE, 0, 0], ...codes, rate: 0.05 })
      return { run: train(rule, requireFit(rule, device), theta, lessons(LABELS.length), { steps }) }
    },
    'chip-in-the-loop'({ device, theta, lessons, seed, effort }) {
      const steps = stepsFor(400, effort)
      const rule = chipInTheLoop({ twin: coreTwin({ network, synapses: 'held', seed }) })
      const optimizer = adam(cosine(0.02, steps, 0.001))
      return { run: train(rule, device, theta, lessons(LABELS.length), { optimizer, steps }) }
    },
    'probabilistic-synapses'({ device, theta, lessons, effort }) {
      const steps = stepsFor(400, effort)
      const rule = probabilisticSynapses({ net, cost: probabilityCrossEntropy() })
      const source = asProbabilities(lessons(LABELS.length))
      const optimizer = adam(cosine(0.02, steps, 0.001))
      return { run: train(rule, device, theta, source, { optimizer, steps }) }
    },
  }
}

/** Targets as shares of the neurons of a group, where they are counts. */
function asProbabilities(lessons: LessonSource): LessonSource {
  return {
    next() {
      const { target, ...lesson } = lessons.next()
      return { ...lesson, target: target.map((count) => count / EACH) }
    },
  }
}

/** Share of right answers; equal counts answer 0. */
async function accuracy(device: CheckedDevice): Promise<number> {
  const slots = LABELS.length * ASKED
  const data = new Float64Array(slots * 4)
  for (let at = 0; at < data.length; at += INPUTS.length) data.set(INPUTS, at)
  const counts = new Float64Array(slots * 2)
  await device.measure({ slots, drive: { kind: 'track', data, hold: 1 } }, counts)
  let right = 0
  for (let n = 0; n < slots; n++) if (Number(counts[2 * n + 1] > counts[2 * n]) === LABELS[n % LABELS.length]) right++
  return right / slots
}

import { meanSquaredError } from '../../../cost/mean-squared-error.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { mgd } from '../../../rules/mgd.ts'
import { mgdAnalog } from '../../../rules/mgd-analog.ts'
import { spikeTiming } from '../../../rules/spike-timing.ts'
import { train } from '../../../rules/train.ts'
import { drawNeuron, fire, NEURON_SETTINGS, type Neuron } from '../core/spiking-neuron.ts'
import { defaultsOf } from '../settings.ts'
import { type RuleBench, stepsFor, type Trainer } from './bench.ts'
import { differenceTruth } from './truth.ts'

/** A neuron learns the three spike times that other weights give it. */
export async function spikingBench(seed: number): Promise<RuleBench> {
  const neuron = await drawNeuron('rule-table', defaultsOf(NEURON_SETTINGS), seed)
  await using teacher = neuron.open()
  const target = await fire(teacher, neuron.teacher, neuron.drive)
  const open = () => neuron.open({ mismatch: 0.1, jitter: 0.1, seed })
  const still = () => neuron.open({ mismatch: 0.1, jitter: 0, seed })
  return {
    device: 'spiking-layer',
    task: 'three spike times of one neuron, 10 % mismatch, jitter of 0.1 ms',
    open,
    start: () => neuron.weights.slice(),
    table: { rows: 1, drive: neuron.drive, target },
    cost: meanSquaredError,
    truth: differenceTruth(still, meanSquaredError, 1e-4 * neuron.single),
    trainers: trainersOf(neuron),
  }
}

function trainersOf({ single }: Neuron): Readonly<Record<string, Trainer>> {
  const amplitudes = 0.05 * single
  return {
    mgd({ device, theta, lessons, seed, effort }) {
      const steps = stepsFor(500, effort)
      const rule = mgd({ seed, amplitudes, tauX: 32, tauTheta: 32 })
      const optimizer = adam(cosine(0.02 * single, steps, 0.002 * single))
      return { run: train(rule, device, theta, lessons(1), { optimizer, steps }) }
    },
    'mgd-analog'({ device, theta, lessons, seed, effort }) {
      const steps = stepsFor(16_000, effort)
      const rule = mgdAnalog({ seed, amplitudes, tauX: 100, tauTheta: 50, tauHp: 10 })
      const optimizer = adam(cosine(0.001 * single, steps, 0.0001 * single))
      return { run: train(rule, device, theta, lessons(1), { optimizer, steps }), aligned: 500 }
    },
    'spike-timing'({ device, theta, lessons, effort }) {
      const steps = stepsFor(500, effort)
      const optimizer = adam(cosine(0.02 * single, steps, 0.002 * single))
      return { run: train(spikeTiming(), device, theta, lessons(1), { optimizer, steps }) }
    },
  }
}

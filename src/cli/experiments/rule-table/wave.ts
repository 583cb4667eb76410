import { WAVE_PRESETS, waveSimulator, waveTwin } from '../../../../sim/index.ts'

import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { adam } from '../../../optim/adam.ts'
import { cosine } from '../../../optim/schedule.ts'
import { sgd } from '../../../optim/sgd.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { requireFit } from '../../../rules/fit.ts'
import { hamiltonianEcho, learningField } from '../../../rules/hamiltonian-echo.ts'
import { mgd } from '../../../rules/mgd.ts'
import { mgdAnalog } from '../../../rules/mgd-analog.ts'
import { recurrentEcho } from '../../../rules/recurrent-echo.ts'
import { train } from '../../../rules/train.ts'
import { irisWave } from '../../tasks/iris-wave.ts'
import { evaluate } from '../../train/evaluate.ts'
import { waveScore } from '../../train/score.ts'
import { type RuleBench, stepsFor, type Trainer } from './bench.ts'
import { differenceTruth } from './truth.ts'

const { cost, answer, rate, lastRate, reads } = irisWave.settings

/** Iris on a lattice of oscillators, with the disorder and the faults of a bench. */
export function waveBench(seed: number): RuleBench {
  const data = irisWave.load(seed)
  const made = { ...irisWave.machine, seed }
  const open = () => attach(waveSimulator({ ...made, preset: 'bench' }))
  const still = () =>
    attach(waveSimulator({ ...made, imperfections: { ...WAVE_PRESETS.bench.imperfections, readNoise: 0 } }))
  const { signal } = new AbortController()
  return {
    device: 'wave-field',
    task: 'iris on 4 x 4 oscillators as on a bench: disorder, imperfect mirrors, noise',
    open,
    start: () => irisWave.start(seed),
    table: data.train,
    cost,
    accuracy: async (device: CheckedDevice) =>
      (await evaluate(device, data.test, data.classes.length, waveScore(cost, answer), signal)).accuracy,
    truth: differenceTruth(still, cost, 1e-3),
    trainers: TRAINERS,
  }
}

const TRAINERS: Readonly<Record<string, Trainer>> = {
  mgd({ device, theta, lessons, seed, effort }) {
    const [tauX, samples] = [4, 16]
    const steps = stepsFor(reads / (samples * (tauX + 1)), effort)
    const rule = mgd({ seed, cost, amplitudes: 0.01, tauX, tauTheta: tauX * samples })
    return { run: train(rule, device, theta, lessons(1), { optimizer: adam(cosine(0.02, steps, 0.002)), steps }) }
  },
  'mgd-analog'({ device, theta, lessons, seed, effort }) {
    const steps = stepsFor(reads, effort)
    const rule = mgdAnalog({ seed, cost, amplitudes: 0.01, tauX: 50, tauTheta: 50, tauHp: 10 })
    return {
      run: train(rule, device, theta, lessons(1), { optimizer: adam(cosine(0.001, steps, 0.0001)), steps }),
      aligned: 500,
    }
  },
  'hamiltonian-echo'({ device, theta, lessons, effort }) {
    const steps = stepsFor(reads / 4, effort)
    const rule = hamiltonianEcho({ cost, rate: cosine(rate, steps, lastRate) })
    const fit = requireFit(rule, device)
    const learning = learningField(rule.name, fit)
    return { run: train(rule, fit, theta, lessons(1), { steps }), look: () => learning.read(theta, {}) }
  },
  'chip-in-the-loop'({ device, theta, lessons, effort }) {
    const steps = stepsFor(reads / 4, effort)
    const rule = chipInTheLoop({ twin: waveTwin(irisWave.machine), cost })
    return { run: train(rule, device, theta, lessons(1), { optimizer: sgd(cosine(rate, steps, lastRate)), steps }) }
  },
  'recurrent-echo'({ device, theta, lessons, effort }) {
    const steps = stepsFor(reads / 4, effort)
    const rule = recurrentEcho({ cost })
    const options = { optimizer: sgd(cosine(rate, steps, lastRate)), steps }
    return { run: train(rule, requireFit(rule, device), theta, lessons(1), options) }
  },
}

import { paperSpec } from '../../../../devices/index.ts'
import { LATTICE_PRESETS, latticeSimulator, latticeTwin } from '../../../../sim/index.ts'

import { attach, type CheckedDevice } from '../../../contract/device.ts'
import { safeTheta } from '../../../contract/sheet.ts'
import { shareCrossEntropy } from '../../../cost/share-cross-entropy.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { requireFit } from '../../../rules/fit.ts'
import { inSitu } from '../../../rules/in-situ.ts'
import { mgd } from '../../../rules/mgd.ts'
import { mgdAnalog } from '../../../rules/mgd-analog.ts'
import { nudged } from '../../../rules/nudged.ts'
import { train } from '../../../rules/train.ts'
import { irisLattice } from '../../tasks/iris-lattice.ts'
import { evaluate } from '../../train/evaluate.ts'
import { publishedOptimizer } from '../../train/published-optimizer.ts'
import { sizeScore } from '../../train/score.ts'
import { type RuleBench, stepsFor, type Trainer } from './bench.ts'
import { differenceTruth } from './truth.ts'

const { alpha, epsilon, beta, batch, floor, load, reads } = irisLattice.settings
const cost = shareCrossEntropy({ floor })

/** Iris as weights on the paper's lattice, with camera and bonds as on a bench. */
export function latticeBench(seed: number): RuleBench {
  const data = irisLattice.load(seed)
  const made = { ...paperSpec(irisLattice), seed, preset: 'bench' }
  const { imperfections } = LATTICE_PRESETS.bench
  const { camera, converters } = LATTICE_PRESETS.ideal.imperfections
  const still = { ...imperfections, camera, converters }
  const open = () => attach(latticeSimulator(made))
  const { signal } = new AbortController()
  return {
    device: 'lattice',
    task: 'iris as weights on the paper’s lattice as on a bench: camera noise, scatter of the bonds',
    open,
    start: () => safeTheta(latticeSimulator(made).sheet),
    table: data.train,
    cost,
    accuracy: async (device: CheckedDevice) =>
      (await evaluate(device, data.test, data.classes.length, sizeScore(cost), signal)).accuracy,
    truth: differenceTruth(() => attach(latticeSimulator({ ...made, imperfections: still })), cost, 0.01),
    trainers: TRAINERS,
  }
}

const optimizerFor = (device: CheckedDevice) => publishedOptimizer(device.sheet, { alpha, epsilon, beta })

const TRAINERS: Readonly<Record<string, Trainer>> = {
  mgd({ device, theta, lessons, seed, effort }) {
    const [tauX, samples] = [8, 16]
    const rule = mgd({ ...{ seed, cost, tauX, tauTheta: tauX * samples }, amplitudes: amplitudes(device) })
    const steps = stepsFor(reads / (samples * (tauX + 1)), effort)
    return { run: train(rule, device, theta, lessons(1), { optimizer: optimizerFor(device), steps }) }
  },
  'mgd-analog'({ device, theta, lessons, seed, effort }) {
    const rule = mgdAnalog({ ...{ seed, cost, tauX: 50, tauTheta: 50, tauHp: 10 }, amplitudes: amplitudes(device) })
    const optimizer = publishedOptimizer(device.sheet, { alpha: alpha / 10, epsilon, beta })
    return { run: train(rule, device, theta, lessons(1), { optimizer, steps: stepsFor(reads, effort) }), aligned: 500 }
  },
  'in-situ'({ device, theta, lessons, effort }) {
    const rule = inSitu({ cost, load })
    const steps = stepsFor(reads / (3 * batch), effort)
    const options = { optimizer: optimizerFor(device), steps }
    return { run: train(rule, requireFit(rule, device), theta, lessons(batch), options) }
  },
  'chip-in-the-loop'({ device, theta, lessons, effort }) {
    const { scatter, misalignment } = LATTICE_PRESETS.bench.imperfections
    const twin = latticeTwin(paperSpec(irisLattice), { strain: 'finite', scatter, misalignment })
    const rule = chipInTheLoop({ twin, cost })
    const steps = stepsFor(reads / (3 * batch), effort)
    return { run: train(rule, device, theta, lessons(batch), { optimizer: optimizerFor(device), steps }) }
  },
  nudged({ device, theta, lessons, effort }) {
    const rule = nudged({ cost, load })
    const steps = stepsFor(reads / (3 * batch), effort)
    const options = { optimizer: optimizerFor(device), steps }
    return { run: train(rule, requireFit(rule, device), theta, lessons(batch), options) }
  },
}

/** A fiftieth of every bank's range: small, and its effect stands out of the camera's noise. */
function amplitudes({ sheet }: CheckedDevice): readonly number[] {
  return sheet.banks.map(({ min, max }) => (max - min) / 50)
}

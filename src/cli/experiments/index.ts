import { InsituError } from '../../errors.ts'
import { mgdAngle } from './angle.ts'
import { twinCalibration } from './calibration/twin-calibration.ts'
import { cavityTwin } from './cavity/twin.ts'
import { chainDigits } from './chain/chain-digits.ts'
import { coreDigits } from './core/digits.ts'
import { coreFashion } from './core/fashion.ts'
import { coreImport } from './core/import.ts'
import { coreMgdGradient } from './core/mgd-gradient.ts'
import { coreMgdXor } from './core/mgd-xor.ts'
import { spikeTimingGradient } from './core/spike-timing.ts'
import { coreTrace } from './core/trace.ts'
import { mgdDigits } from './digits.ts'
import { twinDrift } from './drift/twin-drift.ts'
import type { Experiment } from './experiment.ts'
import { feedbackAlignment } from './feedback/alignment.ts'
import { linbp } from './feedback/linbp.ts'
import { latticeBehaviour } from './lattice/behaviour.ts'
import { latticeDamage } from './lattice/damage.ts'
import { latticeForward } from './lattice/forward.ts'
import { latticeGradient } from './lattice/gradient.ts'
import { latticeIris } from './lattice/iris.ts'
import { latticeRegression } from './lattice/regression.ts'
import { latticeRetrain } from './lattice/retrain.ts'
import { latticeWave } from './lattice/wave.ts'
import { mgdLetters } from './letters.ts'
import { networkIdentify } from './network/identify.ts'
import { mgdParity, mgdXor } from './parity.ts'
import { ruleTable } from './rule-table/table.ts'
import { thzActive } from './thz/active.ts'
import { thzImage } from './thz/image.ts'
import { thzImplicit } from './thz/implicit.ts'
import { thzMismatch } from './thz/mismatch.ts'
import { thzResolution } from './thz/resolution.ts'
import { chipInTheLoopExperiment } from './twin/chip-in-the-loop.ts'
import { echoDigits } from './wave/digits.ts'
import { echoGradient } from './wave/gradient.ts'
import { echoRobustness } from './wave/robustness.ts'
import { rhelSequence } from './wave/sequence.ts'
import { echoWaveXor } from './wave/wave-xor.ts'
import { echoCavityXor } from './wave/xor.ts'
import { yinYangExperiment } from './yin-yang/yin-yang.ts'

/** All published experiments. */
export const EXPERIMENTS: readonly Experiment[] = [
  mgdXor,
  mgdParity,
  mgdAngle,
  mgdLetters,
  mgdDigits,
  latticeForward,
  latticeGradient,
  latticeBehaviour,
  latticeRegression,
  latticeIris,
  latticeRetrain,
  latticeDamage,
  latticeWave,
  echoGradient,
  echoCavityXor,
  echoWaveXor,
  echoDigits,
  echoRobustness,
  rhelSequence,
  coreMgdGradient,
  coreMgdXor,
  coreDigits,
  coreFashion,
  coreTrace,
  coreImport,
  spikeTimingGradient,
  twinCalibration,
  feedbackAlignment,
  linbp,
  ruleTable,
  chipInTheLoopExperiment,
  yinYangExperiment,
  twinDrift,
  cavityTwin,
  networkIdentify,
  chainDigits,
  thzActive,
  thzMismatch,
  thzImage,
  thzImplicit,
  thzResolution,
]

/** Finds an experiment by name; `CONFIG` lists what there is. */
export function findExperiment(name: string): Experiment {
  const found = EXPERIMENTS.find((one) => one.name === name)
  if (found !== undefined) return found
  const known = EXPERIMENTS.map((one) => one.name).join(', ')
  throw new InsituError('CONFIG', `there is no experiment "${name}"; experiments are ${known}`, {
    hint: 'insitu reproduce --list says what each does',
  })
}

import { crossbarRows, crossings, fanIn } from './crossbar.ts'
import { inputAxons } from './inputs.ts'
import { leakRange, maskRange, potentialRange, thresholdRange } from './ranges.ts'
import type { MappingRule } from './rule.ts'
import { axons, cores, neurons, seed } from './sizes.ts'
import { delay, oneTarget, outputs, targetExists } from './targets.ts'
import { axonTypes, fourWeights, weightRange } from './weights.ts'

/** Every constraint of the hardware on a network. */
export const MAPPING_RULES: readonly MappingRule[] = [
  cores,
  axons,
  neurons,
  seed,
  fanIn,
  axonTypes,
  fourWeights,
  weightRange,
  leakRange,
  thresholdRange,
  maskRange,
  potentialRange,
  crossbarRows,
  crossings,
  oneTarget,
  targetExists,
  delay,
  inputAxons,
  outputs,
]

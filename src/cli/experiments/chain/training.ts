import { attach, type CheckedDevice, type Device } from '../../../contract/device.ts'
import { crossEntropy } from '../../../cost/cross-entropy.ts'
import { InsituError } from '../../../errors.ts'
import { adam } from '../../../optim/adam.ts'
import type { Optimizer } from '../../../optim/optimizer.ts'
import { cosine } from '../../../optim/schedule.ts'
import { childSeed } from '../../../random/draws.ts'
import { STREAM } from '../../../random/streams.ts'
import { chipInTheLoop } from '../../../rules/chip-in-the-loop.ts'
import { type LessonTable, shuffledLessons } from '../../../rules/lessons.ts'
import { mgd } from '../../../rules/mgd.ts'
import type { Rule } from '../../../rules/rule.ts'
import { type StepReport, train } from '../../../rules/train.ts'
import { frozen } from '../../../streams/frozen.ts'
import { frozenTwin } from '../../../twins/frozen.ts'
import type { Twin } from '../../../twins/twin.ts'
import type { ChainSettings } from './settings.ts'

export interface ChainTraining {
  /** The chain, or what is left of it when some of its banks are held. */
  readonly device: CheckedDevice
  readonly theta: Float64Array
  readonly steps: number
  /** Steps after which as much was shown as one pass over the training set; looks at the test set lie between them. */
  readonly perEpoch: number
  run(signal?: AbortSignal): AsyncGenerator<StepReport, void>
  /** All parameters of the chain as they are now. */
  whole(): Float64Array
}

type Plan = Pick<
  ChainSettings,
  'epochs' | 'batch' | 'rate' | 'gain' | 'reads' | 'mgdRate' | 'amplitude' | 'patternAmplitude' | 'codes' | 'samples'
> & { readonly rule: 'chip-in-the-loop' | 'mgd' }

/** Sets up the training of a chain from `start` on, with the named banks held. */
export function chainTraining(
  device: Device<'taps' | 'state'>,
  twin: Twin,
  plan: Plan,
  { start, held, rows, seed }: { start: Float64Array; held: readonly string[]; rows: LessonTable; seed: number },
): ChainTraining {
  const part = held.length === 0 ? undefined : frozen(device, held, start)
  const trained: CheckedDevice = part === undefined ? device : attach(part)
  const theta = part === undefined ? start.slice() : part.free.part(start)
  const whole = () => part?.free.whole(theta) ?? theta.slice()
  const shape = plan.rule === 'mgd' ? byReadings(plan, trained, rows, seed) : byTwin(plan, rows, seed)
  const rule = shape.rule(part === undefined ? twin : frozenTwin(twin, part.free))
  const { optimizer, lessons, steps, perEpoch } = shape
  return {
    ...{ device: trained, theta, steps, perEpoch, whole },
    run: (signal) => train(rule, trained, theta, lessons, { optimizer, steps, ...(signal && { signal }) }),
  }
}

interface Shape {
  readonly optimizer: Optimizer
  readonly lessons: ReturnType<typeof shuffledLessons>
  readonly steps: number
  readonly perEpoch: number
  rule(twin: Twin): Rule<never, unknown>
}

function byTwin({ epochs, batch, rate, gain }: Plan, rows: LessonTable, seed: number): Shape {
  const perEpoch = Math.ceil(rows.rows / batch)
  const steps = epochs * perEpoch
  return {
    optimizer: adam(cosine(rate, steps, rate / 10)),
    lessons: shuffledLessons(rows, { seed, batch: Math.min(batch, rows.rows), last: 'short' }),
    ...{ steps, perEpoch },
    // Each twin is held against its own machine before they are joined, see `trusted`.
    rule: (twin) => chipInTheLoop({ twin, cost: crossEntropy({ gain }), check: false }),
  }
}

function byReadings(plan: Plan, device: CheckedDevice, rows: LessonTable, seed: number): Shape {
  const { gain, reads, mgdRate, amplitude, patternAmplitude, codes, samples } = plan
  // Every perturbation is read with both signs.
  const steps = Math.max(1, Math.ceil(reads / (2 * samples * codes)))
  const amplitudes = device.sheet.banks.map(({ unit }) => (unit === 'V' ? amplitude : patternAmplitude))
  if (amplitudes.every((a) => a === 0))
    throw new InsituError('CONFIG', 'chain-digits: an amplitude of 0 perturbs nothing of what is trained')
  const rule = mgd({
    seed: childSeed(seed, STREAM.codeSeeds, 0),
    cost: crossEntropy({ gain }),
    // Noise of a reading is much larger than what a perturbation does: a pair has half of it, and no baseline to spend readings on.
    difference: 'opposite',
    ...{ amplitudes, tauX: codes, tauTheta: codes * samples },
  })
  return {
    optimizer: adam(cosine(mgdRate, steps, mgdRate / 10)),
    lessons: shuffledLessons(rows, { seed }),
    ...{ steps, perEpoch: Math.ceil(rows.rows / samples) },
    rule: () => rule,
  }
}
